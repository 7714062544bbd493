from datetime import date, timedelta
from typing import Any

import pytest

from branches.models import Branch, Closure, OpeningHours
from scorecards.models import DailyFigures
from scorecards.queries import missing
from scorecards.queries.missing import branches_to_watch, missing_of, newest_missing
from tests.worlds import World

LAST = date(2026, 11, 20)  # a Friday


def fill(
    branch: Branch, first: date, last: date, leave_out: tuple[date, ...] = (), staff_id: int = 0
) -> None:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, branch=branch, staff_id=staff_id, revenue=100)
        for day in days
        if day not in leave_out
    )


def test_a_branch_with_all_its_figures_is_not_listed(world: World) -> None:
    fill(world.branch, date(2026, 10, 1), LAST)
    assert missing_of([world.branch.pk], LAST) == []


def test_gaps_are_named_newest_first(world: World) -> None:
    fill(world.branch, date(2026, 10, 1), LAST, leave_out=(date(2026, 11, 3), date(2026, 11, 19)))
    [found] = missing_of([world.branch.pk], LAST)
    assert found.branch_id == world.branch.pk
    assert found.days == (date(2026, 11, 19), date(2026, 11, 3))


def test_a_branch_without_any_figures_lacks_its_last_35_trading_days(world: World) -> None:
    [found] = missing_of([world.branch.pk], LAST)
    assert len(found.days) == 35
    assert found.days[-1] == date(2026, 10, 17)


@pytest.mark.parametrize("few", [0, 200])
def test_rows_of_the_staff_are_of_the_same_days(
    world: World, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "FEW", few)
    gap = date(2026, 11, 3)
    fill(world.branch, date(2026, 10, 1), LAST, leave_out=(gap,))
    fill(world.branch, date(2026, 10, 1), LAST, leave_out=(gap,), staff_id=world.member.pk)
    [found] = missing_of([world.branch.pk], LAST)
    assert found.days == (gap,)


def test_days_on_which_the_branch_is_closed_are_not_missing(world: World) -> None:
    fill(world.branch, date(2026, 10, 1), LAST, leave_out=(date(2026, 11, 18), date(2026, 11, 19)))
    Closure.objects.create(branch=world.branch, first_day=date(2026, 11, 19), last_day=date(2026, 11, 19))
    [found] = missing_of([world.branch.pk], LAST)
    assert found.days == (date(2026, 11, 18),)


def test_figures_of_a_closed_day_do_not_hide_a_gap(world: World) -> None:
    for weekday in range(5):  # Monday to Friday
        OpeningHours.objects.create(branch=world.branch, weekday=weekday, opens_at="09:00", closes_at="18:00")
    fill(world.branch, date(2026, 9, 1), LAST, leave_out=(date(2026, 11, 17),))
    [found] = missing_of([world.branch.pk], LAST)
    assert found.days == (date(2026, 11, 17),)


def test_the_branch_with_the_newest_gap_comes_first(world: World) -> None:
    fill(world.branch, date(2026, 10, 1), LAST, leave_out=(date(2026, 11, 2), date(2026, 11, 3)))
    fill(world.sister, date(2026, 10, 1), LAST, leave_out=(LAST,))
    found = missing_of([world.branch.pk, world.sister.pk], LAST)
    assert [one.branch_id for one in found] == [world.sister.pk, world.branch.pk]
    assert newest_missing([world.branch, world.sister], LAST) == (world.sister, LAST)


def test_nothing_is_missing_where_there_are_no_branches(db: None) -> None:
    assert missing_of([], LAST) == []
    assert newest_missing([], LAST) is None


def test_the_number_of_queries_does_not_grow_with_branches(
    world: World, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7):
        missing_of([world.branch.pk, world.sister.pk, world.foreign.pk], LAST)


def test_the_watched_branches_are_those_in_scope_below_the_region(world: World) -> None:
    assert set(branches_to_watch(world.regional, region=None, search="")) == {world.branch, world.sister}
    assert set(branches_to_watch(world.regional, region=world.north, search="futian")) == {world.sister}
    assert not branches_to_watch(world.regional, region=world.south, search="").exists()
    assert not branches_to_watch(world.regional, region=None, search="Secretfield").exists()
