"""Taking an import back, while nothing newer lies over it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import IntegerField, Sum, Value
from django.db.models.functions import Cast, ExtractDay, TruncMonth
from django.utils import timezone

from branches.models import User
from branches.services import audit
from jobs import services as jobs
from jobs.services import Refused, Run
from scorecards.models import DailyFigures, FigureChange, FigureImport, ImportState, Source
from scorecards.services import recompute
from scorecards.services.figures import staging
from scorecards.services.figures.rows import MISSING, Rows
from scorecards.services.figures.storing import lock
from scorecards.services.imports.receiving import UNDO

Key = tuple[Any, int, int]


class Overlapped(Exception):
    """Some figures of the import were changed after it; taking it back would lose the newer ones."""


def overlapping(made: FigureImport) -> int:
    """How many rows that the import wrote were written again since; 0: it can be undone."""
    return int(made.counts.get("written", 0)) - DailyFigures.objects.filter(import_id=made.pk).count()


def request_undo(made: FigureImport, *, by: User, at: datetime) -> bool:
    """Have the worker take an import back. False if it is not imported; Overlapped if newer figures lie over it."""
    if made.state != ImportState.DONE:
        return False
    if overlapping(made):
        raise Overlapped
    with transaction.atomic():
        audit("import undo asked", f"import {made.pk}", by=by, at=at)
        jobs.request(UNDO, f"import {made.pk}", arguments={"import": made.pk, "by": by.pk}, again=True)
    return True


def undo(run: Run) -> dict[str, Any]:
    """Job: changed rows get back what they held before, new ones go; all in one transaction. May run twice."""
    by = User.objects.filter(pk=run.job.arguments.get("by")).first()
    made = FigureImport.objects.filter(pk=run.job.arguments["import"]).first()
    if made is None:
        return {}
    with transaction.atomic():
        lock()
        made = FigureImport.objects.select_for_update().get(pk=made.pk)
        if made.state != ImportState.DONE:
            return {}
        if overlapping(made):
            raise Refused("newer figures")
        return _take_back(made, by, timezone.now())


def _take_back(made: FigureImport, by: User | None, at: datetime) -> dict[str, int]:
    """The history keeps the rows that changed back. Rows that were new leave none: the import's own row says it all."""
    facts = DailyFigures.objects.filter(import_id=made.pk).order_by()
    # PostgreSQL extracts a numeric, which it does not shift by.
    number = Cast(ExtractDay("day"), IntegerField())
    bit = Value(1).bitleftshift(number - 1)  # type: ignore[arg-type]
    months = facts.annotate(month=TruncMonth("day")).values("branch_id", "month")
    marked = list(months.annotate(days=Sum(bit, distinct=True)).values_list("branch_id", "month", "days"))
    change = staging.Change(by.pk if by else None, Source.IMPORT, at, why=f"undo of import {made.pk}")
    restored = sum(_restore(rows, change, owner) for owner, rows in _before(made))
    removed = facts._raw_delete(facts.db)  # no signals and no cascades hang on facts
    recompute.mark_days(marked)
    counts = {"restored": restored, "removed": int(removed)}
    FigureImport.objects.filter(pk=made.pk).update(state=ImportState.UNDONE, undone_at=at)
    audit("import undone", f"import {made.pk}", by=by, after=counts, at=at)
    recompute.request()
    return counts


def _restore(rows: Rows, change: staging.Change, owner: staging.Owner) -> int:
    with staging.staged(rows) as names:
        staging.write_difference(names, change, owner)
    return len(rows)


def _before(made: FigureImport) -> list[tuple[staging.Owner, Rows]]:
    """What the changed rows held before and who had written it, grouped by that and by which inputs had changed.

    A row that an earlier import had written is that import's again, so that it can be undone in its turn.
    """
    groups: dict[tuple[Any, ...], list[tuple[Key, dict[str, Any]]]] = defaultdict(list)
    changes = FigureChange.objects.filter(import_id=made.pk).order_by("pk")
    fields = ("day", "branch_id", "staff_id", "before", "replaced_source", "replaced_import_id")
    for day, branch_id, staff_id, before, *owner in changes.values_list(*fields).iterator(chunk_size=5000):
        groups[(*owner, *sorted(before))].append(((day, branch_id, staff_id), before))
    return [
        (staging.Owner(source or Source.IMPORT, import_id), _rows(tuple(names), found))
        for (source, import_id, *names), found in groups.items()
        if names
    ]


def _rows(names: tuple[str, ...], found: list[tuple[Key, dict[str, Any]]]) -> Rows:
    days, branches, staff = zip(*(key for key, _ in found), strict=True)
    values = {
        name: np.array([MISSING if before[name] is None else before[name] for _, before in found], np.int64)
        for name in names
    }
    return Rows(
        np.array(days, dtype="datetime64[D]"),
        np.array(branches, np.int64),
        np.array(staff, np.int64),
        values,
        np.zeros(len(found), bool),
        np.zeros(len(found), np.int64),
    )
