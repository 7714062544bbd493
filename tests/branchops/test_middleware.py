"""What stands around every request."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from pytest_django import Settings

from branches.models import User
from branchops.logs import JsonFormatter, RequestIdFilter, request_id
from branchops.middleware import AccessMiddleware
from tests.worlds import World


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def request_to(view_name: str, user: object) -> HttpRequest:
    request = RequestFactory().get("/somewhere/")
    request.user = user  # type: ignore[assignment]
    request.resolver_match = ResolverMatch(answer, (), {}, url_name=view_name)
    return request


def test_every_answer_carries_the_request_id(client: Client) -> None:
    assert len(client.get("/healthz")["X-Request-Id"]) == 16


def test_every_answer_forbids_inline_scripts_and_foreign_hosts(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_route_without_a_rule_is_closed_to_administrators_too(world: World) -> None:
    with pytest.raises(PermissionDenied):
        AccessMiddleware(answer).process_view(request_to("forgotten", world.administrator), answer, (), {})


def test_a_route_without_a_rule_sends_visitors_to_the_log_in() -> None:
    response = AccessMiddleware(answer).process_view(request_to("forgotten", AnonymousUser()), answer, (), {})
    assert response is not None
    assert response["Location"] == "/accounts/login/?next=/somewhere/"


@pytest.mark.parametrize(
    "address",
    [
        "/branches/N1%00/",
        "/staff/%00/",
        "/meetings/N%001/2026-11-20/",
        "/s/%00/",
        "/admin/jobs/job/?state=%00",
    ],
)
def test_an_address_with_a_nul_names_nothing(
    address: str, world: World, client_of: Callable[[User], Client]
) -> None:
    assert client_of(world.administrator).get(address).status_code == 404


@pytest.mark.parametrize("address", ["/meetings/?branch=%00", "/meetings/actions/?branch=%00&q=%00"])
def test_a_filter_with_a_nul_finds_nothing_and_breaks_nothing(
    address: str, world: World, client_of: Callable[[User], Client]
) -> None:
    assert client_of(world.administrator).get(address).status_code == 200


def sent_by_nobody(**headers: str) -> HttpResponse:
    request = RequestFactory().post("/meetings/N1/2026-11-20/finish/", headers=headers)
    request.user = AnonymousUser()
    request.resolver_match = ResolverMatch(answer, (), {}, url_name="finish", namespaces=["meetings"])
    response = AccessMiddleware(answer).process_view(request, answer, (), {})
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("came_from", "goes_on"),
    [
        ("http://testserver/meetings/N1/2026-11-20/?screen=big", "/meetings/N1/2026-11-20/%3Fscreen%3Dbig"),
        ("http://elsewhere/meetings/N1/2026-11-20/", "/"),
        ("", "/"),
    ],
)
def test_after_a_log_in_a_form_goes_on_at_its_page_and_not_where_it_was_sent(
    came_from: str, goes_on: str
) -> None:
    assert sent_by_nobody(Referer=came_from)["Location"] == f"/accounts/login/?next={goes_on}"


def test_a_part_of_a_page_is_refused_without_a_log_in_and_gets_no_log_in_page_in_its_place() -> None:
    response = sent_by_nobody(**{"HX-Request": "true"})
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.django_db
def test_a_database_that_is_away_gives_a_plain_page_and_a_time_to_try_again(
    world: World, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(world.manager)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("django.contrib.auth.middleware.get_user", _database_away)
        away = client.get("/")
    assert (away.status_code, away["Retry-After"]) == (503, "30")
    assert client.get("/accounts/password/").status_code == 200


@pytest.mark.django_db
def test_another_error_is_not_called_a_database_that_is_away(
    world: World, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(world.manager)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", _fault)
    assert client.get("/").status_code == 500


def _database_away(request: HttpRequest) -> None:
    raise OperationalError("gone")


def _fault(request: HttpRequest) -> None:
    raise ValueError("x")


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The log of a test as it would be written."""
    return [json.loads(JsonFormatter().format(record)) for record in caplog.records]


@pytest.fixture
def _ids_on_records(caplog: pytest.LogCaptureFixture) -> None:
    """Pytest's handler, which keeps the records, puts the ids on them as ours does."""
    caplog.handler.addFilter(RequestIdFilter())


@pytest.mark.usefixtures("_ids_on_records")
def test_a_refused_access_is_one_line_with_route_status_request_and_user(
    world: World, client_of: Callable[[User], Client], caplog: pytest.LogCaptureFixture
) -> None:
    refused = client_of(world.staff).get("/admin/?name=Zhao+Yinmi")
    counted = [line for line in lines(caplog) if "status" in line]
    assert [
        (line["level"], line["message"], line["status"], line["request"], line["user"]) for line in counted
    ] == [("WARNING", "answered 403 to admin:index", 403, refused["X-Request-Id"], str(world.staff.pk))]
    assert "Yinmi" not in json.dumps(lines(caplog))


@pytest.mark.usefixtures("_ids_on_records")
def test_an_error_is_one_line_to_be_counted(
    world: World,
    client_of: Callable[[User], Client],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of(world.manager)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", _fault)
    client.get("/")
    counted = [line for line in lines(caplog) if "status" in line]
    assert [(line["level"], line["status"]) for line in counted] == [("ERROR", 500)]


def test_answers_that_went_well_are_not_logged(
    world: World, client_of: Callable[[User], Client], caplog: pytest.LogCaptureFixture
) -> None:
    assert client_of(world.manager).get("/accounts/password/").status_code == 200
    assert [line for line in lines(caplog) if "status" in line] == []


@pytest.mark.django_db
def test_a_name_that_is_locked_out_does_not_stand_in_the_log(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AXES_ENABLED = True
    for _ in range(9):
        last = client.post("/accounts/login/", {"username": "zhaoyinmi", "password": "wrong-password"})
    assert last.status_code == 429
    assert "zhaoyinmi" not in json.dumps(lines(caplog))
    assert "wrong-password" not in json.dumps(lines(caplog))


@pytest.mark.django_db
def test_the_token_of_an_address_stands_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for address in ("/s/a-token-of-nobody/", "/s/a-token-of-nobody/and-more/"):
        assert client.get(address).status_code == 404
    found = [line for line in lines(caplog) if line["logger"] == "django.request"]
    assert [line["message"] for line in found] == ["Not Found: surveys:answer", "Not Found: -"]
    assert "a-token-of-nobody" not in json.dumps(lines(caplog))


def test_the_row_that_a_database_shows_in_its_error_stays_out_of_the_log() -> None:
    try:
        raise ValueError(
            "null value in column\nDETAIL:  Failing row contains (1, Zhao Yinmi, 13800138000).\n"
        )
    except ValueError:
        record = logging.LogRecord("branchops", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    line = json.loads(JsonFormatter().format(record))
    assert "null value in column" in line["error"]
    assert "Zhao Yinmi" not in line["error"]


def test_log_lines_are_json_with_the_request_id() -> None:
    record = logging.LogRecord("branchops", logging.INFO, "", 0, "stored %s rows", (3,), None)
    token = request_id.set("abc")
    RequestIdFilter().filter(record)
    request_id.reset(token)
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["request"], line["level"]) == ("stored 3 rows", "abc", "INFO")
