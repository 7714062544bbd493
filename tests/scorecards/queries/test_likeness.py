"""Spans of days that cannot be compared as they are, and what can."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from branches.models import Closure
from formulas.periods import Span
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE, Comparison, compare, sums_of_days
from scorecards.queries.days import days_of_branch
from scorecards.queries.likeness import LikeForLike, closures_within, is_alike, like_for_like, per_day
from tests.scorecards.factories import make_days
from tests.worlds import World

OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))
YEAR_EARLIER = Span(date(2025, 10, 2), date(2025, 11, 1))


def compared(world: World, base: Span = YEAR_EARLIER, against: str = YEAR_BEFORE) -> Comparison:
    days = days_of_branch(world.manager, world.branch, [OCTOBER, base])
    return compare(sums_of_days(days, OCTOBER), sums_of_days(days, base), against)


def found(world: World, comparison: Comparison) -> LikeForLike | None:
    return like_for_like(world.manager, world.branch, comparison)


def test_whole_months_are_compared_as_they_are(world: World, django_assert_num_queries: Any) -> None:
    make_days(world.branch, OCTOBER.first, OCTOBER.last, revenue=110_00)
    make_days(world.branch, YEAR_EARLIER.first, YEAR_EARLIER.last, revenue=100_00)
    comparison = compared(world)
    with django_assert_num_queries(0):
        assert found(world, comparison) is None


def test_of_a_branch_that_opened_meanwhile_only_its_days_are_compared(world: World) -> None:
    make_days(world.branch, OCTOBER.first, date(2026, 10, 30), revenue=500_00)
    make_days(world.branch, date(2026, 10, 31), OCTOBER.last, revenue=105_00)
    make_days(world.branch, YEAR_EARLIER.last, YEAR_EARLIER.last, revenue=100_00)  # open for one day
    like = found(world, compared(world))
    assert like == LikeForLike(105_00, 100_00, 1)
    assert like.growth == pytest.approx(0.05)


def test_the_days_of_a_refurbishment_are_left_out_on_both_sides(world: World) -> None:
    make_days(world.branch, OCTOBER.first, date(2026, 10, 10), revenue=110_00)
    make_days(world.branch, YEAR_EARLIER.first, YEAR_EARLIER.last, revenue=100_00)
    assert found(world, compared(world)) == LikeForLike(1_100_00, 1_000_00, 10)


def test_other_periods_are_compared_by_their_days(world: World) -> None:
    september = Span(date(2026, 9, 1), date(2026, 9, 30))
    make_days(world.branch, OCTOBER.first, OCTOBER.last, revenue=110_00)
    make_days(world.branch, date(2026, 9, 21), date(2026, 9, 30), revenue=100_00)
    comparison = compared(world, september, PREVIOUS)
    assert found(world, comparison) == per_day(comparison) == LikeForLike(110_00, 100_00)


def test_days_that_never_meet_are_compared_by_the_day(world: World) -> None:
    make_days(world.branch, OCTOBER.first, date(2026, 10, 10), revenue=110_00)
    make_days(world.branch, date(2025, 10, 30), YEAR_EARLIER.last, revenue=100_00)
    assert found(world, compared(world)) == LikeForLike(110_00, 100_00)


def test_nine_days_in_ten_are_alike(world: World) -> None:
    make_days(world.branch, OCTOBER.first, OCTOBER.last)
    make_days(world.branch, YEAR_EARLIER.first, date(2025, 10, 29))  # 28 of 31
    assert is_alike(compared(world))
    make_days(world.sister, OCTOBER.first, OCTOBER.last)
    make_days(world.sister, YEAR_EARLIER.first, date(2025, 10, 28))  # 27 of 31
    days = days_of_branch(world.regional, world.sister, [OCTOBER, YEAR_EARLIER])
    assert not is_alike(compare(sums_of_days(days, OCTOBER), sums_of_days(days, YEAR_EARLIER), YEAR_BEFORE))


def test_without_anything_to_compare_there_is_nothing_unlike(world: World) -> None:
    make_days(world.branch, OCTOBER.first, OCTOBER.last)
    assert is_alike(compared(world))
    assert per_day(compared(world)) is None


def test_the_branchs_own_closures_of_some_length_are_named(world: World) -> None:
    Closure.objects.create(
        branch=world.branch, first_day=date(2026, 9, 20), last_day=date(2026, 10, 3), reason="Refurbished"
    )
    for branch, day in [(world.branch, date(2026, 10, 9)), (world.sister, date(2026, 10, 5))]:
        Closure.objects.create(branch=branch, first_day=day, last_day=day)
    assert [one.reason for one in closures_within(world.branch, OCTOBER)] == ["Refurbished"]
    assert closures_within(world.branch, Span(date(2026, 10, 4), date(2026, 10, 31))) == []
