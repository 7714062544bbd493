"""The register of the main navigation, by role and by page."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings
from django.urls import path

from ui import navigation
from ui.navigation import Entry

urlpatterns = [
    path("", lambda request: None, name="today"),
    path("cards/", lambda request: None, name="cards"),
    path("cards/league/", lambda request: None, name="league"),
]

TODAY = Entry("today", "Today", "today", "sun", 1, phone=True)
CARDS = Entry("cards", "Scorecards", "cards", "table", 2, frozenset({"manager", "regional"}))
LEAGUE = Entry("league", "League", "league", "list", 3, frozenset({"regional"}), short="Rank")


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    for entry in (LEAGUE, TODAY, CARDS):
        navigation.register(entry)


def items(role: str, address: str) -> list[navigation.Item]:
    request = RequestFactory().get(address)
    request.user = SimpleNamespace(is_authenticated=True, role=role)
    with override_settings(ROOT_URLCONF=__name__):
        return navigation.items_for(request)


@pytest.mark.parametrize(
    ("role", "codes"),
    [("staff", ["today"]), ("manager", ["today", "cards"]), ("regional", ["today", "cards", "league"])],
)
def test_each_role_sees_its_entries_in_order(role: str, codes: list[str]) -> None:
    assert [item.code for item in items(role, "/")] == codes


@pytest.mark.parametrize(
    ("address", "active"),
    [("/", ["today"]), ("/cards/7/", ["cards"]), ("/cards/league/2026/", ["league"]), ("/account/", [])],
)
def test_the_entry_with_the_longest_matching_address_is_active(address: str, active: list[str]) -> None:
    assert [item.code for item in items("regional", address) if item.active] == active


def test_a_stranger_sees_no_navigation() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert navigation.items_for(request) == []


def test_at_most_seven_entries_are_drawn() -> None:
    for number in range(9):
        navigation.register(Entry(f"x{number}", "X", "today", "sun", 10 + number))

    assert len(navigation.entries_for("staff")) == 7


def test_two_entries_of_one_code_are_a_mistake() -> None:
    navigation.register(TODAY)

    with pytest.raises(ValueError, match="registered twice"):
        navigation.register(Entry("today", "Other", "cards", "sun", 1))


def test_the_short_label_stands_in_for_the_bottom_bar() -> None:
    assert [item.short for item in items("regional", "/")] == ["Today", "Scorecards", "Rank"]
