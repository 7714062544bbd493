"""A regional reviewer finds who needs help and why, narrows the table, and comes back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import Company

A4_BETWEEN_MARGINS = 688

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_a_reviewer_finds_whom_to_help_narrows_the_table_and_comes_back(
    page: Page, server: Any, company: Company, faults: list[str]
) -> None:
    key = company.sessions["regional"]
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    page.goto(f"{server.url}/regions/NORTH/")
    expect(page.locator("#help-title")).to_be_visible()
    names = page.locator("#league .league-name")
    every = names.all_inner_texts()
    page.locator("#league-q").fill("Nanshan")
    page.locator("#league-q").press("Enter")
    expect(names).to_have_text(["Nanshan"])
    assert "q=Nanshan" in page.url
    page.go_back()
    expect(names).to_have_text(every)
    expect(page.locator("#league-q")).to_have_value("")
    page.locator("#league-q").fill("nowhere at all")
    page.locator("#league-q").press("Enter")
    expect(page.locator("#league .empty-title")).to_be_visible()
    page.locator("#league .empty-state a").click()
    expect(names).to_have_text(every)
    page.locator("#league-q").fill("Nanshan")
    page.locator("#league-q").press("Enter")
    expect(names).to_have_text(["Nanshan"])
    page.get_by_role("link", name="Quarter").click()
    expect(page.locator("#league-q")).to_have_value("Nanshan")
    page.goto(f"{server.url}/regions/NORTH/")
    page.locator("#league-q").fill("Nanshan")
    page.locator("#league-q").press("Enter")
    expect(names).to_have_text(["Nanshan"])
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("#league-q")).to_have_value("Nanshan")
    page.get_by_role("button", name="English").click()
    page.goto(f"{server.url}/regions/NORTH/")
    page.get_by_role("link", name="Map of drivers").click()
    expect(page.locator(".map-table .row-total")).to_be_visible()
    assert faults == []


def test_the_keyboard_stays_on_what_it_used(
    page: Page, server: Any, company: Company, faults: list[str]
) -> None:
    key = company.sessions["regional"]
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    page.goto(f"{server.url}/regions/NORTH/")
    order = page.locator("#sort-conversion")
    order.focus()
    order.press("Enter")
    expect(page.locator("#league th[aria-sort]")).to_contain_text("Conversion")
    expect(order).to_be_focused()
    order.press("Enter")
    expect(page.locator("#league th[aria-sort=ascending]")).to_contain_text("Conversion")
    expect(order).to_be_focused()
    surely = page.locator("#league-attention")
    surely.focus()
    surely.press("Space")
    expect(page).to_have_url(re.compile("attention=1"))
    expect(page.locator("#league-attention")).to_be_checked()
    expect(page.locator("#league-attention")).to_be_focused()
    assert faults == []


@pytest.mark.parametrize("path", ["", "drivers/"])
def test_paper_is_wide_enough_for_every_column(
    page: Page, server: Any, company: Company, faults: list[str], path: str
) -> None:
    key = company.sessions["regional"]
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    page.set_viewport_size({"width": A4_BETWEEN_MARGINS, "height": 1000})
    page.emulate_media(media="print")
    page.goto(f"{server.url}/regions/NORTH/{path}")
    beyond = "(box) => box.scrollWidth - box.clientWidth"
    assert page.locator(".table-responsive").last.evaluate(beyond) <= 0
    assert "North" in page.evaluate("() => document.querySelector('[data-print-foot]').textContent")
    assert faults == []


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/regions/NORTH/", "#league th.sortable:nth-child(3)"),
        ("/surveys/", ".voice-table th:nth-child(3)"),
    ],
)
def test_the_first_answer_of_a_table_is_seen_on_a_telephone_without_moving_it(
    page: Page, server: Any, company: Company, path: str, heading: str
) -> None:
    """How much a branch moved, how satisfied its customers are: the column ends before its frame does."""
    page.context.add_cookies(
        [{"name": "sessionid", "value": company.sessions["regional"], "url": server.url}]
    )
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(server.url + path)

    ends = page.locator(heading).evaluate(
        "head => [head, head.closest('.table-responsive')].map(box => box.getBoundingClientRect().right)"
    )
    assert ends[0] <= ends[1]
