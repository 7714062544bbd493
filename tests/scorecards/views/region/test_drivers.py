"""The page of the map of drivers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from branches.models import User
from scorecards.queries import drivers as queries
from tests.factories import BranchFactory
from tests.scorecards.factories import make_fresh
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

ClientOf = Callable[[User], Client]


def test_a_region_leads_down_to_its_parts_and_up_to_the_one_above(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, change=-30_000)
    region_card(world.area, change=-30_000)
    branch_card(world.branch, change=-30_000)
    client = client_of(world.regional)
    top = client.get("/regions/NORTH/drivers/?period=2026-11&against=previous").content.decode()
    below = client.get("/regions/AREA/drivers/?period=2026-11&against=previous").content.decode()
    assert "/regions/AREA/drivers/?period=2026-11&amp;against=previous" in top
    assert "/branches/N1/?period=2026-11&amp;against=previous" in below
    assert "/regions/NORTH/drivers/?period=2026-11&amp;against=previous" in below
    assert "Secretfield" not in top + below
    assert "A region leads one level down." in top
    assert "A region leads one level down." not in below
    assert "A branch leads to its own page." in below


def test_only_parts_that_carry_money_have_a_column(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, change=-30_000)
    text = client_of(world.regional).get("/regions/NORTH/drivers/").content.decode()
    head = text[text.index("<thead") : text.index("</thead>")]
    assert "Conversion" in head
    assert "Basket" not in head


def test_without_a_comparison_there_is_nothing_to_explain(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, change=None)
    text = client_of(world.regional).get("/regions/NORTH/drivers/").content.decode()
    assert "There is nothing to compare with, so nothing to explain." in text


def test_a_region_that_has_not_moved_is_not_called_one_without_a_comparison(
    world: World, client_of: ClientOf
) -> None:
    make_fresh()
    region_card(world.north, change=0)
    text = client_of(world.regional).get("/regions/NORTH/drivers/").content.decode()
    assert "There is nothing to compare with" not in text
    assert "Revenue has not moved" in text


def test_a_period_that_has_not_begun_is_not_passed_over(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    text = client_of(world.regional).get("/regions/NORTH/drivers/?period=2030-01").content.decode()
    assert "“2030-01” is no period with figures; this month is shown." in text


def test_without_figures_the_page_says_so(world: World, client_of: ClientOf) -> None:
    make_fresh()
    assert (
        "No figures in this period"
        in client_of(world.regional).get("/regions/NORTH/drivers/").content.decode()
    )


def test_the_number_of_queries_does_not_grow(
    world: World, client_of: ClientOf, django_assert_num_queries: object
) -> None:
    make_fresh()
    region_card(world.area)
    branch_card(world.branch)
    client = client_of(world.administrator)
    client.get("/regions/AREA/drivers/")
    with django_assert_num_queries(5):
        client.get("/regions/AREA/drivers/")
    branch_card(world.sister)
    with django_assert_num_queries(5):
        client.get("/regions/AREA/drivers/")


def test_a_large_region_comes_page_by_page_and_keeps_what_was_asked(
    world: World, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    make_fresh()
    region_card(world.area, change=-60)
    for number, change in enumerate((-40, -15, -5)):
        branch_card(BranchFactory(code=f"L{number}", region=world.area), change=change)
    client = client_of(world.regional)
    first = client.get("/regions/AREA/drivers/?against=previous").content.decode()
    address = re.search(r'rel="next" href="([^"]+)"', first)
    assert address is not None
    second = client.get("/regions/AREA/drivers/" + unescape(address[1])).content.decode()
    assert "The other branch<" in first
    assert "The other 2 branches together" in second
    assert "against=previous" in address[1]
    assert [code for code in ("L0", "L1", "L2") if f"/branches/{code}/" in second] == ["L2"]
    assert "Page 2 of 2" in second
    assert "page=" not in re.findall(r'<nav class="segments".*?</nav>', second, re.DOTALL)[0]


@pytest.mark.parametrize("page", ["", "x", "-1", "0", "²", "9" * 30])
def test_a_page_that_there_is_not_is_no_error(world: World, client_of: ClientOf, page: str) -> None:
    make_fresh()
    region_card(world.area)
    branch_card(world.branch)
    text = client_of(world.regional).get("/regions/AREA/drivers/", {"page": page}).content.decode()
    assert "/branches/N1/" in text
