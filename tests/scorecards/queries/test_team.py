"""Who in the team did what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from branches.models import Branch, User
from formulas.periods import Span
from scorecards.queries.team import Member, team, team_revenue
from tests.factories import EmploymentFactory, StaffMemberFactory
from tests.scorecards.factories import AS_OF, make_days
from tests.worlds import World

MONTH = Span(date(2026, 11, 1), AS_OF)
BEFORE = Span(date(2026, 10, 1), date(2026, 10, 20))


def november(user: User, branch: Branch) -> list[Member]:
    return team(user, branch, MONTH, BEFORE, "previous")


def test_the_team_comes_with_its_day_and_its_month_the_largest_first(world: World) -> None:
    make_days(world.branch, MONTH.first, AS_OF, staff_id=world.member.pk, revenue=100_000)
    make_days(world.branch, MONTH.first, AS_OF, staff_id=world.colleague.pk, revenue=300_000)

    found = november(world.manager, world.branch)

    assert [(m.staff.name, m.share) for m in found] == [("Han Mei", 0.75), ("Li Lei", 0.25)]
    assert found[0].day.revenue == 300_000
    assert found[0].month.current.revenue == 6_000_000


def test_a_members_month_is_compared_with_the_same_days_before(world: World) -> None:
    make_days(world.branch, MONTH.first, AS_OF, staff_id=world.member.pk, revenue=110_000)
    make_days(world.branch, date(2026, 10, 1), date(2026, 10, 31), staff_id=world.member.pk, revenue=100_000)

    [found] = november(world.manager, world.branch)

    assert found.month.base.revenue == 2_000_000  # 20 days of 31
    assert found.month.growth == 0.1


def test_in_the_month_of_a_move_each_branch_counts_what_was_done_there(world: World) -> None:
    moved = date(2026, 11, 11)
    make_days(world.branch, MONTH.first, date(2026, 11, 10), staff_id=world.member.pk, revenue=100_000)
    make_days(world.sister, moved, AS_OF, staff_id=world.member.pk, revenue=500_000)
    world.member.employments.update(ends_on=date(2026, 11, 10))
    EmploymentFactory(staff=world.member, branch=world.sister, starts_on=moved)

    [before] = november(world.regional, world.branch)
    [after] = november(world.regional, world.sister)

    assert (before.month.current.revenue, before.day) == (1_000_000, None)
    assert (after.month.current.revenue, after.month.base) == (5_000_000, None)


def test_a_member_without_figures_this_month_is_left_out(world: World) -> None:
    make_days(world.branch, BEFORE.first, BEFORE.last, staff_id=world.member.pk)
    make_days(world.branch, MONTH.first, MONTH.first, staff_id=world.colleague.pk)

    [found] = november(world.manager, world.branch)

    assert (found.staff.name, found.day, found.month.growth) == ("Han Mei", None, None)


def test_a_member_whose_revenue_is_not_recorded_has_no_share(world: World) -> None:
    make_days(world.branch, AS_OF, AS_OF, staff_id=world.member.pk, revenue=None)

    [found] = november(world.manager, world.branch)

    assert (found.share, found.month.current.orders) == (None, 30)


def test_a_foreign_team_stays_hidden(world: World) -> None:
    make_days(world.foreign, AS_OF, AS_OF, staff_id=world.foreign_member.pk)

    assert november(world.manager, world.foreign) == []
    assert len(november(world.foreign_manager, world.foreign)) == 1


def test_a_branch_without_figures_of_single_people_has_no_team(world: World) -> None:
    make_days(world.branch, AS_OF, AS_OF)

    assert november(world.manager, world.branch) == []
    assert team_revenue(world.branch, Span(AS_OF, AS_OF)) == {}


@pytest.mark.parametrize("people", [1, 3, 40])
def test_the_team_takes_two_queries_however_large(
    world: World, django_assert_num_queries: Any, people: int
) -> None:
    for _person in range(people):
        employment = EmploymentFactory(staff=StaffMemberFactory(), branch=world.branch)
        make_days(world.branch, AS_OF, AS_OF, staff_id=employment.staff_id)
    assert world.manager.scope.branch_ids == {world.branch.pk}
    with django_assert_num_queries(2):
        assert len(november(world.manager, world.branch)) == people


def test_the_teams_revenue_is_per_member_and_without_the_branch_row(world: World) -> None:
    make_days(world.branch, AS_OF, AS_OF)
    make_days(world.branch, AS_OF, AS_OF, staff_id=world.member.pk, revenue=120_000)
    make_days(world.branch, AS_OF, AS_OF, staff_id=world.colleague.pk, revenue=None)

    assert team_revenue(world.branch, Span(AS_OF, AS_OF)) == {world.member.pk: 120_000}
