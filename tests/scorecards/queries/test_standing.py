"""How a place stands and which branches need help."""

import pytest

from formulas.periods import period_from_code
from scorecards.models import Card, Level
from scorecards.queries.directory import directory
from scorecards.queries.standing import LikeForLike, Standing, standing
from tests.factories import BranchFactory
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

NOVEMBER = period_from_code("2026-11")


def north(world: World) -> Standing:
    units = directory(world.regional)
    return standing(world.regional, units.place(units.region("NORTH")), NOVEMBER, "previous")


def test_without_a_card_there_is_no_comparison(world: World) -> None:
    branch_card(world.branch)
    assert north(world) == Standing("previous")


def test_the_unit_is_compared_by_its_own_card(world: World) -> None:
    region_card(world.north, revenue=2_000_000, change=-100_000)
    found = north(world)
    assert found.comparison is not None
    assert found.comparison.change == -100_000
    assert dict(found.comparison.parts)["conversion"] == -100_000
    assert found.against == "previous"


def test_the_largest_sure_losses_come_first_then_those_that_chance_explains(world: World) -> None:
    region_card(world.north)
    branch_card(world.branch, change=-300_000, previous_growth_high=0.02)
    branch_card(world.sister, change=-90_000, previous_growth_high=-0.01)
    small = BranchFactory(code="N3", region=world.area)
    branch_card(small, revenue=1_000, change=-500, previous_growth_high=-0.1)
    found = north(world).losers
    assert [(loser.code, loser.is_sure) for loser in found] == [("N2", True), ("N3", True), ("N1", False)]


def test_only_three_are_named_and_only_from_the_region(world: World) -> None:
    region_card(world.north)
    branch_card(world.foreign, change=-900_000)
    for number in range(5):
        branch_card(BranchFactory(code=f"L{number}", region=world.area), change=-1_000 * (number + 1))
    assert [loser.code for loser in north(world).losers] == ["L4", "L3", "L2"]


def test_branches_that_grew_opened_or_closed_are_not_named(world: World) -> None:
    region_card(world.north)
    branch_card(world.branch, change=50_000)
    branch_card(world.sister, change=-80_000, previous_driver_openings=-80_000, previous_driver_conversion=0)
    branch_card(BranchFactory(code="N3", region=world.area), change=None)
    assert north(world).losers == ()


def test_missing_days_are_told(world: World) -> None:
    region_card(world.north)
    branch_card(world.branch, days_due=22)
    assert [loser.missing for loser in north(world).losers] == [2]


def test_a_loss_that_the_missing_days_may_explain_is_not_sure(world: World) -> None:
    """At most 12 % down with 18 of 20 days in: the two missing days would bring back 11 % more of what there is."""
    region_card(world.north)
    short = {"days": 18, "days_due": 20}
    branch_card(world.branch, change=-300_000, previous_growth_high=-0.08, **short)
    branch_card(world.sister, change=-200_000, previous_growth_high=-0.12, **short)
    assert [(loser.code, loser.is_sure) for loser in north(world).losers] == [("N2", True), ("N1", False)]


def test_the_company_is_for_administrators(world: World) -> None:
    region_card(None)
    branch_card(world.foreign)
    place = directory(world.administrator).place(None)
    seen = standing(world.administrator, place, NOVEMBER, "previous")
    hidden = standing(world.regional, directory(world.regional).place(None), NOVEMBER, "previous")
    assert [loser.code for loser in seen.losers] == ["S1"]
    assert hidden.comparison is None


def test_it_takes_one_query(world: World, django_assert_num_queries: object) -> None:
    region_card(world.north)
    branch_card(world.branch)
    units = directory(world.regional)
    place = units.place(units.region("NORTH"))
    with django_assert_num_queries(1):
        standing(world.regional, place, NOVEMBER, "previous")


def of_north(world: World, against: str = "") -> Standing:
    units = directory(world.regional)
    return standing(world.regional, units.place(units.region("NORTH")), NOVEMBER, against)


def test_the_year_before_is_the_base_where_the_unit_has_one_and_else_the_period_before(world: World) -> None:
    region_card(world.north)
    branch_card(world.branch, previous_change=-1, year_before_change=-2)
    assert (of_north(world).against, [loser.change for loser in of_north(world).losers]) == (
        "year_before",
        [-2],
    )
    Card.objects.filter(level=Level.REGION).update(year_before_days=0)
    assert (of_north(world).against, [loser.change for loser in of_north(world).losers]) == ("previous", [-1])


def test_finding_the_base_takes_no_second_query(world: World, django_assert_num_queries: object) -> None:
    region_card(world.north, year_before_days=0)
    units = directory(world.regional)
    place = units.place(units.region("NORTH"))
    with django_assert_num_queries(1):
        assert standing(world.regional, place, NOVEMBER).against == "previous"


@pytest.mark.parametrize("against", ["previous", "year_before"])
def test_like_for_like_are_the_branches_that_traded_in_both_periods(world: World, against: str) -> None:
    """Two traded in both (+30 on 170, −10 on 110), one only now (500), one only then (−70)."""
    region_card(world.north, **{f"{against}_driver_openings": 430})
    branch_card(world.branch, revenue=200, change=30)
    branch_card(world.sister, revenue=100, change=-10)
    for code, money in (("NEW", 500), ("OLD", -70)):
        openings = {f"{against}_change": money, f"{against}_driver_openings": money}
        branch_card(BranchFactory(code=code, region=world.area), **openings)
    branch_card(world.foreign, revenue=9_000, change=900)
    found = of_north(world, against).like_for_like
    assert found == LikeForLike(branches=2, change=20, base=280, only_now=1, only_then=1)
    assert found.growth == pytest.approx(0.0714, abs=1e-4)


def test_where_every_branch_traded_in_both_there_is_no_like_for_like(world: World) -> None:
    region_card(world.north)
    branch_card(world.branch)
    assert of_north(world).like_for_like is None
