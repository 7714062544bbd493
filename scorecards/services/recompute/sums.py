"""Step one: the database adds up. Sums per branch or staff member and piece of time, as one float64 matrix.

Counts and whole minor units stay exact in float64 up to 2^53, ninety million million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from django.db.models import Case, IntegerField, Max, Min, Q, QuerySet, Value, When

from formulas.arrays import Flags, Floats, Ints
from formulas.periods import Span
from scorecards.models import DailyFigures, MonthSums
from scorecards.services.recompute.columns import (
    OF_BRANCHES,
    SUMMED,
    DayNumber,
    summed,
    sums_of_facts,
    sums_of_weekdays,
)
from scorecards.services.recompute.pairs import PAIRS, pairs_of
from scorecards.services.recompute.plan import Atoms
from scorecards.services.recompute.tables import Rows, found_rows
from scorecards.services.recompute.templates import template

_PORTION = 48 << 20
"""Bytes of sums of staff members that are computed at once."""
_KEYS = ("branch_id", "staff_id", "atom", "newest")


@dataclass(frozen=True, eq=False)
class Sums:
    """Rows of sums in order of time: each belongs to a branch, a staff member (0: the whole branch) and an atom.

    `values` is (rows, columns), OF_BRANCHES or SUMMED; `newest` the day number of the row's newest day.
    """

    atoms: Atoms
    branch: Ints
    staff: Ints
    atom: Ints
    newest: Ints
    values: Floats

    def where(self, kept: Flags) -> Sums:
        """The rows that `kept` (rows,) says."""
        if kept.all():
            return self
        keys = self.branch[kept], self.staff[kept], self.atom[kept], self.newest[kept]
        return Sums(self.atoms, *keys, self.values[kept])

    def rows_of(self, span: Span) -> slice:
        """The rows that make up a span of the atoms' cover; none for an empty span."""
        if span.is_empty:
            return slice(0, 0)
        cover = self.atoms.cover[span]
        start, stop = np.searchsorted(self.atom, [cover.start, cover.stop])
        return slice(int(start), int(stop))

    def over(self, span: Span | None, units: Ints, owner: Ints) -> Floats:
        """The sums of a span per unit: (len(units), columns), zeros for a unit without rows.

        `owner`: each row's unit as a place in `units`. None: no such span, all zeros.
        """
        total = np.zeros((len(units), self.values.shape[1]))
        if span is None:
            return total
        rows = self.rows_of(span)
        place, values = owner[rows], self.values[rows]
        for column in range(total.shape[1]):
            total[:, column] = np.bincount(place, weights=values[:, column], minlength=len(units))
        return total

    def last_branch(self, span: Span, units: Ints, owner: Ints) -> Ints:
        """Per unit the branch of its newest row in the span (the higher id of two on one day); 0 without rows."""
        rows = self.rows_of(span)
        order = np.lexsort((self.branch[rows], self.newest[rows], owner[rows]))
        latest = np.zeros(len(units), dtype=np.int64)
        latest[owner[rows][order]] = self.branch[rows][order]
        return latest


@dataclass(frozen=True)
class _Chosen:
    """Whose rows: a name for it, the condition, and of which ids in the column; None: of all."""

    name: str
    condition: Q
    column: str
    ids: Sequence[int] | None

    def rows(self, any_id: int) -> Q:
        """The condition with one id in the place of the list."""
        return self.condition if self.ids is None else self.condition & Q(**{self.column: any_id})


def branch_sums(atoms: Atoms, branches: Iterable[int] | None = None, *, paired: Iterable[Span]) -> Sums:
    """The sums of whole branches over each atom, of all of them or of some.

    The pairs of single days are wanted for the atoms of the spans `paired` only; elsewhere there may be none.
    """
    some = None if branches is None else list(branches)
    chosen = _Chosen("whole branches", Q(staff_id=0), "branch_id", some)
    months = _from_months(atoms, chosen, OF_BRANCHES)
    days = _from_days(atoms, chosen, lambda: sums_of_facts() | sums_of_weekdays(), len(OF_BRANCHES))
    return _sums(atoms, [*months, *days, *_from_pairs(atoms, paired, some)], OF_BRANCHES)


def staff_sums(atoms: Atoms, staff: Iterable[int] | None = None) -> Iterator[Sums]:
    """The sums of staff members over each atom, a row for every branch at which they worked.

    In portions of staff members, so that their number does not decide on the memory; one portion, if an empty one, at
    least. The database adds up once: what it found waits in a file.
    """
    # More than 0, said also beside a list of ids: the index of staff rows is a partial one.
    some = None if staff is None else list(staff)
    chosen = _Chosen("staff members", Q(staff_id__gt=0), "staff_id", some)
    with ExitStack() as stack:
        asked = [_asked_of_months(atoms, SUMMED), _asked_of_days(atoms, sums_of_facts)]
        found = [stack.enter_context(_found(each, chosen)) for each in asked if each.ranges]
        ids = [rows.column(_KEYS.index("staff_id")) for rows in found]
        for low, high in pairwise(_bounds(ids, len(SUMMED))):
            within = [(own >= low) & (own < high) for own in ids]
            parts = (_known(rows.of(kept)) for rows, kept in zip(found, within, strict=True))
            yield _sums(atoms, parts, SUMMED)


def _bounds(ids: list[Floats], columns: int) -> list[float]:
    """Where portions of about `_PORTION` bytes begin and end, from −∞ to ∞; a member's rows are all in one."""
    ordered = np.sort(np.concatenate([np.zeros(0), *ids]))
    rows = max(1, _PORTION // (8 * columns))
    return [-np.inf, *np.unique(ordered[rows::rows]).tolist(), np.inf]


def reach_of_facts(last: date) -> tuple[date | None, date | None]:
    """The oldest and the newest day with figures of a branch, up to and including `last`; (None, None) without any."""
    bounds = DailyFigures.objects.of_branches().filter(day__lte=last)
    return bounds.aggregate(n=Min("day"))["n"], bounds.aggregate(n=Max("day"))["n"]


def _sums(atoms: Atoms, parts: Iterable[Floats], columns: Sequence[str]) -> Sums:
    """The rows of all parts in order of time; each part has the keys and then `columns`."""
    found = list(parts)
    order = np.argsort(np.concatenate([np.zeros(0), *(part[:, 2] for part in found)]), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    keys, values = np.empty((len(order), len(_KEYS)), np.int64), np.empty((len(order), len(columns)))
    while found:  # one after the other put in place and let go of: together they take half of the memory
        part = found.pop()
        rows = place[len(place) - len(part) :]
        place = place[: len(place) - len(part)]
        keys[rows], values[rows] = part[:, : len(_KEYS)], part[:, len(_KEYS) :]
    return Sums(atoms, keys[:, 0], keys[:, 1], keys[:, 2], keys[:, 3], values)


def _from_months(atoms: Atoms, chosen: _Chosen, columns: Sequence[str]) -> Iterator[Floats]:
    asked = _asked_of_months(atoms, columns)
    if asked.ranges:
        with _found(asked, chosen) as rows:
            yield _known(rows.of())


def _from_days(
    atoms: Atoms, chosen: _Chosen, sums: Callable[[], dict[str, Any]], columns: int
) -> Iterator[Floats]:
    """The sums of days; columns that the sums do not have are 0."""
    asked = _asked_of_days(atoms, sums)
    if asked.ranges:
        with _found(asked, chosen) as rows:
            known = _known(rows.of())
        found = np.zeros((len(known), len(_KEYS) + columns))
        found[:, : known.shape[1]] = known
        yield found


def _known(rows: Floats) -> Floats:
    """A sum over nothing is 0."""
    return np.asarray(np.nan_to_num(rows, copy=False))


def _from_pairs(atoms: Atoms, paired: Iterable[Span], branches: Sequence[int] | None) -> Iterator[Floats]:
    """The pairs of days, in rows of their own."""
    wanted = {number for span in paired if not span.is_empty for number in atoms.cover[span]}
    edges = [(number, edge) for number, edge in atoms.edges() if number in wanted]
    if edges:
        pairs = pairs_of(edges, branches)
        found = np.zeros((len(pairs), len(_KEYS) + len(OF_BRANCHES)))
        found[:, [0, 2]] = pairs[:, :2]
        found[:, -len(PAIRS) :] = pairs[:, 2:]
        yield found


@dataclass(frozen=True)
class _Asked:
    """Rows with a date each, what is added up of them, and over which dates: (atom, first, last), in order."""

    rows: QuerySet
    field: str
    newest: Max
    sums: Callable[[], dict[str, Any]]
    ranges: list[tuple[int, date, date]]


def _asked_of_months(atoms: Atoms, columns: Sequence[str]) -> _Asked:
    """Months but those of members who have no figures any more: see `refresh_months`."""
    rows = MonthSums.objects.filter(days__gt=0)
    sums = {f"sum_{name}": name for name in columns}
    return _Asked(
        rows,
        "month",
        Max("last_day"),
        lambda: {each: summed(name) for each, name in sums.items()},
        list(atoms.months()),
    )


def _asked_of_days(atoms: Atoms, sums: Callable[[], dict[str, Any]]) -> _Asked:
    ranges = [(number, edge.first, edge.last) for number, edge in atoms.edges()]
    return _Asked(DailyFigures.objects.all(), "day", Max("day"), sums, ranges)


def _found(asked: _Asked, chosen: _Chosen) -> AbstractContextManager[Rows]:
    """One row per branch, staff member and atom."""
    within = [day for span in _joined(asked.ranges) for day in span]
    days = [*(last for _number, _first, last in asked.ranges), *within]
    numbers = tuple(number for number, _first, _last in asked.ranges)

    def make(holes: list[date], any_id: int) -> QuerySet:
        lasts, sums = zip(numbers, holes, strict=False), asked.sums()
        whens = [When(**{f"{asked.field}__lte": last}, then=Value(number)) for number, last in lasts]
        return (
            asked.rows.filter(chosen.rows(any_id), _within(asked.field, holes[len(numbers) :]))
            .order_by()
            .annotate(atom=Case(*whens, output_field=IntegerField()))
            .values("branch_id", "staff_id", "atom")
            .annotate(newest=DayNumber(asked.newest), **sums)
            .values_list(*_KEYS, *sums)
        )

    key = asked.field, chosen.name, chosen.ids is None, numbers
    kept = template(key, len(days), make)
    return found_rows(*kept.filled(days, chosen.ids), kept.width)


def _joined(ranges: Sequence[tuple[int, date, date]]) -> list[list[date]]:
    """(first, last) of the ranges in order, with those that touch as one."""
    joined: list[list[date]] = []
    for _number, first, last in ranges:
        if joined and (first - joined[-1][1]).days <= 1:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    return joined


def _within(field: str, ends: Sequence[date]) -> Q:
    """The condition that the date lies in one of the ranges, whose first and last days alternate."""
    condition = Q()
    for first, last in zip(ends[::2], ends[1::2], strict=True):
        condition |= Q(**{f"{field}__gte": first, f"{field}__lte": last})
    return condition


def places(units: Ints, keys: Ints) -> Ints:
    """Each key's place in the sorted array `units`; every key must be there."""
    return np.asarray(np.searchsorted(units, keys))
