"""A branch's link, its QR code and its poster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import segno
from django.test import Client

from surveys.models import SurveyLink
from surveys.views import links
from tests.surveys.factories import AnswerFactory, link_of
from tests.worlds import World

pytestmark = pytest.mark.django_db

LogIn = Callable[[object], Client]


def test_a_manager_makes_the_first_link(world: World, client_of: LogIn) -> None:
    client = client_of(world.manager)
    assert "No survey link yet" in client.get("/surveys/N1/link/").content.decode()
    response = client.post("/surveys/N1/link/renew/", follow=True)
    token = SurveyLink.objects.get(branch=world.branch).token
    assert f"http://testserver/s/{token}/" in response.content.decode()


def test_looking_at_the_page_makes_nothing(world: World, client_of: LogIn) -> None:
    client = client_of(world.manager)
    for path in ("link/", "poster/", "qr.svg"):
        client.get(f"/surveys/N1/{path}")
    assert client.get("/surveys/N1/link/renew/").status_code == 405
    assert not SurveyLink.objects.exists()


def test_a_new_link_replaces_the_old_one(world: World, client_of: LogIn) -> None:
    old = link_of(world.branch)
    client_of(world.manager).post("/surveys/N1/link/renew/")
    new = SurveyLink.objects.live().get(branch=world.branch)
    assert new.token != old.token
    assert Client().get(f"/s/{old.token}/").status_code == 404
    assert Client().get(f"/s/{new.token}/").status_code == 200


def test_nobody_renews_the_link_of_a_foreign_branch(world: World, client_of: LogIn) -> None:
    foreign = link_of(world.foreign)
    assert client_of(world.manager).post("/surveys/S1/link/renew/").status_code == 404
    assert client_of(world.regional).post("/surveys/N1/link/renew/").status_code == 403
    assert client_of(world.staff).post("/surveys/N1/link/renew/").status_code == 403
    assert SurveyLink.objects.live().get(branch=world.foreign) == foreign


@pytest.mark.parametrize("path", ["link/", "poster/", "qr.svg"])
def test_pages_of_a_foreign_branch_are_not_there(world: World, client_of: LogIn, path: str) -> None:
    foreign, own = link_of(world.foreign), link_of(world.branch)
    for user in (world.manager, world.regional):
        response = client_of(user).get(f"/surveys/S1/{path}")
        assert response.status_code == 404
        assert foreign.token not in response.content.decode()
        assert client_of(user).get(f"/surveys/N1/{path}").status_code == 200
    assert own.token in client_of(world.manager).get("/surveys/N1/link/").content.decode()


def test_the_poster_speaks_both_languages_whatever_the_readers_own_is(world: World, client_of: LogIn) -> None:
    link = link_of(world.branch)
    for language in ("en", "zh-hans"):
        html = (
            client_of(world.manager)
            .get("/surveys/N1/poster/", headers={"Accept-Language": language})
            .content.decode()
        )
        for words in ("今天的服务", "How was your visit?", "南山营业厅", "Nanshan", link.token):
            assert words in html


def test_without_a_link_the_poster_leads_to_where_one_is_made(world: World, client_of: LogIn) -> None:
    response = client_of(world.manager).get("/surveys/N1/poster/")
    assert (response.status_code, response["Location"]) == (302, "/surveys/N1/link/")


def test_the_code_is_a_drawing_of_the_surveys_address(
    world: World, client_of: LogIn, monkeypatch: Any
) -> None:
    link = link_of(world.branch)
    drawn: list[str] = []
    make = segno.make
    monkeypatch.setattr(links.segno, "make", lambda text, **how: drawn.append(text) or make(text, **how))
    response = client_of(world.manager).get("/surveys/N1/qr.svg")
    assert drawn == [f"http://testserver/s/{link.token}/"]
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert b"<script" not in response.content


def test_there_is_no_code_without_a_link(world: World, client_of: LogIn) -> None:
    assert client_of(world.manager).get("/surveys/N1/qr.svg").status_code == 404


def test_the_link_page_counts_the_answers_of_this_link(world: World, client_of: LogIn) -> None:
    AnswerFactory(branch=world.branch)
    AnswerFactory(branch=world.foreign)
    assert "1 answer through it" in client_of(world.manager).get("/surveys/N1/link/").content.decode()


def test_regional_staff_see_the_link_but_no_button(world: World, client_of: LogIn) -> None:
    link_of(world.branch)
    html = client_of(world.regional).get("/surveys/N1/link/").content.decode()
    assert "Poster to print" in html
    assert "/link/renew/" not in html
