"""Statements that are kept: the rows are always those of now and of the scope asked for."""

import json
from typing import Any

import pytest

from branches.models import Region
from scorecards.models import Card
from scorecards.queries import compiled
from tests.scorecards.factories import CardFactory
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
    region_card(world.south, trend=None)
    cards = Card.objects.order_by("unit_id").values_list("starts_on", "trend", "revenue")
    assert [trend for _, trend, _ in list(cards)] == [[1, None, 3], None]
    assert compiled.rows("values", lambda: cards) == list(cards)
    as_text = Card.objects.order_by("unit_id").annotate(text=compiled.JsonText("trend"))
    texts = compiled.rows("texts", lambda: as_text.values_list("text"))
    assert [text and json.loads(text) for (text,) in texts] == [[1, None, 3], None]


def test_of_a_shortlist_the_first_in_another_order_are_read(
    world: World, django_assert_num_queries: Any
) -> None:
    last_two = Region.objects.order_by("-code").values_list("code")[:2]
    with django_assert_num_queries(1):
        assert compiled.rows("one", lambda: compiled.Shortlist(last_two, (1,), 1)) == [("NORTH",)]
    with django_assert_num_queries(0):
        nothing = Region.objects.filter(pk__in=[]).values_list("code")
        assert compiled.rows("none", lambda: compiled.Shortlist(nothing, (1,), 1)) == []


def test_nothing_is_asked_where_nothing_can_be_found(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert compiled.rows("nothing", lambda: Region.objects.filter(pk__in=[]).values_list("pk")) == []


def test_another_key_is_another_statement(world: World) -> None:
    for region in (world.north, world.south):
        own = Region.objects.filter(pk=region.pk).values_list("code")
        assert compiled.rows(("one", region.pk), lambda own=own: own) == [(region.code,)]


def test_several_querysets_are_read_in_one_query(world: World, django_assert_num_queries: Any) -> None:
    regions = Region.objects.order_by("code").values_list("code")
    with django_assert_num_queries(1):
        found = compiled.rows("several", lambda: [regions[:2], regions.filter(code="SOUTH")[:1]])
    assert sorted(found) == [("AREA",), ("NORTH",), ("SOUTH",)]


def test_one_of_several_that_can_find_nothing_is_left_out(world: World) -> None:
    regions = Region.objects.values_list("code")
    made = [regions.filter(pk__in=[]), regions.filter(code="AREA")]
    assert compiled.rows("nothing of several", lambda: made) == [("AREA",)]
    assert compiled.rows(None, lambda: made[:1]) == []


@pytest.mark.parametrize(
    ("after", "expected"), [("AREA", ["NORTH", "SOUTH"]), ("NORTH", ["SOUTH"]), ("Z", [])]
)
def test_the_values_of_slots_come_with_each_reading(world: World, after: str, expected: list[str]) -> None:
    beyond = compiled.Beyond(("code",), ">", (compiled.Slot("after"),))
    regions = Region.objects.filter(beyond).order_by("code").values_list("code")
    found = compiled.rows("slots", lambda: regions, {"after": after})
    assert [code for (code,) in found] == expected


def test_beyond_two_values_the_first_counts_first(world: World) -> None:
    for unit, revenue in [(1, 5), (2, 5), (3, 5), (4, 9), (5, None)]:
        CardFactory(level=2, unit_id=unit, revenue=revenue)
    units = Card.objects.order_by("unit_id").values_list("unit_id", flat=True)
    assert list(units.filter(compiled.Beyond(("revenue", "unit_id"), ">", (5, 2)))) == [3, 4]
    assert list(units.filter(compiled.Beyond(("revenue", "unit_id"), "<", (9, 4)))) == [1, 2, 3]


def test_nothing_but_comparisons_comes_between_columns_and_values() -> None:
    with pytest.raises(KeyError):
        compiled.Beyond(("revenue",), "OR 1=1 --", (1,))
