"""Storing an import: all or nothing, or the good rows by explicit choice."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from branches.models import User
from branches.services import audit
from jobs import services as jobs
from jobs.services import Run
from scorecards.importing.plan import guess
from scorecards.importing.problems import FileRefused
from scorecards.importing.reading import Judged, judge
from scorecards.models import FigureImport, ImportState, Source
from scorecards.services.figures import staging
from scorecards.services.figures.rules import Today, examine
from scorecards.services.figures.staging import Change
from scorecards.services.figures.storing import lock, store_examined
from scorecards.services.imports.inspecting import counted
from scorecards.services.imports.opening import lookup_for, opened, plan_for, refuse
from scorecards.services.imports.receiving import APPLY, INSPECT

CHECKED_AGAIN = "checked_again"
"""Kept as an import's error: something changed between the look at it and the import, so it was looked at again."""


def request_apply(made: FigureImport, *, by: User, at: datetime, good_rows_only: bool = False) -> bool:
    """Have the worker import a file that was looked at. False if it is not ready, or has refused rows nobody waived."""
    ready = FigureImport.objects.filter(pk=made.pk, state=ImportState.READY)
    if made.counts.get("refused") and not good_rows_only:
        return False
    with transaction.atomic():
        changed = ready.update(state=ImportState.APPLYING, good_rows_only=good_rows_only, error="")
        if changed:
            audit(
                "import started", f"import {made.pk}", by=by, after={"good_rows_only": good_rows_only}, at=at
            )
            jobs.request(APPLY, f"import {made.pk}", arguments={"import": made.pk}, again=True)
    return bool(changed)


def apply(run: Run) -> dict[str, Any]:
    """Job: read the file again and store it. Running it twice stores it once: the state changes with the figures."""
    made = FigureImport.objects.select_related("by").filter(pk=run.job.arguments["import"]).first()
    if made is None or made.state != ImportState.APPLYING:
        return {}
    at = timezone.now()
    run.progress(0, made.counts.get("read"))
    try:
        with opened(made) as file:
            found = guess(file, plan_for(made))
            judged = judge(file.table, found.plan, lookup_for(made), at=at, progress=run.progress)
    except FileRefused as error:
        refuse(made, error, ImportState.APPLYING)
        return {"refused": 1}
    return store_judged(made, judged, at=at)


def store_judged(made: FigureImport, judged: Judged, *, at: datetime) -> dict[str, int]:
    """Store the good rows in one transaction with the import's own row. If rows are refused that nobody waived, the
    file is checked anew for the reader. Nothing happens ({}) if the import was put aside or stored meanwhile.
    """
    with staging.prepared(judged.examined.completed) as ready, transaction.atomic():
        lock()
        kept = FigureImport.objects.select_for_update().get(pk=made.pk)
        if kept.state != ImportState.APPLYING:
            return {}
        # What is stored may have changed since the file was read: the rules look once more, now under the lock.
        examined = examine(judged.examined.rows, Today(at=at))
        if (len(judged.refused) and not made.good_rows_only) or examined.findings.bad.any():
            return _look_again(made, judged)
        change = Change(made.by_id, Source.IMPORT, at, import_id=made.pk)
        stored = store_examined(examined, change, by=made.by, ready=ready)
        counts = made.counts | counted(judged, stored) | {"written": stored.written}
        first, last = judged.span
        FigureImport.objects.filter(pk=made.pk).update(
            state=ImportState.DONE, counts=counts, applied_at=at, first_day=first, last_day=last
        )
        audit("import done", f"import {made.pk}", by=made.by, after=counts, at=at)
    return counts


def _look_again(made: FigureImport, judged: Judged) -> dict[str, int]:
    FigureImport.objects.filter(pk=made.pk).update(
        state=ImportState.READING, error=json.dumps({"code": CHECKED_AGAIN})
    )
    jobs.request(INSPECT, f"import {made.pk}", arguments={"import": made.pk}, again=True)
    return {"refused": max(len(judged.refused), 1)}
