"""Trading days without figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, DateField, F, Func, QuerySet, Sum, Value

from branches.models import Branch, Region, User
from branches.queries import named_like, trading_days
from scorecards.models import DailyFigures

TRADING_DAYS = 35
CALENDAR_DAYS = 49
"""Seven weeks hold 35 trading days of a branch that opens five days a week, and fit the bits of one bigint."""
FEW = 200
"""Branches, at most, whose days are read by branch; beyond it reading those of all by day is quicker."""


class DayBit(Func):
    """1 shifted by the days from the second date to the first: a day's place in the bits of a number, 62 at most.

    Worked out by the database: a CASE over seven weeks of days is compared day by day and takes twice as long.
    """

    arity = 2
    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The difference of two dates is a number of days."""
        template = "(1::bigint << (%(expressions)s::date))"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Dates are text here; the day of the Julian calendar is their number."""
        template = "(1 << CAST(julianday(%(expressions)s) AS INTEGER))"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)


@dataclass(frozen=True)
class Missing:
    """The days of a branch that lack figures, newest first."""

    branch_id: int
    days: tuple[date, ...]


def missing_of(branch_ids: Sequence[int], last: date) -> list[Missing]:
    """The branches that lack figures of any of their last 35 trading days up to `last`, included.

    The branch whose newest gap is the newest comes first, then the one with more gaps. At most seven queries, whatever
    the number of branches; days further back than seven weeks are not looked at.
    """
    first = last - timedelta(days=CALENDAR_DAYS - 1)
    ids, trades = trading_days(branch_ids, first, last)
    due = trades & (np.cumsum(trades[:, ::-1], axis=1)[:, ::-1] <= TRADING_DAYS)
    lacking = due & ~_present(ids, first, first + timedelta(days=int(due.any(axis=0).argmax())), last)
    found = [
        Missing(int(pk), tuple(first + timedelta(days=int(n)) for n in np.flatnonzero(row)[::-1]))
        for pk, row in zip(ids[lacking.any(axis=1)], lacking[lacking.any(axis=1)], strict=True)
    ]
    return sorted(found, key=lambda one: (-one.days[0].toordinal(), -len(one.days), one.branch_id))


def _present(ids: np.ndarray, first: date, since: date, last: date) -> np.ndarray:
    """Branch × day from `first` on: True where the branch's row is there and not before `since`. The database folds a
    branch's days into the bits of a number, so that one small row per branch crosses the wire instead of one per day.
    """
    bits = np.zeros(len(ids), dtype=np.int64)
    place = {int(pk): n for n, pk in enumerate(ids)}
    for pk, mask in _masks(ids, first, since, last):
        if pk in place:
            bits[place[pk]] = mask
    return (bits[:, None] >> np.arange(CALENDAR_DAYS)) & 1 == 1


def _masks(ids: np.ndarray, first: date, since: date, last: date) -> Iterable[tuple[int, int]]:
    rows, few = DailyFigures.objects.filter(day__range=(since, last)), len(ids) <= FEW
    # The staff's rows are of the same days: the index of a few branches' days knows them all, and no one's number.
    rows = rows.filter(branch__in=ids.tolist()) if few else rows.of_branches()
    bit = Sum(DayBit(F("day"), Value(first, output_field=DateField())), distinct=few)
    # PostgreSQL sums bigints as numeric.
    return ((pk, int(mask)) for pk, mask in rows.order_by().values_list("branch_id").annotate(mask=bit))


def newest_missing(branches: Iterable[Branch], last: date) -> tuple[Branch, date] | None:
    """The branch and day with the newest gap among these branches; None if nothing is missing."""
    by_id = {branch.pk: branch for branch in branches}
    found = missing_of(list(by_id), last) if by_id else []
    return (by_id[found[0].branch_id], found[0].days[0]) if found else None


def branches_to_watch(user: User, *, region: Region | None, search: str) -> QuerySet[Branch]:
    """The branches in scope below a region (None: all) whose code or name holds the text (empty: all)."""
    branches = Branch.objects.for_user(user)
    if region is not None:
        branches = branches.filter(region__in=[below.pk for below in region.descendants(include_self=True)])
    if search:
        branches = branches.filter(named_like(search))
    return branches
