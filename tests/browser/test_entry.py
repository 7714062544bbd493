"""The entry form on a telephone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from branches.models import StaffMember, User
from scorecards.models import DailyFigures, FigureDraft
from tests.factories import EmploymentFactory, StaffMemberFactory
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LogIn = Callable[[object], Page]
PHONE = {"width": 390, "height": 844}
THINKING, PRESSING, THREE_MINUTES = 1.5, 0.25, 180
"""Seconds a person looks at the paper before each figure, and needs for a key; those that a manager has."""


def team_of_eight(world: World) -> list[StaffMember]:
    for n in range(6):
        EmploymentFactory(staff=StaffMemberFactory(number=f"E1{n}", name=f"Member {n}"), branch=world.branch)
    return list(StaffMember.objects.filter(employments__branch=world.branch).order_by("number"))


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)
    return page


def test_eight_members_are_entered_with_enter_alone_within_three_minutes(
    world: World, live_server: Any, phone: Page, log_in: LogIn, faults: list[str]
) -> None:
    team = team_of_eight(world)
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    page.get_by_label("Visitors").fill("160")
    page.get_by_label("Visitors").press("Enter")
    keystrokes = 0
    for _member in team:
        for figure in ["10", "", "2", "3", "1,500.50"]:  # orders are left to be added up
            keystrokes += len(figure) + 1
            page.keyboard.type(figure)
            page.keyboard.press("Enter")
    expect(page.locator("output[data-sum=orders]")).to_have_text("120")
    expect(page.locator(".entry-bar output")).to_have_text("¥12,004")
    expect(page.get_by_role("button", name="Save the figures")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved: Nanshan")).to_be_visible()
    assert THINKING * (1 + 4 * len(team)) + PRESSING * keystrokes < THREE_MINUTES
    whole = DailyFigures.objects.get(branch=world.branch, day=yesterday(), staff_id=0)
    assert (whole.visitors, whole.buyers, whole.orders, whole.revenue) == (160, 80, 120, 1_200_400)
    assert faults == []


def test_a_draft_is_kept_while_typing_and_offered_again(
    world: World, live_server: Any, phone: Page, log_in: LogIn, faults: list[str]
) -> None:
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    page.get_by_label("Visitors").fill("77")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")) as kept:
        page.get_by_label("Visitors").blur()
    assert kept.value.ok
    assert FigureDraft.objects.get().typed["b-visitors"] == "77"
    page.reload()
    expect(page.get_by_text("have not saved it")).to_be_visible()
    expect(page.get_by_label("Visitors")).to_have_value("77")
    assert faults == []


def signed_out_elsewhere(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def logs_in_again(page: Page, user: User) -> None:
    user.set_password("three-words-long")
    user.save()
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill("three-words-long")
    page.get_by_role("button", name="Log in").click()


def test_what_was_typed_outlives_a_log_in_between(
    world: World, live_server: Any, phone: Page, log_in: LogIn, faults: list[str]
) -> None:
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    signed_out_elsewhere(page)
    page.get_by_label("Visitors").fill("77")
    page.get_by_role("button", name="Save the figures").click()
    logs_in_again(page, world.manager)
    expect(page.get_by_label("Visitors")).to_have_value("77")
    expect(page.get_by_text("What you typed before the log-in")).to_be_visible()
    page.get_by_role("button", name="Save the figures").click()
    expect(page.get_by_text("Saved: Nanshan")).to_be_visible()
    page.reload()
    expect(page.get_by_text("What you typed before the log-in")).to_be_hidden()
    assert faults == []


def test_another_user_does_not_find_what_the_first_one_typed(
    world: World, live_server: Any, phone: Page, log_in: LogIn
) -> None:
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    signed_out_elsewhere(page)
    page.get_by_label("Visitors").fill("77")
    page.get_by_role("button", name="Save the figures").click()
    logs_in_again(page, world.administrator)
    expect(page.get_by_role("button", name="Save the figures")).to_be_visible()
    expect(page.get_by_label("Visitors")).to_have_value("")


def test_a_draft_without_a_log_in_leaves_the_form_alone_and_says_what_to_do(
    world: World, live_server: Any, phone: Page, log_in: LogIn
) -> None:
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    signed_out_elsewhere(page)
    page.get_by_label("Visitors").fill("77")
    page.get_by_label("Visitors").blur()
    expect(page.get_by_text("You have been logged out")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)
    expect(page.get_by_label("Visitors")).to_have_value("77")


def test_a_form_that_was_open_during_a_new_log_in_can_be_saved(
    world: World, live_server: Any, phone: Page, log_in: LogIn, faults: list[str]
) -> None:
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    page.get_by_label("Visitors").fill("77")
    signed_out_elsewhere(page)
    other = page.context.new_page()
    other.goto(f"{live_server.url}/accounts/login/")
    logs_in_again(other, world.manager)
    expect(other.get_by_role("heading", name="Nanshan")).to_be_visible()
    page.get_by_role("button", name="Save the figures").click()
    expect(page.get_by_text("Saved: Nanshan")).to_be_visible()
    assert faults == []


def test_the_page_fits_a_telephone(world: World, live_server: Any, phone: Page, log_in: LogIn) -> None:
    team_of_eight(world)
    page = log_in(world.manager)
    page.goto(f"{live_server.url}/figures/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.get_by_label("Visitors")).to_have_attribute("inputmode", "numeric")
    expect(page.get_by_role("button", name="Save the figures")).to_be_in_viewport()


def test_figures_can_be_saved_without_scripts(
    world: World, live_server: Any, browser: Any, client_of: Any
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    session = client_of(world.manager).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/figures/?mode=staff")
    page.get_by_label("Visitors").fill("9")
    page.get_by_role("button", name="Save the figures").click()
    expect(page.get_by_text("Saved: Nanshan")).to_be_visible()
    context.close()
    assert DailyFigures.objects.get(branch=world.branch, day=yesterday(), staff_id=0).visitors == 9
