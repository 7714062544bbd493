"""The address of a region's page: what is not on offer falls back."""

from datetime import date

import pytest
from django.http import QueryDict

from scorecards.forms.league import Asked, asked_of
from scorecards.queries.directory import directory
from tests.worlds import World

AS_OF = date(2026, 11, 20)


def asked(world: World, query: str, code: str = "NORTH") -> Asked:
    units = directory(world.regional)
    return asked_of(QueryDict(query), units, units.place(units.region(code)), AS_OF)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "2026-11"), ("2026-W47", "2026-W47"), ("2026-11-20", "2026-11-20"), ("2026-Q3", "2026-Q3"),
        ("2025", "2025"), ("nonsense", "2026-11"), ("2026-12", "2026-11"), ("9999999", "2026-11"),
    ],
)  # fmt: skip
def test_a_period_is_read_or_is_this_month(world: World, code: str, expected: str) -> None:
    assert asked(world, f"period={code}").period.code == expected


def test_comparisons_not_on_offer_are_left_to_the_figures(world: World) -> None:
    assert asked(world, "against=previous").against == "previous"
    assert asked(world, "against=pk").against == ""


def test_an_area_must_lie_below_the_place(world: World) -> None:
    assert asked(world, "area=AREA").filters.regions == {world.area.pk}
    assert asked(world, "area=SOUTH").filters.regions is None
    assert asked(world, "area=NORTH", code="AREA").filters.regions is None


def test_text_is_cut_and_cleaned(world: World) -> None:
    assert asked(world, "q=%00 a ").text == "a"
    assert len(asked(world, "q=" + "x" * 500).text) == 60


def test_the_base_of_a_running_month_ends_at_the_same_day(world: World) -> None:
    found = asked(world, "")
    assert (found.base_span("previous").first, found.base_span("previous").last) == (
        date(2026, 10, 1), date(2026, 10, 20),
    )  # fmt: skip
    assert found.base_span("year_before").first == date(2025, 11, 2)
