"""What a page is on paper: A4, upright, with the margins of the style sheet."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.company import Company
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAPER = {"width": 688, "height": 1001}
"""210 × 297 mm without the margins, in the pixels of a style sheet."""


@pytest.mark.parametrize("path", ["/today/N1/", "/branches/N1/", "/branches/N1/scorecard/"])
def test_a_page_fits_the_width_of_paper_and_its_tables_stay_tables(
    page: Page, server: Any, company: Company, path: str
) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": company.sessions["manager"], "url": server.url}])
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")

    Watch(page, server.url).open(server.url + path)

    assert page.evaluate("document.scrollingElement.scrollWidth") <= PAPER["width"]
    rows = page.locator("main table tbody tr").evaluate_all(
        "rows => rows.map(row => getComputedStyle(row).display)"
    )
    assert set(rows) == {"table-row"}


def test_a_scorecard_is_one_sheet(page: Page, server: Any, company: Company) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": company.sessions["manager"], "url": server.url}])

    Watch(page, server.url).open(f"{server.url}/branches/N1/scorecard/")

    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
