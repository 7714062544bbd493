"""Saving what was typed on the entry page: compare-and-set around the one door of figures; drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from django.db import transaction

from branches.models import Branch, User
from scorecards.models import DailyFigures, FigureDraft, Source
from scorecards.queries.entry import Values
from scorecards.services.figures import Stored, store
from scorecards.services.figures.storing import lock


class Stale(Exception):
    """Somebody else has changed the day since the form was opened; nothing was stored."""


@dataclass(frozen=True)
class Entry:
    """What is to be stored of a branch's day: inputs by staff id (0: the branch's own), None for "not recorded".

    An input that appears in no row is left as it is stored. `seen`: the revisions, by staff id, that the editor saw.
    """

    branch: Branch
    day: date
    rows: Mapping[int, Values]
    seen: Mapping[int, int]
    marked_open: bool = False
    why: str = ""


def save_entry(entry: Entry, *, by: User, at: datetime) -> Stored:
    """Store a day in one transaction, if nobody has changed it meanwhile, and drop the editor's draft of it.

    Raises Stale, or FiguresRefused with every rule that is broken; nothing is stored then. History, audit row,
    marks and the request for a recompute come from `store`.
    """
    with transaction.atomic():
        lock()  # before the comparison: two first entries of the same day have no row that could be locked
        _refuse_stale(entry)
        stored = store(frame_of(entry), by=by, source=Source.ENTRY, at=at, why=entry.why)
        FigureDraft.objects.filter(branch=entry.branch, day=entry.day, by=by).delete()
    return stored


def _refuse_stale(entry: Entry) -> None:
    rows = DailyFigures.objects.filter(branch=entry.branch, day=entry.day)
    if dict(rows.values_list("staff_id", "revision")) != dict(entry.seen):
        raise Stale


def frame_of(entry: Entry) -> pd.DataFrame:
    """The rows as the door for figures wants them: a line per staff id, a column per input that any row holds."""
    names = sorted({name for values in entry.rows.values() for name in values})
    count = len(entry.rows)
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime([entry.day] * count),
            "branch_id": [entry.branch.pk] * count,
            "staff_id": list(entry.rows),
        }
    )
    for name in names:
        values = [entry.rows[pk].get(name) for pk in entry.rows]
        frame[name] = pd.array(values, dtype="Int64")
    frame["marked_open"] = entry.marked_open
    return frame


def save_draft(branch: Branch, day: date, typed: dict[str, str], *, by: User, at: datetime) -> FigureDraft:
    """Keep what is typed but not saved. A personal note, so without an audit row; empty text is left out."""
    kept = {name: text for name, text in typed.items() if text}
    draft, _created = FigureDraft.objects.update_or_create(
        branch=branch, day=day, by=by, defaults={"typed": kept, "at": at}
    )
    return draft


def discard_draft(branch: Branch, day: date, *, by: User) -> None:
    """Forget what was typed and not saved."""
    FigureDraft.objects.filter(branch=branch, day=day, by=by).delete()
