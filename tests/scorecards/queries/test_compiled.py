"""Statements that are kept: the rows are always those of now and of the scope asked for."""

from typing import Any

from branches.models import Region
from scorecards.models import Card
from scorecards.queries import compiled
from tests.scorecards.league import region_card
from tests.worlds import World


def test_the_database_is_read_every_time(world: World, django_assert_num_queries: Any) -> None:
    def codes() -> list[tuple[Any, ...]]:
        return compiled.rows("every time", lambda: Region.objects.order_by("code").values_list("code"))

    assert codes() == [("AREA",), ("NORTH",), ("SOUTH",)]
    Region.objects.filter(code="SOUTH").update(code="WEST")
    with django_assert_num_queries(1):
        assert codes() == [("AREA",), ("NORTH",), ("WEST",)]


def test_values_are_what_the_queryset_itself_gives(world: World) -> None:
    region_card(world.north, trend=[1, None, 3])
    cards = Card.objects.values_list("starts_on", "trend", "revenue")
    assert compiled.rows("values", lambda: cards) == list(cards)


def test_nothing_is_asked_where_nothing_can_be_found(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert compiled.rows("nothing", lambda: Region.objects.filter(pk__in=[]).values_list("pk")) == []


def test_another_key_is_another_statement(world: World) -> None:
    for region in (world.north, world.south):
        own = Region.objects.filter(pk=region.pk).values_list("code")
        assert compiled.rows(("one", region.pk), lambda own=own: own) == [(region.code,)]
