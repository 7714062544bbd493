"""How a member is getting on, measured by the own days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scorecards.queries.staff import Progress, progress
from tests.scorecards.factories import AS_OF, DailyFiguresFactory, make_days
from tests.worlds import World

NEWEST = AS_OF  # Friday 20 November 2026


def of(world: World, as_of: date = AS_OF) -> Progress | None:
    return progress(world.staff, world.member, as_of)


def friday(world: World, day: date, revenue: int | None, **values: Any) -> None:
    row = {"branch": world.branch, "staff_id": world.member.pk, **values}
    DailyFiguresFactory(day=day, revenue=revenue, **row)


def test_the_newest_day_stands_beside_the_same_weekday_a_week_before(world: World) -> None:
    friday(world, date(2026, 11, 13), 800_00)
    friday(world, NEWEST, 1_000_00)

    found = of(world)

    assert found.newest == NEWEST
    assert (found.day.current.revenue, found.day.base.revenue, found.day.growth) == (1_000_00, 800_00, 0.25)


def test_the_week_so_far_stands_beside_the_same_days_of_last_week(world: World) -> None:
    make_days(world.branch, date(2026, 11, 9), date(2026, 11, 15), staff_id=world.member.pk, revenue=100_00)
    make_days(world.branch, date(2026, 11, 16), NEWEST, staff_id=world.member.pk, revenue=150_00)

    found = of(world)

    assert (found.week.current.revenue, found.week.base.revenue) == (750_00, 500_00)  # Monday to Friday, both


def test_the_usual_is_the_middle_of_the_last_eight_of_that_weekday(world: World) -> None:
    for day, revenue in [
        (date(2026, 9, 18), 9_999_00),  # nine weeks before: too long ago
        (date(2026, 10, 30), 300_00),
        (date(2026, 11, 6), 900_00),
        (date(2026, 11, 12), 5_000_00),  # a Thursday
        (date(2026, 11, 13), 400_00),
    ]:
        friday(world, day, revenue)
    friday(world, NEWEST, 1_000_00)

    found = of(world)

    assert (found.usual, found.usual_days) == (400_00, 3)


def test_two_earlier_days_make_nothing_usual_and_unrecorded_ones_do_not_count(world: World) -> None:
    for day, revenue in [(date(2026, 10, 30), None), (date(2026, 11, 6), 900_00), (date(2026, 11, 13), 1_00)]:
        friday(world, day, revenue)
    friday(world, NEWEST, 1_000_00)

    assert of(world).usual is None


def test_a_day_at_two_branches_is_one_day(world: World) -> None:
    for day in (date(2026, 10, 30), date(2026, 11, 6), date(2026, 11, 13), NEWEST):
        friday(world, day, 200_00)
        friday(world, day, 300_00, branch=world.sister)

    found = of(world)

    assert (found.day.current.revenue, found.usual) == (500_00, 500_00)


def test_a_free_day_leaves_the_last_working_day(world: World) -> None:
    friday(world, date(2026, 11, 18), 700_00)

    assert of(world).newest == date(2026, 11, 18)
    assert of(world).day.base is None


def test_without_figures_in_the_last_week_there_is_no_progress(world: World) -> None:
    friday(world, date(2026, 11, 13), 700_00)

    assert of(world) is None


def test_only_days_that_the_reader_may_see_count(world: World) -> None:
    friday(world, NEWEST, 700_00, branch=world.foreign)

    assert progress(world.manager, world.member, AS_OF) is None
    assert progress(world.administrator, world.member, AS_OF).day.current.revenue == 700_00
    assert progress(world.staff, world.colleague, AS_OF) is None


@pytest.mark.parametrize("days", [1, 3])
def test_progress_takes_one_query(world: World, django_assert_num_queries: Any, days: int) -> None:
    make_days(world.branch, date(2026, 11, 21 - days), AS_OF, staff_id=world.member.pk)
    with django_assert_num_queries(1):
        assert of(world) is not None
