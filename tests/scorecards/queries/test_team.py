"""Who in the team did what."""

from __future__ import annotations

from datetime import date

from formulas.periods import Kind, Span
from scorecards.queries.team import team, team_revenue
from tests.scorecards.factories import AS_OF, make_card, make_days
from tests.worlds import World


def test_the_team_comes_with_its_day_and_its_month_the_largest_first(world: World) -> None:
    make_days(world.branch, date(2026, 11, 1), AS_OF, staff_id=world.member.pk, revenue=100_000)
    make_days(world.branch, date(2026, 11, 1), AS_OF, staff_id=world.colleague.pk, revenue=300_000)
    for person in (world.member, world.colleague):
        make_card(world.branch, Kind.MONTH, AS_OF, staff_id=person.pk)

    found = team(world.manager, world.branch, AS_OF, "previous")

    assert [(m.staff.name, m.share) for m in found] == [("Han Mei", 0.75), ("Li Lei", 0.25)]
    assert found[0].day.revenue == 300_000
    assert found[0].month.current.revenue == 6_000_000


def test_a_member_may_have_a_day_and_no_card_yet_or_a_card_and_no_day(world: World) -> None:
    make_days(world.branch, AS_OF, AS_OF, staff_id=world.member.pk)
    make_days(world.branch, date(2026, 11, 1), date(2026, 11, 1), staff_id=world.colleague.pk)
    make_card(world.branch, Kind.MONTH, AS_OF, staff_id=world.colleague.pk)

    found = {m.staff.name: m for m in team(world.manager, world.branch, AS_OF, "")}

    assert (found["Li Lei"].month, found["Li Lei"].share) == (None, None)
    assert found["Han Mei"].day is None


def test_a_foreign_team_stays_hidden(world: World) -> None:
    make_days(world.foreign, AS_OF, AS_OF, staff_id=world.foreign_member.pk)
    make_card(world.foreign, Kind.MONTH, AS_OF, staff_id=world.foreign_member.pk)

    assert team(world.manager, world.foreign, AS_OF, "") == []
    assert len(team(world.foreign_manager, world.foreign, AS_OF, "")) == 1


def test_a_branch_without_figures_of_single_people_has_no_team(world: World) -> None:
    make_days(world.branch, AS_OF, AS_OF)

    assert team(world.manager, world.branch, AS_OF, "") == []
    assert team_revenue(world.branch, Span(AS_OF, AS_OF)) == {}


def test_the_teams_revenue_is_per_member_and_without_the_branch_row(world: World) -> None:
    make_days(world.branch, AS_OF, AS_OF)
    make_days(world.branch, AS_OF, AS_OF, staff_id=world.member.pk, revenue=120_000)
    make_days(world.branch, AS_OF, AS_OF, staff_id=world.colleague.pk, revenue=None)

    assert team_revenue(world.branch, Span(AS_OF, AS_OF)) == {world.member.pk: 120_000}
