"""Who may call what: every route has a rule, and every rule holds for every role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import User
from branchops.access import registry, rule_for
from scorecards.models import Freshness
from tests.branchops.routes import Route, routes
from tests.branchops.subjects import AT, DAY, arguments_for
from tests.worlds import World

ROLES = ["staff", "manager", "regional", "administrator"]
PUBLIC_ANSWERS = {200, 302, 400, 401, 404, 405, 422}
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _computed(db: None) -> None:
    """Some night has been: without one there is nothing to export."""
    Freshness.objects.update_or_create(pk=1, defaults={"as_of": DAY, "computed_at": AT})


def by_name(route: Route) -> str:
    return route.name


def own_routes() -> list[Route]:
    """Those of ours; Django admin has one rule for all of its own, and the API's root answers 404 to everybody."""
    return [r for r in routes() if not r.name.startswith("admin:") and r.name != "api:api-root"]


def scoped_routes() -> list[Route]:
    return [route for route in own_routes() if route.arguments and not is_public(route)]


def is_public(route: Route) -> bool:
    rule = rule_for(route.name)
    return rule is not None and rule.public


def admits(route: Route, user: User) -> bool:
    rule = rule_for(route.name)
    return rule is not None and rule.admits(user)


def test_every_route_has_a_rule() -> None:
    assert [route.name for route in routes() if rule_for(route.name) is None] == []


def test_the_registry_names_no_route_that_is_gone() -> None:
    assert sorted(set(registry()) - {route.name for route in routes()}) == []


@pytest.mark.parametrize("route", [r for r in routes() if not r.arguments], ids=by_name)
def test_a_visitor_without_a_log_in_reaches_public_routes_only(route: Route, world: World) -> None:
    response = Client().get(reverse(route.name))
    if is_public(route):
        assert response.status_code in PUBLIC_ANSWERS
        assert "/accounts/login/" not in response.get("Location", "")
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("route", scoped_routes(), ids=by_name)
def test_a_visitor_is_sent_to_the_log_in_whether_the_thing_exists_or_not(route: Route, world: World) -> None:
    for whose in ("own", "missing"):
        for arguments in arguments_for(route, world, world.manager, whose):
            response = Client().get(reverse(route.name, kwargs=arguments))
            assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", own_routes(), ids=by_name)
def test_a_role_is_admitted_or_refused_as_the_rule_says(
    route: Route, role: str, world: World, client_of: ClientOf
) -> None:
    user = getattr(world, role)
    client = client_of(user)
    for arguments in arguments_for(route, world, user, "own"):
        response = client.get(reverse(route.name, kwargs=arguments))
        if admits(route, user):
            assert response.status_code in {200, 302, 400, 401, 405}
        else:
            assert response.status_code == 403


@pytest.mark.parametrize("whose", ["foreign", "missing"])
@pytest.mark.parametrize("role", ["staff", "manager", "regional"])
@pytest.mark.parametrize("route", scoped_routes(), ids=by_name)
def test_what_is_foreign_looks_as_if_it_did_not_exist(
    route: Route, role: str, whose: str, world: World, client_of: ClientOf
) -> None:
    user = getattr(world, role)
    client = client_of(user)
    expected = {404, 405} if admits(route, user) else {403}
    for arguments in arguments_for(route, world, user, whose):
        address = reverse(route.name, kwargs=arguments)
        answers = [client.get(address), client.post(address)]
        assert {answer.status_code for answer in answers} <= expected
        assert 404 in {answer.status_code for answer in answers} or expected == {403}
        for answer in answers:
            assert "Secretfield" not in answer.content.decode()
            assert "Zhao Yinmi" not in answer.content.decode()


@pytest.mark.parametrize("role", ["staff", "manager", "regional"])
def test_the_admin_is_closed_to_everybody_but_administrators(
    role: str, world: World, client_of: ClientOf
) -> None:
    assert client_of(getattr(world, role)).get("/admin/").status_code == 403
    assert client_of(world.administrator).get("/admin/").status_code == 200
