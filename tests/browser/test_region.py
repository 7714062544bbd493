"""A regional reviewer finds who needs help and why, narrows the table, and comes back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import Company

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
    page.get_by_role("link", name="Map of drivers").click()
    expect(page.locator(".map-table .row-total")).to_be_visible()
    assert faults == []
