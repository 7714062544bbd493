"""Taking back the last save of a branch's day, while nothing newer lies over it."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
from django.db import transaction

from branches.models import Branch, User
from branches.services import audit
from scorecards.models import DailyFigures, FigureChange, Source
from scorecards.queries.history import Save, last_save
from scorecards.services import recompute
from scorecards.services.entry import Stale
from scorecards.services.figures import FiguresRefused, store
from scorecards.services.figures.storing import lock


def undo_save(branch: Branch, day: date, number: int, *, by: User, at: datetime, why: str) -> None:
    """Give the rows of the save back what they held before and take away those that it added; all or nothing.

    `number`: the save that is meant (`Save.number`); `why` goes into the history. Stale if it is not the last one,
    is older than a day or somebody else's, or if rows that came meanwhile rest on it.
    """
    with transaction.atomic():
        lock()
        save = last_save(branch, day, by=by, at=at)
        if save is None or save.number != number:
            raise Stale
        _refuse_overlapped(branch, day, save)
        _take_away(branch, day, save, by=by, at=at, why=why)
        _give_back(branch, day, save, by=by, at=at, why=why)
        recompute.mark([(branch.pk, day)])
        audit(
            "figures undone", f"branch {branch.pk} {day}", by=by, after={"changes": len(save.changes)}, at=at
        )
        recompute.request()


def _refuse_overlapped(branch: Branch, day: date, save: Save) -> None:
    """Rows of a first import leave no change: what is stored must still be what was saved, and lose no row below it."""
    rows = {row.staff_id: row for row in DailyFigures.objects.filter(branch=branch, day=day)}
    for change in save.changes:
        row = rows.get(change.staff_id)
        if row is None or any(getattr(row, name) != value for name, value in change.after.items()):
            raise Stale
    added = {change.staff_id for change in save.added}
    if 0 in added and rows.keys() != added:
        raise Stale


def _take_away(branch: Branch, day: date, save: Save, *, by: User, at: datetime, why: str) -> None:
    """Delete the rows that the save added, and say so in the history."""
    added = save.added
    rows = DailyFigures.objects.filter(branch=branch, day=day, staff_id__in=[one.staff_id for one in added])
    rows._raw_delete(rows.db)  # no signals and no cascades hang on facts
    FigureChange.objects.bulk_create(
        FigureChange(
            day=day,
            branch=branch,
            staff_id=one.staff_id,
            before=one.after,
            after={},
            at=at,
            by=by,
            source=Source.ENTRY,
            why=why,
        )
        for one in added
    )


def _give_back(branch: Branch, day: date, save: Save, *, by: User, at: datetime, why: str) -> None:
    """Store what the corrected rows held before, through the door: its rules hold for old figures as well."""
    if not save.corrected:
        return
    try:
        store(_frame(branch, day, save.corrected), by=by, source=Source.ENTRY, at=at, why=why)
    except FiguresRefused as refusal:
        raise Stale from refusal


def _frame(branch: Branch, day: date, changes: tuple[FigureChange, ...]) -> pd.DataFrame:
    """A line per corrected row; inputs that only other rows changed are as they are stored."""
    names = sorted({name for change in changes for name in change.before})
    ids = [change.staff_id for change in changes]
    stored = {
        row.staff_id: row for row in DailyFigures.objects.filter(branch=branch, day=day, staff_id__in=ids)
    }
    frame = pd.DataFrame({"day": pd.to_datetime([day] * len(ids)), "branch_id": branch.pk, "staff_id": ids})
    for name in names:
        values = [change.before.get(name, getattr(stored[change.staff_id], name)) for change in changes]
        frame[name] = pd.array(values, dtype="Int64")
    frame["marked_open"] = [stored[pk].marked_open for pk in ids]
    return frame
