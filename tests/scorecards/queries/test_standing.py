"""How a place stands and which branches need help."""

from formulas.periods import period_from_code
from scorecards.queries.directory import directory
from scorecards.queries.standing import Standing, standing
from tests.factories import BranchFactory
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

NOVEMBER = period_from_code("2026-11")


def north(world: World) -> Standing:
    units = directory(world.regional)
    return standing(world.regional, units.place(units.region("NORTH")), NOVEMBER, "previous")


def test_without_a_card_there_is_no_comparison(world: World) -> None:
    branch_card(world.branch)
    assert north(world) == Standing(None, 0, (), has_year_before=False)


def test_the_unit_is_compared_by_its_own_card(world: World) -> None:
    region_card(world.north, revenue=2_000_000, change=-100_000)
    found = north(world)
    assert found.comparison is not None
    assert found.comparison.change == -100_000
    assert dict(found.comparison.parts)["conversion"] == -100_000
    assert found.has_year_before


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
