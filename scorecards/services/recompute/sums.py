"""Step one: the database adds up. Sums per branch or staff member and piece of time, as one float64 matrix.

Counts and whole minor units stay exact in float64 up to 2^53, ninety million million of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

from formulas.arrays import Flags, Floats, Ints
from formulas.components import COMPONENTS
from formulas.periods import Kind, Span, period_of
from scorecards.models import DailyFigures, MonthSums
from scorecards.services.recompute.plan import Atoms
from scorecards.services.recompute.tables import insert_select, read_matrix

COUNTS = tuple(f"{name}_days" for name in COMPONENTS)
SUMMED = ("days", *COMPONENTS, *COUNTS, "buyers_counted", "revenue_squares")
"""The columns of a matrix of sums: rows with figures, sums over recorded days (0 over none), days recorded, …"""
AT = {name: n for n, name in enumerate(SUMMED)}
_SELECTED = tuple(f"sum_{name}" for name in SUMMED)
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

    `values` is (rows, len(SUMMED)); `newest` the day number of the row's newest day.
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
        """The sums of a span per unit: (len(units), len(SUMMED)), zeros for a unit without rows.

        `owner`: each row's unit as a place in `units`. None: no such span, all zeros.
        """
        total = np.zeros((len(units), len(SUMMED)))
        if span is None:
            return total
        rows = self.rows_of(span)
        place, values = owner[rows], self.values[rows]
        for column in range(len(SUMMED)):
            total[:, column] = np.bincount(place, weights=values[:, column], minlength=len(units))
        return total

    def last_branch(self, span: Span, units: Ints, owner: Ints) -> Ints:
        """Per unit the branch of its newest row in the span (the higher id of two on one day); 0 without rows."""
        rows = self.rows_of(span)
        order = np.lexsort((self.branch[rows], self.newest[rows], owner[rows]))
        latest = np.zeros(len(units), dtype=np.int64)
        latest[owner[rows][order]] = self.branch[rows][order]
        return latest


def branch_sums(atoms: Atoms, branches: Iterable[int] | None = None) -> Sums:
    """The sums of whole branches over each atom, of all of them or of some."""
    chosen = Q(staff_id=0)
    if branches is not None:
        chosen &= Q(branch_id__in=list(branches))
    return _sums(atoms, chosen)


def staff_sums(atoms: Atoms, staff: Iterable[int] | None = None) -> Sums:
    """The sums of staff members over each atom, a row for every branch at which they worked."""
    chosen = Q(staff_id__gt=0)  # said also beside a list of ids: the index of staff rows is a partial one
    if staff is not None:
        chosen &= Q(staff_id__in=list(staff))
    return _sums(atoms, chosen)


def refresh_months(marked: dict[date, frozenset[int]]) -> None:
    """Make the month sums of these branches anew from the facts: first day of month → branches."""
    for month, branches in marked.items():
        with transaction.atomic():
            _one_at_a_time()
            MonthSums.objects.filter(month=month, branch_id__in=branches).delete()
            _add_up_month(month, Q(branch_id__in=branches))


def rebuild_months(first: date, last: date) -> None:
    """Make the month sums of all branches anew, month by month."""
    MonthSums.objects.all().delete()
    month = period_of(first, Kind.MONTH)
    while month.first <= last:
        with transaction.atomic():
            _one_at_a_time()
            MonthSums.objects.filter(month=month.first).delete()
            _add_up_month(month.first, Q())
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


def _add_up_month(month: date, chosen: Q) -> None:
    span = period_of(month, Kind.MONTH).span
    rows = (
        DailyFigures.objects.filter(chosen, day__gte=span.first, day__lte=span.last)
        .order_by()
        .annotate(month=Cast(Value(month), DateField()))
        .values("month", "branch_id", "staff_id")
        .annotate(last_day=Max("day"), **_sums_of_facts())
        .values_list("month", "branch_id", "staff_id", "last_day", *_SELECTED)
    )
    insert_select(MonthSums, ["month", "branch_id", "staff_id", "last_day", *SUMMED], rows)


def _sums_of_facts() -> dict[str, Any]:
    revenue = Cast(F("revenue"), FloatField())
    return {
        "sum_days": Count("*"),
        **{f"sum_{name}": Coalesce(_sum(name), 0.0) for name in COMPONENTS},
        **{f"sum_{name}_days": Count(name) for name in COMPONENTS},
        "sum_buyers_counted": Coalesce(_sum("buyers", filter=Q(visitors__isnull=False)), 0.0),
        "sum_revenue_squares": Coalesce(Sum(revenue * revenue), 0.0),
    }


def _sum(name: str, **options: Any) -> Sum:
    """A sum in float8: exact here, and PostgreSQL would add up bigint as numeric, with ten times the memory."""
    return Sum(Cast(F(name), FloatField()), **options)


def _sums(atoms: Atoms, chosen: Q) -> Sums:
    parts = [part for part in (_from_months(atoms, chosen), _from_days(atoms, chosen)) if part is not None]
    empty = np.zeros((0, len(_KEYS) + len(SUMMED)))
    rows = np.concatenate([read_matrix(part) for part in parts]) if parts else empty
    rows = rows[np.argsort(rows[:, 2], kind="stable")]
    keys = rows[:, : len(_KEYS)].astype(np.int64)
    return Sums(atoms, keys[:, 0], keys[:, 1], keys[:, 2], keys[:, 3], rows[:, len(_KEYS) :])


def _from_months(atoms: Atoms, chosen: Q) -> QuerySet | None:
    ranges = [(number, first, last) for number, first, last in atoms.months()]
    if not ranges:
        return None
    sums = {f"sum_{name}": _sum(name) for name in SUMMED}
    return _grouped(MonthSums.objects.filter(chosen), "month", ranges, Max("last_day"), sums)


def _from_days(atoms: Atoms, chosen: Q) -> QuerySet | None:
    ranges = [(number, edge.first, edge.last) for number, edge in atoms.edges()]
    if not ranges:
        return None
    return _grouped(DailyFigures.objects.filter(chosen), "day", ranges, Max("day"), _sums_of_facts())


def _grouped(
    rows: QuerySet, field: str, ranges: Sequence[tuple[int, date, date]], newest: Max, sums: dict[str, Any]
) -> QuerySet:
    """One row per branch, staff member and atom; `ranges`: (atom, first, last) of the field's dates, in order."""
    whens = [When(**{f"{field}__lte": last}, then=Value(number)) for number, _first, last in ranges]
    return (
        rows.filter(_within(field, ranges))
        .order_by()
        .annotate(atom=Case(*whens, output_field=IntegerField()))
        .values("branch_id", "staff_id", "atom")
        .annotate(newest=DayNumber(newest), **sums)
        .values_list(*_KEYS, *_SELECTED)
    )


def _within(field: str, ranges: Sequence[tuple[int, date, date]]) -> Q:
    """The condition that the date lies in one of the ranges, with ranges that touch written as one."""
    joined: list[list[date]] = []
    for _number, first, last in ranges:
        if joined and (first - joined[-1][1]).days <= 1:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    condition = Q()
    for first, last in joined:
        condition |= Q(**{f"{field}__gte": first, f"{field}__lte": last})
    return condition


def places(units: Ints, keys: Ints) -> Ints:
    """Each key's place in the sorted array `units`; every key must be there."""
    return np.asarray(np.searchsorted(units, keys))


__all__ = [
    "AT",
    "COUNTS",
    "SUMMED",
    "Sums",
    "branch_sums",
    "places",
    "reach_of_facts",
    "rebuild_months",
    "refresh_months",
    "staff_sums",
]
