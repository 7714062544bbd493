"""The survey on a telephone without JavaScript, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Answer
from tests.surveys.factories import link_of
from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Any) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="en-GB")
    yield context.new_page()
    context.close()


def test_a_customer_answers_without_javascript_in_the_language_of_choice(
    world: World, live_server: Any, phone: Page
) -> None:
    phone.goto(f"{live_server.url}/s/{link_of(world.branch).token}/")
    phone.get_by_role("link", name="简体中文").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("今天的服务，您满意吗？")
    phone.get_by_role("group", name="您对这次到店的服务满意吗？").get_by_label("不满意", exact=True).check()
    phone.get_by_label("10 分，非常愿意").check()
    phone.get_by_label("哪些地方做得好").fill("排队太久")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("谢谢您")
    answer = Answer.objects.get()
    assert (answer.csat, answer.nps, answer.comment.text) == (2, 10, "排队太久")
    assert answer.language == "zh-hans"


def test_it_can_be_answered_by_keyboard_alone(world: World, live_server: Any, phone: Page) -> None:
    phone.goto(f"{live_server.url}/s/{link_of(world.branch).token}/")
    for key in ("Tab", "Tab", "Space", "ArrowRight", "Tab", "Space", "Tab", "Tab", "Enter"):
        phone.keyboard.press(key)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    answer = Answer.objects.get()
    assert (answer.csat, answer.nps) == (2, 0)


def test_it_fits_a_telephone_and_every_target_is_large(world: World, live_server: Any, page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/s/{link_of(world.branch).token}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sizes = page.evaluate(
        "[...document.querySelectorAll('.tile, button, .languages a')].map(e => e.getBoundingClientRect())"
        ".map(b => Math.min(b.width, b.height))"
    )
    assert len(sizes) == 18
    assert min(sizes) >= 44


def test_no_answer_is_larger_than_another(world: World, live_server: Any, page: Page) -> None:
    """A "10" of double width would be chosen more often than the others."""
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/s/{link_of(world.branch).token}/")

    widths = page.evaluate("[...document.querySelectorAll('.number')].map(e => Math.round(e.offsetWidth))")

    assert len(widths) == 11
    assert len(set(widths)) == 1
