"""Storing figures: one transaction with history, marks and the request for a recompute."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
from django.db import connection, transaction

from branches.models import User
from branches.services import audit
from scorecards.models import Source
from scorecards.services import recompute
from scorecards.services.figures import staging
from scorecards.services.figures.problems import FiguresRefused, Stored
from scorecards.services.figures.rows import MISSING, Rows, has_stored, rows_of
from scorecards.services.figures.rules import Examined, Today, examine
from scorecards.services.figures.staging import Change
from scorecards.services.unlocked import unlocked

LOCK = 7_214_001
"""The advisory lock of writers of figures. Sums of staff rows and the comparison with what is stored must
not change under a writer's feet; SQLite has one writer at a time by itself."""


def store(
    frame: pd.DataFrame,
    *,
    by: User | None,
    source: Source,
    at: datetime,
    why: str = "",
    import_id: int | None = None,
) -> Stored:
    """Store rows shaped as for `check` in one transaction; FiguresRefused if any rule is broken.

    A column that is absent leaves what is stored; NA in a column that is present stores "not recorded".
    Completes the branch rows from the staff rows, writes one FigureChange per changed row, marks the
    (branch, month) pairs, and requests a recompute. The same frame again stores nothing. A new row without
    a single figure is not stored.
    """
    change = Change(by.pk if by else None, source, at, why, import_id)
    with transaction.atomic():
        lock()
        examined = examine(rows_of(frame), Today(at=at))
        if examined.findings.bad.any():
            raise FiguresRefused(examined.findings.problems())
        return store_examined(examined, change, by=by)


def compare(frame: pd.DataFrame) -> Stored:
    """What `store` would do with rows that meet the rules; writes nothing."""
    examined = examine(rows_of(frame), Today(day=date.max))
    return compare_examined(examined)


def compare_examined(examined: Examined) -> Stored:
    """New, changed and same rows, the completed branch rows included; writes nothing that stays."""
    rows = examined.completed
    if not len(rows):
        return Stored(0, 0, 0)
    if not has_stored(rows):
        return _stored(rows, int(_anything(rows).sum()), 0)
    with unlocked(), staging.staged(rows):
        return _stored(rows, *staging.counts())


def store_examined(
    examined: Examined, change: Change, *, by: User | None, ready: Rows | None = None
) -> Stored:
    """Write what was examined in this same transaction; all of it must have met the rules.
    `ready`: what `staging.prepared` yielded before the transaction.
    """
    rows = examined.completed
    if not len(rows) or not rows.values:
        return Stored(0, 0, 0)
    if change.source == Source.IMPORT and not has_stored(rows):
        stored, months = _store_fresh(rows, change, ready)
    else:
        stored, months = _store_difference(rows, change, ready)
    if stored.written:
        recompute.mark_days(months)
        _audit(rows, stored, change, by)
        recompute.request()
    return stored


def lock() -> None:
    """One writer of figures at a time, to the end of the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _anything(rows: Rows) -> np.ndarray:
    return np.logical_or.reduce([values != MISSING for values in rows.values.values()])


def _stored(rows: Rows, new: int, changed: int) -> Stored:
    return Stored(new, changed, len(rows) - new - changed)


def _store_fresh(
    rows: Rows, change: Change, ready: Rows | None
) -> tuple[Stored, list[tuple[int, date, int]]]:
    filled = _anything(rows)
    kept = rows if filled.all() else rows.take(filled)  # a copy of a million rows is 80 MB
    if staging.is_ready(rows, ready):
        staging.write_fresh_ready(rows, change)
    else:
        staging.write_fresh(kept, change)
    return _stored(rows, len(kept), 0), _days_by_month(kept)


def _days_by_month(rows: Rows) -> list[tuple[int, date, int]]:
    """(branch, first day of month, its days among the rows as bits)."""
    places, branches = pd.factorize(rows.branch)
    months = rows.day.astype("datetime64[M]")
    first = months.min()
    later = (months - first).astype(np.int64)
    bits = np.zeros((len(branches), later.max() + 1), np.int64)
    day = (rows.day - months.astype("datetime64[D]")).astype(np.int64)
    np.bitwise_or.at(bits, (places, later), np.left_shift(1, day))
    branch, month = np.nonzero(bits)
    starts = (first + month).astype("datetime64[D]").tolist()
    return list(zip(branches[branch].tolist(), starts, bits[branch, month].tolist(), strict=True))


def _store_difference(
    rows: Rows, change: Change, ready: Rows | None
) -> tuple[Stored, list[tuple[int, date, int]]]:
    with staging.staged(rows, ready) as names:
        stored = _stored(rows, *staging.counts())
        months = staging.months() if stored.written else []
        if stored.written:
            staging.write_difference(names, change)
    return stored, months


def _audit(rows: Rows, stored: Stored, change: Change, by: User | None) -> None:
    one = bool((rows.pair() == rows.pair()[0]).all())
    subject = f"branch {rows.branch[0]} {rows.day[0]}" if one else f"{stored.written} rows"
    after = {
        "new": stored.new,
        "changed": stored.changed,
        "source": int(change.source),
        "import": change.import_id,
    }
    audit("figures stored", subject, by=by, after=after, at=change.at)
