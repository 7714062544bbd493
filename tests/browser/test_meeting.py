"""The morning meeting on a telephone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.models import Action, AgendaItem, Attendance, Meeting
from meetings.queries import local_day
from meetings.services.building import build_agendas
from meetings.services.running import start_meeting
from tests.scorecards.factories import DailyFiguresFactory
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LogIn = Callable[[object], Page]
PHONE = {"width": 390, "height": 844}


def test_a_meeting_is_run_and_its_action_stands_on_tomorrows_agenda(
    world: World, live_server: Any, page: Page, log_in: LogIn, faults: list[str]
) -> None:
    today = local_day(world.branch)
    DailyFiguresFactory(branch=world.branch, day=today - timedelta(days=1))
    build_agendas([world.branch], today, at=timezone.now())
    page.set_viewport_size(PHONE)
    log_in(world.manager)

    page.goto(f"{live_server.url}/meetings/")
    page.get_by_role("link", name="To the meeting").click()
    page.get_by_role("button", name="Begin the meeting").click()

    first = page.locator("article").first
    first.get_by_role("button", name="Talked about").click()
    expect(first.get_by_role("button", name="Talked about")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#progress")).to_contain_text("1 of")

    first.get_by_text("Make an action").click()
    first.get_by_label("What is to be done").fill("Call ten customers")
    first.get_by_label("What is to be done").press("Enter")
    assert not Action.objects.exists()
    first.get_by_role("button", name="Li Lei").click()
    expect(first.locator(".made-line")).to_contain_text("Call ten customers")

    first.locator("summary", has_text="Note").click()
    first.get_by_role("textbox", name="Note").fill("It rained")
    first.get_by_role("button", name="Save the note").click()
    expect(first.locator(".agenda-note")).to_have_text("It rained")

    page.get_by_role("button", name="Everybody is here").click()
    expect(page.get_by_role("checkbox", name="Han Mei")).to_be_checked()
    page.get_by_role("checkbox", name="Han Mei").click()
    expect(page.get_by_role("checkbox", name="Han Mei")).not_to_be_checked()
    page.wait_for_load_state("networkidle")

    page.get_by_label("What we agreed").fill("Ten calls before noon")
    page.get_by_role("button", name="Finish the meeting").click()
    expect(page.locator("main")).to_contain_text("Ten calls before noon")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    assert faults == []

    assert Meeting.objects.get().is_held
    assert list(Attendance.objects.values_list("staff__name", "is_present")) == [
        ("Li Lei", True),
        ("Han Mei", False),
    ]
    build_agendas([world.branch], today + timedelta(days=1), at=timezone.now())
    tomorrow = AgendaItem.objects.filter(meeting__day=today + timedelta(days=1), section="actions").get()
    assert "Call ten customers (Li Lei)" in tomorrow.text_en


def test_a_note_that_was_typed_and_not_saved_does_not_vanish(
    world: World, live_server: Any, page: Page, log_in: LogIn, faults: list[str]
) -> None:
    """Not with its point's tick, and not with the end of the meeting; pressed again, it is left out."""
    today = local_day(world.branch)
    DailyFiguresFactory(branch=world.branch, day=today - timedelta(days=1))
    build_agendas([world.branch], today, at=timezone.now())
    start_meeting(Meeting.objects.get(branch=world.branch), by=world.manager, at=timezone.now())
    log_in(world.manager)
    page.goto(f"{live_server.url}/meetings/{world.branch.code}/{today:%Y-%m-%d}/")
    first = page.locator("article").first
    note = first.locator("textarea[data-unsaved]")

    first.locator("summary", has_text="Note").click()
    note.fill("It rained")
    first.get_by_role("button", name="Talked about").click()
    expect(page.locator("#toast")).to_contain_text("This note is not saved yet.")
    expect(note).to_have_value("It rained")
    first.locator("summary", has_text="Note").click()
    note.evaluate("field => { field.value = 'It rained all day' }")
    page.get_by_role("button", name="Finish the meeting").click()
    expect(note).to_be_focused()
    first.get_by_role("button", name="Save the note").click()
    expect(first.locator(".agenda-note")).to_have_text("It rained all day")

    first.locator("summary", has_text="Change the note").click()
    note.fill("It snowed")
    for _ in range(2):
        page.get_by_role("button", name="Finish the meeting").click()
    expect(page.locator("main")).to_contain_text("It rained all day")
    assert faults == []
    assert Meeting.objects.get().is_held


def test_a_note_that_met_another_one_and_is_not_saved_does_not_vanish_either(
    world: World, live_server: Any, page: Page, log_in: LogIn
) -> None:
    """It stands in the field as the server gave it back, and is still not saved; the hint does not hide the button."""
    today = local_day(world.branch)
    DailyFiguresFactory(branch=world.branch, day=today - timedelta(days=1))
    build_agendas([world.branch], today, at=timezone.now())
    start_meeting(Meeting.objects.get(branch=world.branch), by=world.manager, at=timezone.now())
    page.set_viewport_size(PHONE)
    log_in(world.manager)
    page.goto(f"{live_server.url}/meetings/{world.branch.code}/{today:%Y-%m-%d}/")
    first = page.locator("article").first
    note, save = first.locator("textarea"), first.get_by_role("button", name="Save the note")

    first.locator("summary", has_text="Note").click()
    note.fill("Ours")
    AgendaItem.objects.update(note="Theirs", version=2)
    save.click()
    expect(first.get_by_role("alert")).to_contain_text("Theirs")
    expect(note).to_have_value("Ours")
    note.evaluate("field => field.scrollIntoView({ block: 'end' })")
    first.get_by_role("button", name="Talked about").evaluate("button => button.click()")

    toast = page.locator("#toast")
    expect(toast).to_contain_text("This note is not saved yet.")
    expect(note).to_have_value("Ours")
    page.wait_for_function(
        "([button, hint]) => button.getBoundingClientRect().bottom <= hint.getBoundingClientRect().top",
        arg=[save.element_handle(), toast.element_handle()],
    )
    save.click()
    expect(first.locator(".agenda-note")).to_have_text("Ours")


def test_without_scripts_an_action_is_made_and_undone(
    world: World, live_server: Any, browser: Any, client_of: Any
) -> None:
    today = local_day(world.branch)
    DailyFiguresFactory(branch=world.branch, day=today - timedelta(days=1))
    build_agendas([world.branch], today, at=timezone.now())
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    session = client_of(world.manager).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()

    page.goto(f"{live_server.url}/meetings/N1/{today.isoformat()}/")
    page.get_by_role("button", name="Begin the meeting").click()
    first = page.locator("article").first
    first.get_by_text("Make an action").click()
    first.get_by_label("What is to be done").fill("Call ten customers")
    first.get_by_role("button", name="Han Mei").click()
    expect(first.locator(".made-line")).to_contain_text("Han Mei")
    first.get_by_role("button", name="Undo").click()
    expect(first.locator(".made-line")).to_have_count(0)
    assert Action.objects.get().state == "dropped"
    context.close()


def test_a_tick_without_a_log_in_leaves_the_agenda_alone_and_what_was_agreed_is_not_lost(
    world: World, live_server: Any, page: Page, log_in: LogIn
) -> None:
    today = local_day(world.branch)
    DailyFiguresFactory(branch=world.branch, day=today - timedelta(days=1))
    build_agendas([world.branch], today, at=timezone.now())
    page.set_viewport_size(PHONE)
    log_in(world.manager)
    page.goto(f"{live_server.url}/meetings/N1/{today.isoformat()}/")
    page.get_by_role("button", name="Begin the meeting").click()
    page.get_by_label("What we agreed").fill("Call ten customers")
    page.context.clear_cookies(name="sessionid")

    page.locator("article").first.get_by_role("button", name="Talked about").click()
    expect(page.get_by_text("You have been logged out")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)

    page.get_by_role("button", name="Finish the meeting").click()
    expect(page.get_by_label("Password")).to_be_visible()
    log_in(world.manager)
    page.goto(f"{live_server.url}/meetings/N1/{today.isoformat()}/")
    expect(page.get_by_label("What we agreed")).to_have_value("Call ten customers")
