"""The workbook of the league table."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from branches.models import User
from tests.factories import BranchFactory
from tests.scorecards.factories import make_fresh
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

ClientOf = Callable[[User], Client]


def rows_of(response: Any) -> list[list[Any]]:
    assert response.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_it_holds_every_branch_in_scope_as_numbers(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    branch_card(world.branch, revenue=1_234_567, change=-100_000)
    branch_card(world.foreign)
    for number in range(60):
        branch_card(BranchFactory(region=world.area, code=f"Z{number:02}"), revenue=100)
    sheet = rows_of(client_of(world.regional).get("/regions/NORTH/export/?against=previous&sort=revenue"))
    header, body = sheet[3], sheet[4:]
    assert "North" in sheet[1][0]
    assert "1–20 Nov 2026" in sheet[1][0]
    assert len(body) == 61 + 1  # the last one is the total
    first = dict(zip(header, body[0], strict=True))
    assert (first["Code"], first["Revenue"], first["Change"]) == ("N1", 12345.67, -1000.0)
    assert first["Place in words"] == "no real difference to the middle"
    assert "S1" not in {row[0] for row in body}


def test_the_filters_of_the_page_hold_for_the_export(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    branch_card(world.branch)
    branch_card(world.sister)
    sheet = rows_of(client_of(world.regional).get("/regions/NORTH/export/?q=futian"))
    assert [row[0] for row in sheet[4:]] == ["N2", "Total"]
    assert "futian" in sheet[1][0]


def test_names_cannot_become_formulas(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    branch_card(BranchFactory(region=world.area, code="=1+1", name_en="=HYPERLINK(1)"))
    sheet = rows_of(client_of(world.regional).get("/regions/NORTH/export/"))
    assert sheet[4][:2] == ["'=1+1", "'=HYPERLINK(1)"]


def test_the_effects_of_a_row_add_up_to_its_change(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    branch_card(
        world.branch,
        change=-90_000,
        year_before_driver_conversion=-100_000,
        year_before_driver_openings=10_000,
    )
    sheet = rows_of(client_of(world.regional).get("/regions/NORTH/export/?against=year_before"))
    row = dict(zip(sheet[3], sheet[4], strict=True))
    effects = [row[name] for name in row if name.startswith("Effect") or name == "Openings and closures"]
    assert sum(effects) == row["Change"] == -900.0


def test_the_last_row_adds_up_what_can_be_added_up(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    branch_card(world.branch, revenue=1_234_567, change=-100_000)
    branch_card(world.sister, revenue=2_000_001, change=40_000, visitors=None)
    sheet = rows_of(client_of(world.regional).get("/regions/NORTH/export/?against=previous"))
    total = dict(zip(sheet[3], sheet[-1], strict=True))
    assert (total["Code"], total["Branch"]) == ("Total", "2 branches")
    assert (total["Revenue"], total["Change"], total["Effect of conversion"]) == (32345.68, -600.0, -600.0)
    assert (total["Visitors"], total["Days with figures"], total["Days due"]) == (2000, 40, 40)
    assert {
        total[name] for name in ("Change in %", "Basket", "Conversion", "Place from", "Place to", "Peers")
    } == {""}


@pytest.mark.parametrize(
    ("query", "order", "first"),
    [
        ("", "sorted by revenue, largest first", "N2"),
        ("sort=change", "sorted by change, smallest first", "N1"),
        ("sort=-change", "sorted by change, largest first", "N2"),
        ("sort=conversion_effect", "sorted by effect of conversion, smallest first", "N1"),
        ("sort=name", "sorted by code", "N1"),
        ("sort=-name", "sorted by code, backwards", "N2"),
        ("sort=-nonsense", "sorted by revenue, largest first", "N2"),
        ("period=2026-W47&sort=-conversion_effect", "sorted by revenue, largest first", "N2"),
    ],
)
def test_the_order_is_that_of_the_page_and_said(
    world: World, client_of: ClientOf, query: str, order: str, first: str
) -> None:
    make_fresh()
    for when in ({}, {"kind": "W", "starts_on": "2026-11-16"}):
        region_card(world.north, **when)
        branch_card(world.branch, revenue=1_000_000, change=-100_000, **when)
        branch_card(world.sister, revenue=2_000_000, change=40_000, **when)
    client = client_of(world.regional)
    sheet = rows_of(client.get(f"/regions/NORTH/export/?{query}"))
    page = client.get(f"/regions/NORTH/?{query}").content.decode()
    assert sheet[1][0].endswith(f" · {order}")
    assert sheet[4][0] == first == re.findall(r'class="league-code">(\w+)', page)[0]


def test_the_unit_of_money_is_said(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    assert " · money in CNY · " in rows_of(client_of(world.regional).get("/regions/NORTH/export/"))[1][0]


def test_code_and_name_stay_in_view(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    response = client_of(world.regional).get("/regions/NORTH/export/")
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane xSplit="2" ySplit="4" topLeftCell="C5"' in sheet
