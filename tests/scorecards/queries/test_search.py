"""Finding places and people within what one may see."""

from __future__ import annotations

import pytest

from scorecards.queries.search import MOST, found
from tests.factories import BranchFactory
from tests.worlds import World


def test_names_in_both_languages_and_codes_are_found(world: World) -> None:
    for text in ("nansh", "南山", "n1"):
        assert found(world.manager, text).branches == [world.branch]


def test_people_are_found_by_name_and_number(world: World) -> None:
    assert found(world.manager, "Lei").staff == [world.member]
    assert found(world.manager, "e2").staff == [world.colleague]


@pytest.mark.parametrize("text", ["Secretfield", "Zhao", "South", "S1", "E9"])
def test_nothing_foreign_is_found(world: World, text: str) -> None:
    assert found(world.regional, text).count == 0
    assert found(world.administrator, text).count >= 1


def test_an_exact_code_comes_first_however_many_match(world: World) -> None:
    for number in range(MOST + 5):
        BranchFactory(code=f"A{number:02}-ZZ", region=world.area)
    exact = BranchFactory(code="ZZ", region=world.area)

    result = found(world.regional, "zz").branches

    assert len(result) == MOST
    assert result[0] == exact


def test_wildcards_of_the_database_are_plain_letters(world: World) -> None:
    assert found(world.administrator, "%").count == 0
    assert found(world.administrator, "_").count == 0


def test_an_empty_text_finds_nothing(world: World) -> None:
    assert found(world.administrator, "   ").count == 0
