"""What a reader sees of regions and formats, in one query."""

from datetime import date

from scorecards.queries.directory import directory
from tests.factories import RegionFactory
from tests.scorecards.factories import make_fresh
from tests.worlds import World


def test_administrators_see_the_tree_from_the_company_down(world: World) -> None:
    units = directory(world.administrator)
    place = units.place(None)
    assert [(depth, region.code) for depth, region in place.below] == [
        (1, "NORTH"),
        (2, "AREA"),
        (1, "SOUTH"),
    ]
    assert place.ids == {world.north.pk, world.area.pk, world.south.pk}


def test_regional_staff_see_their_subtree_only(world: World) -> None:
    units = directory(world.regional)
    assert {region.code for region in units.regions.values()} == {"NORTH", "AREA"}
    assert units.region("SOUTH") is None
    assert directory(world.foreign_regional).region("SOUTH") is not None


def test_a_region_above_the_scope_is_not_named(world: World) -> None:
    world.regional.regions.set([world.area])
    units = directory(type(world.regional).objects.get(pk=world.regional.pk))
    area = units.region("AREA")
    assert units.place(area).above == ()
    assert units.children(None) == [area]


def test_a_place_knows_what_lies_above_and_below(world: World) -> None:
    deep = RegionFactory(code="DEEP", parent=world.area)
    units = directory(world.administrator)
    place = units.place(units.region("AREA"))
    assert [region.code for region in place.above] == ["NORTH"]
    assert place.ids == {world.area.pk, deep.pk}


def test_freshness_comes_along_and_is_empty_before_the_first_run(world: World) -> None:
    assert directory(world.administrator).as_of is None
    make_fresh(date(2026, 11, 20))
    units = directory(world.administrator)
    assert units.as_of == date(2026, 11, 20)
    assert units.computed_at is not None
    assert units.computed_at.isoformat() == "2026-11-20T18:00:00+00:00"


def test_it_takes_one_query_with_the_scope(world: World, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):
        units = directory(world.regional)
        assert world.regional.scope.region_ids == {world.north.pk, world.area.pk}
    assert [found.code for found in units.formats.values()] == ["shop"]
