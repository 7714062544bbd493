"""A file comes in, and its questions are answered."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from branches.models import User
from branches.services import audit
from jobs import services as jobs
from jobs.models import Job, State
from scorecards.importing.plan import Plan
from scorecards.importing.problems import FileRefused
from scorecards.models import FigureImport, ImportProfile, ImportState
from scorecards.models.imports import DISCARDED
from scorecards.services.imports.opening import end

INSPECT = "figures.inspect"
APPLY = "figures.apply"
UNDO = "figures.undo"
OPEN_STATES = (ImportState.UPLOADED, ImportState.READY)
JOB_OF = {ImportState.READING: INSPECT, ImportState.APPLYING: APPLY}


class Duplicate(Exception):
    """A profile with this name exists already."""


def receive(
    file: File[bytes], name: str, *, by: User | None, at: datetime, profile: ImportProfile | None = None
) -> FigureImport:
    """Keep an uploaded file and have the worker look at it. FileRefused if it is empty or too large."""
    size = file.size or 0
    if size > settings.IMPORT_MAX_BYTES:
        raise FileRefused("too_big", most=settings.IMPORT_MAX_BYTES // 2**20)
    if not size:
        raise FileRefused("empty")
    with transaction.atomic():
        made = FigureImport(
            name=name[:200], size=size, digest=digest_of(file), at=at, by=by, state=ImportState.READING
        )
        if profile:
            made.options, made.mapping = profile.options, profile.mapping
        made.file.save(f"figures-{made.digest[:16]}", file, save=False)
        made.save()
        audit(
            "import uploaded", f"import {made.pk}", by=by, after={"size": size, "digest": made.digest}, at=at
        )
        jobs.request(INSPECT, f"import {made.pk}", arguments={"import": made.pk})
    return made


def digest_of(file: File[bytes]) -> str:
    """The SHA-256 of a file, which is then at its start again."""
    digest = hashlib.sha256()
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def newest_job(made: FigureImport) -> Job | None:
    """The newest job that works or worked on an import."""
    return Job.objects.filter(subject=f"import {made.pk}").order_by("-created_at", "-pk").first()


def is_stuck(made: FigureImport, job: Job | None) -> bool:
    """True if a worker should be at it and none is, nor will be: its newest job broke off. Nothing was stored."""
    return made.state in JOB_OF and (job is None or job.state in (State.DONE, State.FAILED))


def _open(made: FigureImport) -> QuerySet[FigureImport]:
    """The import itself if nobody works on it and it was not imported; none otherwise. Held to the end of the
    transaction.
    """
    kept = FigureImport.objects.select_for_update().get(pk=made.pk)
    found = FigureImport.objects.filter(pk=made.pk)
    return found if kept.state in OPEN_STATES or is_stuck(kept, newest_job(kept)) else found.none()


def try_again(made: FigureImport, *, by: User, at: datetime) -> bool:
    """Have the worker take up what broke off. False if it did not."""
    with transaction.atomic():
        kept = FigureImport.objects.select_for_update().get(pk=made.pk)
        if not is_stuck(kept, newest_job(kept)):
            return False
        audit("import tried again", f"import {made.pk}", by=by, after={"state": kept.state}, at=at)
        kind = JOB_OF[ImportState(kept.state)]
        jobs.request(kind, f"import {made.pk}", arguments={"import": made.pk}, again=True)
    return True


def look_again(made: FigureImport, *, by: User, at: datetime) -> bool:
    """Have a file that waits to be imported read once more, as before: branches or rights may have come since. False
    if it does not wait.
    """
    with transaction.atomic():
        changed = FigureImport.objects.filter(pk=made.pk, state=ImportState.READY).update(
            state=ImportState.READING, error=""
        )
        if changed:
            audit("import tried again", f"import {made.pk}", by=by, after={"state": ImportState.READY}, at=at)
            jobs.request(INSPECT, f"import {made.pk}", arguments={"import": made.pk}, again=True)
    return bool(changed)


def answer(made: FigureImport, plan: Plan, *, by: User, at: datetime) -> bool:
    """Keep how the file is to be read and have it read. False if it is being worked on, was imported or refused."""
    with transaction.atomic():
        changed = _open(made).update(
            options=plan.options(), mapping=plan.mapping, state=ImportState.READING, error="", question={}
        )
        if changed:
            before: dict[str, Any] = {"mapping": made.mapping}
            audit(
                "import described",
                f"import {made.pk}",
                by=by,
                before=before,
                after={"mapping": plan.mapping},
                at=at,
            )
            jobs.request(INSPECT, f"import {made.pk}", arguments={"import": made.pk}, again=True)
    return bool(changed)


def use_profile(made: FigureImport, profile: ImportProfile, *, by: User, at: datetime) -> bool:
    """Read the file as a saved profile says."""
    from scorecards.importing.plan import plan_of

    return answer(made, plan_of(profile.options, profile.mapping), by=by, at=at)


def save_profile(name: str, plan: Plan, *, by: User, at: datetime) -> ImportProfile:
    """Keep a plan under a name, for the next file of the same source. Duplicate if somebody else has that name."""
    with transaction.atomic():
        values = {"options": plan.options(), "mapping": plan.mapping, "by": by}
        profile, created = ImportProfile.objects.get_or_create(name=name, defaults=values)
        if not created:
            if profile.by_id != by.pk:
                raise Duplicate(name)
            ImportProfile.objects.filter(pk=profile.pk).update(**values)
        audit("import profile saved", f"profile {profile.pk}", by=by, after={"mapping": plan.mapping}, at=at)
    return profile


def discard(made: FigureImport, *, by: User, at: datetime) -> bool:
    """Drop a file that was not imported; its row stays in the list, and so does the reason of a refused one.

    False if it was imported or is being so, or was put aside before.
    """
    with transaction.atomic():
        ended = end(_open(made), made, json.dumps({"code": DISCARDED})) or _seen(made)
        if ended:
            audit("import discarded", f"import {made.pk}", by=by, at=at)
    return ended


def _seen(made: FigureImport) -> bool:
    """Nobody has to see to a refused file any more. False if it was not refused, or has been put aside."""
    kept = FigureImport.objects.select_for_update().get(pk=made.pk)
    if kept.state != ImportState.REFUSED or kept.is_put_aside:
        return False
    kept.error = json.dumps(json.loads(kept.error) | {"seen": DISCARDED})
    kept.save(update_fields=["error"])
    return True
