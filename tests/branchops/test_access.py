"""Who may call what: every route has a rule, and every rule holds for every role."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from branchops.access import registry, rule_for
from tests.branchops.routes import Route, routes
from tests.branchops.subjects import arguments_for
from tests.worlds import World

ROLES = ["staff", "manager", "regional", "administrator"]
PUBLIC_ANSWERS = {200, 302, 400, 401, 403, 404, 405, 422}


def _own_routes() -> list[Route]:
    return [route for route in routes() if not route.name.startswith("admin:")]


def test_every_route_has_a_rule() -> None:
    assert [route.name for route in routes() if rule_for(route.name) is None] == []


def test_the_registry_names_no_route_that_is_gone() -> None:
    known = {route.name for route in routes()}
    assert sorted(set(registry()) - known) == []


@pytest.mark.parametrize("route", [r for r in routes() if not r.arguments], ids=lambda r: r.name)
def test_a_visitor_without_a_log_in_reaches_public_routes_only(route: Route, world: World) -> None:
    rule = rule_for(route.name)
    response = Client().get(reverse(route.name))
    if rule is not None and rule.public:
        assert response.status_code in PUBLIC_ANSWERS
        assert "/accounts/login/" not in response.get("Location", "")
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", _own_routes(), ids=lambda r: r.name)
def test_a_role_that_the_rule_leaves_out_is_refused(route: Route, role: str, world: World, client_of) -> None:  # noqa: ANN001
    rule = rule_for(route.name)
    client = client_of(getattr(world, role))
    for own in arguments_for(route, world, "own"):
        response = client.get(reverse(route.name, kwargs=own))
        if rule is None or not rule.admits(getattr(world, role)):
            assert response.status_code == 403
        else:
            assert response.status_code not in {403, 500}


@pytest.mark.parametrize("whose", ["foreign", "missing"])
@pytest.mark.parametrize("role", ["staff", "manager", "regional"])
@pytest.mark.parametrize(
    "route", [r for r in _own_routes() if r.arguments and not rule_for(r.name).public], ids=lambda r: r.name
)
def test_what_is_foreign_looks_as_if_it_did_not_exist(
    route: Route,
    role: str,
    whose: str,
    world: World,
    client_of,  # noqa: ANN001
) -> None:
    rule = rule_for(route.name)
    client = client_of(getattr(world, role))
    expected = {404, 405} if rule is not None and rule.admits(getattr(world, role)) else {403}
    for arguments in arguments_for(route, world, whose):
        for response in (
            client.get(reverse(route.name, kwargs=arguments)),
            client.post(reverse(route.name, kwargs=arguments)),
        ):
            assert response.status_code in expected
            assert "Secretfield" not in response.content.decode()
            assert "Zhao Yinmi" not in response.content.decode()
