"""Step one: the database adds up. Sums per branch or staff member and piece of time, as one float64 matrix.

Counts and whole minor units stay exact in float64 up to 2^53, ninety million million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact

from formulas.arrays import Flags, Floats, Ints
from formulas.components import COMPONENTS
from formulas.periods import Kind, Span, period_of
from scorecards.models import DailyFigures, MonthSums
from scorecards.services.recompute.pairs import PAIRS, months_paired_with, pairs_of, refresh_pairs
from scorecards.services.recompute.plan import Atoms
from scorecards.services.recompute.tables import insert_select, read_rows
from scorecards.services.recompute.templates import template

COUNTS = tuple(f"{name}_days" for name in COMPONENTS)
SUMMED = ("days", *COMPONENTS, *COUNTS, "buyers_counted", "revenue_squares")
"""The columns of a matrix of sums: rows with figures, sums over recorded days (0 over none), days recorded, …"""
WEEKDAY_DAYS = tuple(f"weekday_{n}_days" for n in range(1, 8))
WEEKDAY_REVENUE = tuple(f"weekday_{n}_revenue" for n in range(1, 8))
WEEKDAYS = (*WEEKDAY_DAYS, *WEEKDAY_REVENUE)
OF_BRANCHES = (*SUMMED, *WEEKDAYS, *PAIRS)
"""The columns of a matrix of whole branches; staff members' end with those above."""
AT = {name: n for n, name in enumerate(OF_BRANCHES)}
_MONTHS_LOCK = 72_011
_KEYS = ("branch_id", "staff_id", "atom", "newest")


class DayNumber(Func):
    """Days since 1970-01-01 of a date, as an integer; the same on both databases."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps dates as text."""
        template = "CAST(julianday(%(expressions)s) - 2440587.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A difference of two dates is a number of days."""
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '1970-01-01')", **context)


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
    days = _from_days(atoms, chosen, lambda: _sums_of_facts() | _sums_of_weekdays(), len(OF_BRANCHES))
    return _sums(atoms, [*months, *days, *_from_pairs(atoms, paired, some)], OF_BRANCHES)


def staff_sums(atoms: Atoms, staff: Iterable[int] | None = None) -> Sums:
    """The sums of staff members over each atom, a row for every branch at which they worked."""
    # More than 0, said also beside a list of ids: the index of staff rows is a partial one.
    some = None if staff is None else list(staff)
    chosen = _Chosen("staff members", Q(staff_id__gt=0), "staff_id", some)
    days = _from_days(atoms, chosen, _sums_of_facts, len(SUMMED))
    return _sums(atoms, [*_from_months(atoms, chosen, SUMMED), *days], SUMMED)


def refresh_months(marked: dict[date, frozenset[int]]) -> frozenset[int]:
    """Make the month sums of these branches anew from the facts: first day of month → branches.

    Gives the staff members with figures in them, before or now. One who has none any more keeps a row of 0 days until
    the run's cards are written (`drop_empty_months`), so that a run that comes after one that was killed knows them.
    """
    staff: set[int] = set()
    for month, branches in marked.items():
        with transaction.atomic():
            _one_at_a_time()
            chosen = MonthSums.objects.filter(month=month, branch_id__in=branches)
            before = set(chosen.filter(staff_id__gt=0).values_list("branch_id", "staff_id"))
            chosen._raw_delete(chosen.db)  # nothing refers to these rows
            _add_up_month(month, branches)
            now = set(chosen.filter(staff_id__gt=0).values_list("branch_id", "staff_id"))
            MonthSums.objects.bulk_create(
                [_empty(month, *key) for key in sorted(before - now)], batch_size=500
            )
        staff.update(person for _branch, person in before | now)
    _refresh_pairs_of(marked)
    return frozenset(staff)


def _refresh_pairs_of(marked: dict[date, frozenset[int]]) -> None:
    """The pairs of these months, and of those of the next year whose days are paired with theirs."""
    months = {each for month in marked for each in (month, *months_paired_with(month))}
    if months:
        with transaction.atomic():
            _one_at_a_time()
            refresh_pairs(months, frozenset().union(*marked.values()))


def _empty(month: date, branch: int, staff: int) -> MonthSums:
    return MonthSums(
        month=month, branch_id=branch, staff_id=staff, last_day=month, **dict.fromkeys(SUMMED, 0)
    )


def drop_empty_months(marked: dict[date, frozenset[int]]) -> None:
    """Forget who has no figures any more in these months; in the transaction that writes the cards."""
    for month, branches in marked.items():
        empty = MonthSums.objects.filter(month=month, branch_id__in=branches, days=0)
        empty._raw_delete(empty.db)


def rebuild_months(first: date, last: date) -> None:
    """Make the month sums of all branches anew, month by month."""
    MonthSums.objects.all().delete()
    month = period_of(first, Kind.MONTH)
    while month.first <= last:
        with transaction.atomic():
            _one_at_a_time()
            MonthSums.objects.filter(month=month.first).delete()
            _add_up_month(month.first)
            refresh_pairs([month.first])
        month = month.next()


def _one_at_a_time() -> None:
    """Two runs side by side must not both insert a month; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MONTHS_LOCK])


def reach_of_facts(last: date) -> tuple[date | None, date | None]:
    """The oldest and the newest day with figures of a branch, up to and including `last`; (None, None) without any."""
    bounds = DailyFigures.objects.of_branches().filter(day__lte=last)
    return bounds.aggregate(n=Min("day"))["n"], bounds.aggregate(n=Max("day"))["n"]


def _add_up_month(month: date, branches: Collection[int] | None = None) -> None:
    """Insert the month sums of these branches (None: of all) and their staff."""
    span, columns = period_of(month, Kind.MONTH).span, (*SUMMED, *WEEKDAYS)

    def make(days: list[date], any_id: int) -> QuerySet:
        chosen = Q() if branches is None else Q(branch_id=any_id)
        return (
            DailyFigures.objects.filter(chosen, day__gte=days[0], day__lte=days[1])
            .order_by()
            .annotate(month=Cast(Value(days[0]), DateField()))
            .values("month", "branch_id", "staff_id")
            .annotate(last_day=Max("day"), **_sums_of_facts(), **_sums_of_weekdays())
            .values_list("month", "branch_id", "staff_id", "last_day", *(f"sum_{name}" for name in columns))
        )

    sql, params = template(("a month", branches is None), 2, make).filled([span.first, span.last], branches)
    insert_select(MonthSums, ["month", "branch_id", "staff_id", "last_day", *columns], sql, params)


def _sums_of_facts() -> dict[str, Any]:
    revenue = Cast(F("revenue"), FloatField())
    return {
        "sum_days": Count("*"),
        **{f"sum_{name}": Coalesce(_sum(name), 0.0) for name in COMPONENTS},
        **{f"sum_{name}_days": Count(name) for name in COMPONENTS},
        "sum_buyers_counted": Coalesce(_sum("buyers", filter=Q(visitors__isnull=False)), 0.0),
        "sum_revenue_squares": Coalesce(Sum(revenue * revenue), 0.0),
    }


def _sums_of_weekdays() -> dict[str, Any]:
    """Of whole branches only: they alone are ranked, and staff members' rows are many. NULL over nothing."""
    # From the day's number, 1970-01-01 having been a Thursday: extracting weekdays would cost a call for every row.
    days = {n: Q(staff_id=0) & Q(Exact((DayNumber("day") + 3) % 7, n - 1)) for n in range(1, 8)}
    return {
        **{f"sum_weekday_{n}_days": Count("revenue", filter=day) for n, day in days.items()},
        **{f"sum_weekday_{n}_revenue": _sum("revenue", filter=day) for n, day in days.items()},
    }


def _sum(name: str, **options: Any) -> Sum:
    """A sum in float8: exact here, and PostgreSQL would add up bigint as numeric, with ten times the memory."""
    return Sum(Cast(F(name), FloatField()), **options)


def _sums(atoms: Atoms, parts: Iterable[Floats], columns: Sequence[str]) -> Sums:
    """The rows of all parts in order of time; each part has the keys and then `columns`."""
    rows = np.concatenate([np.zeros((0, len(_KEYS) + len(columns))), *parts])
    rows = rows[np.argsort(rows[:, 2], kind="stable")]
    keys = rows[:, : len(_KEYS)].astype(np.int64)
    return Sums(atoms, keys[:, 0], keys[:, 1], keys[:, 2], keys[:, 3], rows[:, len(_KEYS) :])


def _from_months(atoms: Atoms, chosen: _Chosen, columns: Sequence[str]) -> Iterator[Floats]:
    ranges = [(number, first, last) for number, first, last in atoms.months()]
    if ranges:
        # Without those who have no figures any more: see `refresh_months`.
        rows = MonthSums.objects.filter(days__gt=0)
        asked = _Asked(
            rows, "month", Max("last_day"), lambda: {f"sum_{name}": _sum(name) for name in columns}
        )
        yield np.nan_to_num(_grouped(asked, chosen, ranges), copy=False)  # over nothing


def _from_days(
    atoms: Atoms, chosen: _Chosen, sums: Callable[[], dict[str, Any]], columns: int
) -> Iterator[Floats]:
    """The sums of days; columns that the sums do not have are 0."""
    ranges = [(number, edge.first, edge.last) for number, edge in atoms.edges()]
    if ranges:
        rows = _grouped(_Asked(DailyFigures.objects.all(), "day", Max("day"), sums), chosen, ranges)
        found = np.zeros((len(rows), len(_KEYS) + columns))
        found[:, : rows.shape[1]] = np.nan_to_num(rows, copy=False)
        yield found


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
    """Rows with a date each, and what is added up of them."""

    rows: QuerySet
    field: str
    newest: Max
    sums: Callable[[], dict[str, Any]]


def _grouped(asked: _Asked, chosen: _Chosen, ranges: Sequence[tuple[int, date, date]]) -> Floats:
    """One row per branch, staff member and atom; `ranges`: (atom, first, last) of the field's dates, in order."""
    within = [day for span in _joined(ranges) for day in span]
    days = [*(last for _number, _first, last in ranges), *within]
    numbers = tuple(number for number, _first, _last in ranges)

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
    return read_rows(*kept.filled(days, chosen.ids), kept.width)


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


__all__ = [
    "AT",
    "COUNTS",
    "OF_BRANCHES",
    "PAIRS",
    "SUMMED",
    "WEEKDAYS",
    "WEEKDAY_DAYS",
    "WEEKDAY_REVENUE",
    "Sums",
    "branch_sums",
    "drop_empty_months",
    "places",
    "reach_of_facts",
    "rebuild_months",
    "refresh_months",
    "staff_sums",
]
