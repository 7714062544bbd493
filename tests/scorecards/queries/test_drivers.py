"""The map of drivers: levels that add up."""

import pytest

from formulas.periods import period_from_code
from scorecards.queries import drivers
from scorecards.queries.directory import directory
from scorecards.queries.drivers import DriverMap, driver_map
from tests.factories import BranchFactory
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

NOVEMBER = period_from_code("2026-11")


def map_of(world: World, code: str | None, user: object = None, page: int = 1) -> DriverMap:
    user = user or world.administrator
    units = directory(user)
    place = units.place(units.region(code) if code else None)
    return driver_map(user, units, place, NOVEMBER, "previous", page=page)


def test_a_region_shows_its_regions_and_its_own_branches(world: World) -> None:
    own = BranchFactory(code="N9", region=world.north)
    branch_card(own, change=-10)
    branch_card(world.branch, change=-20)
    region_card(world.area, change=-20)
    region_card(world.north, change=-30)
    found = map_of(world, "NORTH")
    assert [(row.code, row.is_region, row.change) for row in found.rows] == [
        ("AREA", True, -20),
        ("N9", False, -10),
    ]
    assert found.total is not None
    assert found.total.change == -30


def test_the_company_shows_the_topmost_regions(world: World) -> None:
    region_card(None, change=-50)
    region_card(world.north, change=-30)
    region_card(world.area, change=-30)
    region_card(world.south, change=-20)
    found = map_of(world, None)
    assert [(row.code, row.part("conversion")) for row in found.rows] == [("NORTH", -30), ("SOUTH", -20)]


def test_a_branch_without_comparison_has_no_parts(world: World) -> None:
    region_card(world.area, change=0)
    branch_card(world.branch, change=None)
    row = map_of(world, "AREA").rows[0]
    assert (row.change, row.part("conversion"), row.growth) == (None, None, None)


@pytest.mark.parametrize(
    ("page", "shown", "others", "rest"),
    [(1, ["N1", "N2"], 1, -5), (2, ["N3"], 2, -55), (0, ["N1", "N2"], 1, -5), (99, ["N3"], 2, -55)],
)
def test_branches_come_page_by_page_and_every_page_adds_up(
    world: World, monkeypatch: pytest.MonkeyPatch, page: int, shown: list[str], others: int, rest: int
) -> None:
    monkeypatch.setattr(drivers, "PAGE_SIZE", 2)
    region_card(world.area, change=-60)
    branch_card(world.branch, change=-40)
    branch_card(world.sister, change=-15)
    branch_card(BranchFactory(code="N3", region=world.area), change=-5)
    found = map_of(world, "AREA", page=page)
    assert [row.code for row in found.rows] == shown
    assert found.rest is not None
    assert (found.hidden, found.rest.change, found.rest.part("conversion")) == (others, rest, rest)
    assert sum(row.change or 0 for row in found.rows) + rest == -60
    assert found.pages == 2


def test_regions_stand_on_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "PAGE_SIZE", 1)
    region_card(world.north, change=-30)
    region_card(world.area, change=-20)
    for number in range(2):
        branch_card(BranchFactory(code=f"X{number}", region=world.north), change=number - 10)
    assert [row.code for row in map_of(world, "NORTH", page=2).rows] == ["AREA", "X1"]


def test_a_page_that_holds_everything_has_no_rest(world: World) -> None:
    region_card(world.area, change=-40)
    branch_card(world.branch, change=-40)
    found = map_of(world, "AREA")
    assert (found.rest, found.hidden, found.pages) == (None, 0, 1)


def test_regional_staff_see_nothing_foreign(world: World) -> None:
    region_card(world.south, change=-20)
    region_card(world.north, change=-30)
    assert [row.code for row in map_of(world, None, world.regional).rows] == ["NORTH"]


def test_it_takes_one_query(world: World, django_assert_num_queries: object) -> None:
    region_card(world.area)
    branch_card(world.branch)
    user = world.administrator
    units = directory(user)
    place = units.place(units.region("AREA"))
    with django_assert_num_queries(1):
        driver_map(user, units, place, NOVEMBER, "previous")
