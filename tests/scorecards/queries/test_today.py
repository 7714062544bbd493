"""What a branch's morning page is made of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from formulas.periods import Kind
from scorecards.models import DailyFigures
from scorecards.queries.today import Today, today_of
from tests.scorecards.factories import AS_OF, make_card, make_days
from tests.worlds import World

TODAY = AS_OF + timedelta(days=1)


def look(world: World, *, today: date = TODAY, against: str = "") -> Today:
    return today_of(world.manager, world.branch, as_of=AS_OF, today=today, against=against)


def test_nothing_at_all_is_empty_and_all_of_the_last_fortnight_is_missing(world: World) -> None:
    found = look(world)

    assert (found.month, found.newest, found.day, found.unusual) == (None, None, None, ())
    assert len(found.missing) == 14
    assert found.missing[0] == AS_OF


def test_the_month_begins_with_the_year_before_where_it_has_figures(world: World) -> None:
    make_days(world.branch, date(2025, 11, 2), date(2025, 11, 21))
    make_days(world.branch, date(2026, 11, 1), AS_OF)
    make_card(world.branch, Kind.MONTH, AS_OF)

    assert look(world).month.against == "year_before"
    assert look(world, against="previous").month.base is None


def test_the_newest_day_is_compared_with_the_same_weekday_a_week_before(world: World) -> None:
    make_days(world.branch, date(2026, 11, 1), AS_OF - timedelta(days=1))
    make_days(world.branch, AS_OF, AS_OF, revenue=360_000)

    found = look(world)

    assert found.newest == AS_OF
    assert found.day.change == 60_000
    assert found.day_before == date(2026, 11, 13)


@pytest.mark.parametrize(("revenue", "unusual"), [(303_000, []), (600_000, ["revenue", "basket"])])
def test_what_is_far_from_its_own_weekday_is_unusual(world: World, revenue: int, unusual: list[str]) -> None:
    for week in range(1, 9):
        day = AS_OF - timedelta(weeks=week)
        make_days(world.branch, day, day, revenue=300_000 + week * 1_000)
    make_days(world.branch, AS_OF, AS_OF, revenue=revenue)

    found = look(world)

    assert [item.code for item in found.unusual] == unusual
    assert found.history == 8


def test_the_unusual_comes_with_its_usual_range(world: World) -> None:
    for week, revenue in enumerate([100, 200, 300, 400, 500], start=1):
        day = AS_OF - timedelta(weeks=week)
        make_days(world.branch, day, day, revenue=revenue)
    make_days(world.branch, AS_OF, AS_OF, revenue=9_000)

    revenue_item = look(world).unusual[0]

    assert (revenue_item.value, revenue_item.usual) == (9_000, 300)
    assert (revenue_item.low, revenue_item.high) == (200, 400)


def test_four_earlier_days_are_too_few_to_call_anything_unusual(world: World) -> None:
    for week in range(1, 5):
        day = AS_OF - timedelta(weeks=week)
        make_days(world.branch, day, day)
    make_days(world.branch, AS_OF, AS_OF, revenue=9_000_000)

    assert look(world).unusual == ()


def test_the_running_week_is_not_drawn_because_it_would_look_like_a_fall(world: World) -> None:
    make_days(world.branch, date(2026, 11, 9), AS_OF)
    make_card(world.branch, Kind.WEEK, date(2026, 11, 9))
    make_card(world.branch, Kind.WEEK, AS_OF)

    weeks = look(world).weeks

    assert len(weeks) == 13
    assert weeks[-1].starts_on == date(2026, 11, 9)
    assert weeks[-1].revenue == 2_100_000
    assert [week.revenue for week in weeks[:-1]] == [None] * 12


def test_missing_days_are_trading_days_before_today(world: World) -> None:
    make_days(world.branch, date(2026, 11, 1), AS_OF, skip=[date(2026, 11, 12), date(2026, 11, 18)])

    assert look(world).missing == (date(2026, 11, 18), date(2026, 11, 12))
    assert look(world, today=TODAY + timedelta(days=1)).missing[0] == TODAY


def test_days_on_which_the_branch_does_not_trade_are_not_missing(world: World) -> None:
    world.branch.opened_on = AS_OF
    world.branch.save()

    assert look(world).missing == (AS_OF,)


def test_figures_of_a_foreign_branch_never_enter(world: World) -> None:
    make_days(world.foreign, date(2026, 11, 1), AS_OF)

    assert DailyFigures.objects.exists()
    assert look(world).newest is None
