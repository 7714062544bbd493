"""The workbook of the league table."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

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
    assert len(body) == 61
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
    assert [row[0] for row in sheet[4:]] == ["N2"]
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
