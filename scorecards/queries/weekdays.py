"""Weekdays on which branches never trade although nobody has said so: their opening hours are not kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from branches.models import Branch
from scorecards.models import DailyFigures

WEEKS = 13
WEEKS_NEEDED = 10
"""Weeks with figures that the finding rests on; the others may lie in a refurbishment or be late."""
MOST_CLOSED = 3
"""A branch without figures on more weekdays than that delivers them rarely; it is not closed."""
WEEKDAYS = range(7)


@dataclass(frozen=True)
class NeverTraded:
    """Branches, by id in ascending order, that had no figures on any of these weekdays (0: Monday)."""

    weekdays: tuple[int, ...]
    branch_ids: tuple[int, ...]

    @property
    def key(self) -> str:
        """The weekdays as an address or a form carries them: "5-6"."""
        return "-".join(str(weekday) for weekday in self.weekdays)


def span_looked_at(last: date) -> tuple[date, date]:
    """The first and the last day of the thirteen weeks up to `last`."""
    return last - timedelta(days=7 * WEEKS - 1), last


def never_traded(last: date) -> list[NeverTraded]:
    """The weekdays without a single figure in the thirteen weeks up to `last`: by set of weekdays, most branches first.

    Looked at are branches that keep no opening hours, traded all the time, and had figures in ten of the weeks at
    least. A branch that traded on one Sunday of the thirteen trades on Sundays. Two queries, however many branches.
    """
    first, last = span_looked_at(last)
    days = [first + timedelta(days=n) for n in range(7 * WEEKS)]
    silent = _silent_weekdays(_branches(first, last), days)
    steady = _steady(silent, days)
    sets: dict[tuple[int, ...], list[int]] = {}
    for pk in sorted(steady):
        sets.setdefault(silent[pk], []).append(pk)
    found = [NeverTraded(weekdays, tuple(ids)) for weekdays, ids in sets.items()]
    return sorted(found, key=lambda one: (-len(one.branch_ids), one.weekdays))


def _branches(first: date, last: date) -> QuerySet[Branch]:
    """Without opening hours, open from the first day to the last."""
    opened = Q(opened_on__isnull=True) | Q(opened_on__lte=first)
    closed = Q(closed_on__isnull=True) | Q(closed_on__gte=last)
    return Branch.objects.filter(opened, closed, opening_hours__isnull=True).order_by()


def _silent_weekdays(branches: QuerySet[Branch], days: list[date]) -> dict[int, tuple[int, ...]]:
    """Branch id → its one to three weekdays without figures. The database stops at the first figure that it finds."""
    seen = {
        f"on_{weekday}": _has_figures([day for day in days if day.weekday() == weekday])
        for weekday in WEEKDAYS
    }
    rows = branches.annotate(**seen).values_list("pk", *seen)
    silent = {pk: tuple(n for n in WEEKDAYS if not flags[n]) for pk, *flags in rows}
    return {pk: weekdays for pk, weekdays in silent.items() if 0 < len(weekdays) <= MOST_CLOSED}


def _steady(ids: Iterable[int], days: list[date]) -> set[int]:
    """Those of the branches that have figures in enough of the weeks."""
    wanted = set(ids)
    weeks: list[Combinable] = [
        Case(
            When(_has_figures(days[start : start + 7]), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
        for start in range(0, len(days), 7)
    ]
    counted = weeks[0]
    for week in weeks[1:]:
        counted = counted + week
    steady = _branches(days[0], days[-1]).annotate(weeks=counted).filter(weeks__gte=WEEKS_NEEDED)
    return wanted & set(steady.values_list("pk", flat=True)) if wanted else set()


def _has_figures(days: list[date]) -> Exists:
    return Exists(
        DailyFigures.objects.of_branches().filter(branch=OuterRef("pk"), day__in=days).values("day")
    )
