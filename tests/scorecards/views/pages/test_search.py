"""Searching by name and code within one's scope."""

from __future__ import annotations

import pytest

from tests.scorecards.views.pages.reading import LogIn, get, text_of
from tests.worlds import World


def test_search_finds_within_the_scope_only(figures: World, client_of: LogIn) -> None:
    seen = text_of(get(client_of, figures.regional, "search", q="an"))
    everything = text_of(get(client_of, figures.administrator, "search", q="secret"))

    assert "Nanshan" in seen
    assert "Han Mei" in seen
    assert "Secretfield" not in seen
    assert everything == ""


def test_search_of_one_match_leads_straight_to_it(figures: World, client_of: LogIn) -> None:
    cases = [
        (figures.manager, "n1", "/branches/N1/"),
        (figures.manager, "南山", "/branches/N1/"),
        (figures.administrator, "secretfield", "/branches/S1/"),
        (figures.regional, "harbour", "/regions/AREA/"),
        (figures.manager, "Li Lei", "/staff/E1/"),
    ]
    for user, text, place in cases:
        assert get(client_of, user, "search", q=text).headers["Location"] == place


@pytest.mark.parametrize("text", ["", "  ", "\x00", "zzz", "%", "Secretfield"])
def test_search_without_a_match_says_what_to_do(figures: World, client_of: LogIn, text: str) -> None:
    response = get(client_of, figures.manager, "search", q=text)

    assert response.status_code == 200
    assert response.context["count"] == 0


def test_staff_find_themselves_and_no_branch(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.staff, "search", q="E").headers["Location"] == "/staff/E1/"
    assert get(client_of, figures.staff, "search", q="Nanshan").context["count"] == 0
