from datetime import date, timedelta

from branches.models import Branch
from scorecards.models import DailyFigures
from scorecards.queries.unlikely import unlikely
from tests.worlds import World

DAY = date(2026, 11, 20)
REVENUES = [100_000, 104_000, 98_000, 102_000, 96_000, 101_000, 99_000, 103_000, 97_000]


def history(branch: Branch, staff_id: int = 0, **constant: int) -> None:
    for week, revenue in enumerate(REVENUES, start=1):
        DailyFigures.objects.create(
            day=DAY - timedelta(weeks=week), branch=branch, staff_id=staff_id, revenue=revenue, **constant
        )


def test_a_figure_like_those_of_the_same_weekdays_is_likely(world: World) -> None:
    history(world.branch)
    assert unlikely(world.branch, DAY, {0: {"revenue": 105_000}}) == []


def test_a_figure_beyond_three_robust_deviations_is_unlikely(world: World) -> None:
    # The median is 100,000, the median distance 2,000: one robust deviation is 2,965.
    history(world.branch)
    [found] = unlikely(world.branch, DAY, {0: {"revenue": 109_000}})
    assert (found.staff_id, found.name, found.value) == (0, "revenue", 109_000)
    assert (found.usual, found.low, found.high, found.days) == (100_000, 96_000, 104_000, 9)
    assert unlikely(world.branch, DAY, {0: {"revenue": 108_000}}) == []


def test_a_small_count_may_differ_by_what_chance_brings(world: World) -> None:
    history(world.branch, visitors=3)  # always 3: any other count would be infinitely far
    assert unlikely(world.branch, DAY, {0: {"visitors": 8}}) == []
    [found] = unlikely(world.branch, DAY, {0: {"visitors": 30}})
    assert found.name == "visitors"


def test_a_member_is_judged_by_own_days_and_more_gently(world: World) -> None:
    history(world.branch, staff_id=world.member.pk)
    assert unlikely(world.branch, DAY, {world.member.pk: {"revenue": 115_000}}) == []
    [found] = unlikely(world.branch, DAY, {world.member.pk: {"revenue": 1_000_000}})
    assert found.staff_id == world.member.pk


def test_without_enough_history_nothing_is_unlikely(world: World) -> None:
    for week in range(1, 5):
        DailyFigures.objects.create(day=DAY - timedelta(weeks=week), branch=world.branch, revenue=100)
    assert unlikely(world.branch, DAY, {0: {"revenue": 1_000_000, "visitors": None}}) == []


def test_other_weekdays_and_other_branches_do_not_count(world: World) -> None:
    history(world.foreign)
    for n in range(1, 60):
        day = DAY - timedelta(days=n)
        if day.weekday() != DAY.weekday():
            DailyFigures.objects.create(day=day, branch=world.branch, revenue=100)
    assert unlikely(world.branch, DAY, {0: {"revenue": 1_000_000}}) == []
