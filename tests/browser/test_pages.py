"""Every page of every role: accessible, quiet, within the screen, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from branchops.access import rule_for
from tests.branchops.routes import Route, routes
from tests.browser.company import Company, client_of
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
MOST_TELLING = ("manager", "regional", "administrator", "staff")
VISITOR = "visitor"
NO_PAGES = {
    "healthz": "for probes",
    "readyz": "for probes",
    "logout": "only by POST",
    "set_language": "only by POST",
    "api:deliver_figures": "for other systems",
    "api:openapi-json": "for other systems",
    "api:api-root": "for other systems",
    "scorecards:home": "leads on to the page of the role",
    "scorecards:entry_start": "leads on to the newest day without figures",
    "scorecards:entry_draft": "only by POST",
    "scorecards:entry_discard": "only by POST",
    "scorecards:entry_undo": "only by POST",
    "scorecards:import_upload": "leads to the list",
    "scorecards:import_plan": "leads to the import",
    "scorecards:import_apply": "only by POST",
    "scorecards:import_again": "only by POST",
    "scorecards:import_undo": "only by POST",
    "scorecards:import_discard": "only by POST",
    "scorecards:import_refused": "a file",
    "scorecards:import_unknown_branches": "a file",
    "scorecards:import_unknown_staff": "a file",
    "scorecards:import_file": "a file",
    "scorecards:company_export": "a file",
    "scorecards:export": "a file",
    "scorecards:recompute_everything": "only by POST",
    "scorecards:run_again": "only by POST",
    "scorecards:recompute_branch": "only by POST",
    "meetings:change_action": "only by POST",
    "meetings:plan": "only by POST",
    "meetings:start": "only by POST",
    "meetings:attendance": "only by POST",
    "meetings:finish": "only by POST",
    "meetings:reopen": "only by POST",
    "meetings:tick": "only by POST",
    "meetings:note": "only by POST",
    "meetings:make_action": "only by POST",
    "surveys:export": "a file",
    "surveys:renew": "only by POST",
    "surveys:qr_code": "a picture",
}
ADMIN_PAGES = {"admin:index"}
"""Of Django admin only the first page is ours."""
Open = Callable[[str, str], Watch]


def our_routes() -> list[Route]:
    return [route for route in routes() if not route.name.startswith("admin:") or route.name in ADMIN_PAGES]


def page_routes() -> list[Route]:
    return [route for route in our_routes() if route.name not in NO_PAGES]


def readers(route: Route) -> list[str]:
    """The roles that a page is for, the one that sees most on it first; a visitor for what is public."""
    rule = rule_for(route.name)
    assert rule is not None
    if rule.public:
        return [VISITOR]
    return [role for role in MOST_TELLING if role in rule.roles]


def first_readers() -> Iterator[Any]:
    for route in page_routes():
        for language in LOCALES:
            role = readers(route)[0]
            yield pytest.param(route, role, language, id=f"{route.name}-{role}-{language}")


def other_readers() -> Iterator[Any]:
    for route in page_routes():
        for role in readers(route)[1:]:
            yield pytest.param(route, role, id=f"{route.name}-{role}")


@pytest.fixture(scope="module")
def open_as(browser: Any, server: Any, company: Company) -> Iterator[Open]:
    """A function that gives the one watched page of a role in a language."""
    contexts: dict[tuple[str, str], Watch] = {}

    def opened(role: str, language: str) -> Watch:
        if (role, language) not in contexts:
            context = browser.new_context(locale=LOCALES[language], reduced_motion="reduce")
            if role != VISITOR:
                cookie = {"name": "sessionid", "value": company.sessions[role], "url": server.url}
                context.add_cookies([cookie])
            contexts[role, language] = Watch(context.new_page(), server.url)
        return contexts[role, language]

    yield opened
    for watch in contexts.values():
        watch.page.context.close()


def address(route: Route, company: Company, role: str = "administrator") -> str:
    return reverse(route.name, kwargs=company.arguments(route, role))


def dress(page: Page, size: dict[str, int], colours: str) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=colours)


def test_only_what_is_no_page_is_left_out(company: Company) -> None:
    assert set(NO_PAGES) <= {route.name for route in routes()}
    client = client_of(company.world.administrator)
    for route in our_routes():
        if route.name in NO_PAGES and not set(route.arguments) & {"job"}:
            answer = client.get(address(route, company))
            is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
            assert not is_page, f"{route.name} is a page"


@pytest.mark.parametrize(("route", "role", "language"), list(first_readers()))
def test_a_page_keeps_its_contract_on_a_desk_and_on_a_telephone(
    route: Route, role: str, language: str, open_as: Open, server: Any, company: Company
) -> None:
    watch = open_as(role, language)
    day, night = ("light", "dark") if language == "en" else ("dark", "light")
    dress(watch.page, WIDE, day)
    heard = watch.open(server.url + address(route, company, role))
    wide = watch.faults(language)
    dress(watch.page, PHONE, night)
    narrow = watch.faults(language)
    assert (heard, wide, narrow) == ([], [], [])


@pytest.mark.parametrize(("route", "role"), list(other_readers()))
def test_a_page_keeps_its_contract_for_its_other_readers(
    route: Route, role: str, open_as: Open, server: Any, company: Company
) -> None:
    watch = open_as(role, "zh-hans")
    dress(watch.page, PHONE, "dark")
    heard = watch.open(server.url + address(route, company, role))
    assert (heard, watch.faults("zh-hans")) == ([], [])
