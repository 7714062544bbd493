"""Who may open which page, and where each role begins."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.scorecards.factories import (
    AS_OF,
    make_days,
)
from tests.scorecards.views.pages.reading import BRANCH_PAGES, LogIn, get, text_of
from tests.worlds import World


@pytest.mark.parametrize("route", BRANCH_PAGES)
@pytest.mark.parametrize("role", ["manager", "regional", "administrator"])
def test_leaders_open_the_pages_of_their_branches(
    figures: World, client_of: LogIn, route: str, role: str
) -> None:
    response = get(client_of, getattr(figures, role), route, "N1")

    assert response.status_code == 200
    assert "Nanshan" in text_of(response)


@pytest.mark.parametrize("route", BRANCH_PAGES)
@pytest.mark.parametrize("role", ["foreign_manager", "foreign_regional"])
def test_a_foreign_branch_looks_like_one_that_does_not_exist(
    figures: World, client_of: LogIn, route: str, role: str
) -> None:
    foreign = get(client_of, getattr(figures, role), route, "N1")
    missing = get(client_of, getattr(figures, role), route, "NONE")

    assert foreign.status_code == missing.status_code == 404
    assert "Nanshan" not in text_of(foreign)


@pytest.mark.parametrize("route", BRANCH_PAGES)
def test_staff_have_no_branch_pages(figures: World, client_of: LogIn, route: str) -> None:
    assert get(client_of, figures.staff, route, "N1").status_code == 403


@pytest.mark.parametrize("role", ["staff", "manager", "regional", "administrator"])
def test_a_members_page_is_for_the_member_and_the_leaders(
    figures: World, client_of: LogIn, role: str
) -> None:
    response = get(client_of, getattr(figures, role), "staff", "E1")

    assert response.status_code == 200
    assert "Li Lei" in text_of(response)


@pytest.mark.parametrize("role", ["staff", "manager", "regional", "foreign_staff", "foreign_manager"])
def test_a_foreign_members_page_does_not_exist(figures: World, client_of: LogIn, role: str) -> None:
    number = "E1" if role.startswith("foreign") else "E9"

    response = get(client_of, getattr(figures, role), "staff", number)

    assert response.status_code == 404
    assert "Zhao Yinmi" not in text_of(response)


def test_a_colleague_is_no_business_of_staff(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.staff, "staff", "E2").status_code == 404


def test_days_at_a_foreign_branch_stay_hidden_from_the_manager(figures: World, client_of: LogIn) -> None:
    make_days(figures.foreign, AS_OF, AS_OF, staff_id=figures.member.pk, revenue=77_777_700)

    seen = text_of(get(client_of, figures.manager, "staff", "E1"))
    whole = text_of(get(client_of, figures.administrator, "staff", "E1"))

    assert "777,77" not in seen
    assert "¥779,777" in whole or "778" in whole


def test_home_leads_each_role_to_its_page(figures: World, client_of: LogIn) -> None:
    places = {
        "staff": "/staff/E1/",
        "manager": "/today/N1/",
        "regional": "/regions/NORTH/",
        "administrator": "/company/",
    }
    for role, place in places.items():
        assert get(client_of, getattr(figures, role), "home").headers["Location"] == place


@pytest.mark.parametrize("role", ["manager", "regional", "staff"])
def test_home_says_when_nothing_has_been_given(figures: World, client_of: LogIn, role: str) -> None:
    user = getattr(figures, role)
    user.branches.clear()
    user.regions.clear()
    user.staff_member = None
    user.save()

    response = get(client_of, user, "home")

    assert response.status_code == 200
    assert "Nothing has been given to you yet" in text_of(response)


def test_branches_lead_to_the_only_one_or_list_several(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.manager, "branches").headers["Location"] == "/branches/N1/"

    figures.manager.branches.add(figures.sister)
    text = text_of(get(client_of, figures.manager, "branches"))

    assert "Nanshan" in text
    assert "Futian" in text
    assert "Secretfield" not in text


@pytest.mark.parametrize("route", BRANCH_PAGES)
def test_pages_speak_chinese(figures: World, client_of: LogIn, route: str) -> None:
    client = client_of(figures.manager)
    client.cookies["django_language"] = "zh-hans"

    text = client.get(reverse(f"scorecards:{route}", args=["N1"])).content.decode()

    assert "南山营业厅" in text
    assert "今日" in text
