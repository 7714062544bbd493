"""Weekdays on which branches never have figures."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from branches.models import Branch, OpeningHours
from scorecards.models import DailyFigures
from scorecards.queries.weekdays import NeverTraded, never_traded, span_looked_at
from tests.factories import BranchFactory
from tests.worlds import World

LAST = date(2026, 11, 21)  # a Saturday
FIRST = date(2026, 8, 23)  # a Sunday, thirteen weeks
SATURDAY, SUNDAY = 5, 6


def trade(branch: Branch, *, not_on: tuple[int, ...] = (), first: date = FIRST, last: date = LAST) -> None:
    """Figures of every day but these weekdays."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, branch=branch, revenue=100) for day in days if day.weekday() not in not_on
    )


def test_thirteen_weeks_are_looked_at() -> None:
    assert span_looked_at(LAST) == (FIRST, LAST)


def test_branches_that_never_traded_on_sundays_are_found_together(world: World) -> None:
    trade(world.branch, not_on=(SUNDAY,))
    trade(world.sister, not_on=(SUNDAY,))
    trade(world.foreign)

    assert never_traded(LAST) == [NeverTraded((SUNDAY,), (world.branch.pk, world.sister.pk))]


def test_sets_of_weekdays_are_told_apart_and_the_larger_group_comes_first(world: World) -> None:
    trade(world.branch, not_on=(SATURDAY, SUNDAY))
    trade(world.sister, not_on=(SUNDAY,))
    trade(world.foreign, not_on=(SUNDAY,))

    found = never_traded(LAST)

    assert [(one.weekdays, one.key, len(one.branch_ids)) for one in found] == [
        ((SUNDAY,), "6", 2),
        ((SATURDAY, SUNDAY), "5-6", 1),
    ]


def test_a_branch_with_one_sunday_of_thirteen_trades_on_sundays(world: World) -> None:
    trade(world.branch, not_on=(SUNDAY,))
    DailyFigures.objects.create(day=date(2026, 8, 23), branch=world.branch, revenue=100)

    assert never_traded(LAST) == []


def test_a_sunday_before_the_thirteen_weeks_does_not_count(world: World) -> None:
    trade(world.branch, not_on=(SUNDAY,))
    DailyFigures.objects.create(day=date(2026, 8, 16), branch=world.branch, revenue=100)

    assert [one.weekdays for one in never_traded(LAST)] == [(SUNDAY,)]


def test_branches_that_keep_opening_hours_are_left_alone(world: World) -> None:
    trade(world.branch, not_on=(SUNDAY,))
    OpeningHours.objects.create(branch=world.branch, weekday=6, opens_at="10:00", closes_at="16:00")

    assert never_traded(LAST) == []


@pytest.mark.parametrize(
    ("opened_on", "closed_on"),
    [(date(2026, 8, 24), None), (None, date(2026, 11, 20))],
    ids=["opened since", "closed since"],
)
def test_branches_that_did_not_trade_all_the_time_are_left_alone(
    world: World, opened_on: date | None, closed_on: date | None
) -> None:
    trade(world.branch, not_on=(SUNDAY,))
    Branch.objects.filter(pk=world.branch.pk).update(opened_on=opened_on, closed_on=closed_on)

    assert never_traded(LAST) == []


@pytest.mark.parametrize(("weeks", "found"), [(10, 1), (9, 0)])
def test_figures_of_ten_weeks_are_needed(world: World, weeks: int, found: int) -> None:
    trade(world.branch, not_on=(SUNDAY,), last=FIRST + timedelta(days=7 * weeks - 1))

    assert len(never_traded(LAST)) == found


@pytest.mark.parametrize(("not_on", "found"), [((4, 5, 6), 1), ((3, 4, 5, 6), 0), ((1, 2, 3, 4, 5, 6), 0)])
def test_more_than_three_silent_weekdays_are_rare_deliveries(
    world: World, not_on: tuple[int, ...], found: int
) -> None:
    trade(world.branch, not_on=not_on)

    assert len(never_traded(LAST)) == found


def test_a_branch_without_any_figures_is_not_said_to_be_closed(world: World) -> None:
    assert never_traded(LAST) == []


def test_staff_rows_alone_are_no_trading(world: World) -> None:
    trade(world.branch, not_on=(SUNDAY,))
    DailyFigures.objects.create(
        day=date(2026, 11, 15), branch=world.branch, staff_id=world.member.pk, revenue=1
    )

    assert [one.weekdays for one in never_traded(LAST)] == [(SUNDAY,)]


def test_many_branches_need_no_more_queries(
    world: World, django_assert_num_queries: Callable[[int], object]
) -> None:
    for branch in (world.branch, world.sister, world.foreign, BranchFactory(region=world.area)):
        trade(branch, not_on=(SUNDAY,))

    with django_assert_num_queries(2):
        assert len(never_traded(LAST)[0].branch_ids) == 4
