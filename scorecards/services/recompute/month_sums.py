"""What a month adds up to, kept per branch and staff member: made anew from the facts, never patched."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection, transaction
from django.db.models import DateField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast

from formulas.periods import Kind, period_of
from scorecards.models import DailyFigures, MonthSums
from scorecards.services.recompute.columns import SUMMED, WEEKDAYS, sums_of_facts, sums_of_weekdays
from scorecards.services.recompute.pairs import months_paired_with, refresh_pairs
from scorecards.services.recompute.tables import insert_select
from scorecards.services.recompute.templates import template

_MONTHS_LOCK = 72_011


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
            add_up_month(month, branches)
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
    """Make the month sums of all branches anew, month by month.

    A run beside this one finds every month all the time, before or after: from a table emptied first it would compute
    cards of nothing, and write them if it comes to its end before this one does.
    """
    month = period_of(first, Kind.MONTH)
    outside = MonthSums.objects.exclude(month__gte=month.first, month__lte=last)
    outside._raw_delete(outside.db)
    while month.first <= last:
        with transaction.atomic():
            _one_at_a_time()
            MonthSums.objects.filter(month=month.first).delete()
            add_up_month(month.first)
            refresh_pairs([month.first])
        month = month.next()


def _one_at_a_time() -> None:
    """Two runs side by side must not both insert a month; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MONTHS_LOCK])


def add_up_month(month: date, branches: Collection[int] | None = None) -> None:
    """Insert the month sums of these branches (None: of all) and their staff."""
    span, columns = period_of(month, Kind.MONTH).span, (*SUMMED, *WEEKDAYS)

    def make(days: list[date], any_id: int) -> QuerySet:
        chosen = Q() if branches is None else Q(branch_id=any_id)
        return (
            DailyFigures.objects.filter(chosen, day__gte=days[0], day__lte=days[1])
            .order_by()
            .annotate(month=Cast(Value(days[0]), DateField()))
            .values("month", "branch_id", "staff_id")
            .annotate(last_day=Max("day"), **sums_of_facts(), **sums_of_weekdays())
            .values_list("month", "branch_id", "staff_id", "last_day", *(f"sum_{name}" for name in columns))
        )

    sql, params = template(("a month", branches is None), 2, make).filled([span.first, span.last], branches)
    insert_select(MonthSums, ["month", "branch_id", "staff_id", "last_day", *columns], sql, params)
