"""Charts in a real browser: what is written in them can be read at every width."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.company import Company
from tests.browser.watch import TEXTS_IN_THE_WAY, Watch
from ui import charts

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

A_WATERFALL = re.compile(r'(<script id="[^"]+" type="application/json">)[^<]*waterfall[^<]*(</script>)')


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("sign", [1, -1], ids=["up", "down"])
def test_the_label_of_a_bar_as_wide_as_the_chart_hides_no_name(
    page: Page, server: Any, company: Company, width: int, sign: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    key = company.sessions["manager"]
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    names, moved = ["成交客户", "客单量", "个体复购", "延展购买"], [14_394_200, 241_200, 94_800, -332_500]
    option = charts.waterfall_option(names, [sign * by for by in moved], total_label="销售额变动", exact=True)
    page.route("**/branches/N1/", lambda route: answer(route, option))

    Watch(page, server.url).open(f"{server.url}/branches/N1/")

    assert page.locator("[data-chart] svg", has_text="延展购买").count() == 1
    assert page.evaluate(TEXTS_IN_THE_WAY) == []


def test_the_numbers_of_one_axis_have_one_unit(page: Page, server: Any, company: Company) -> None:
    """Not ¥50,000 beside ¥100K."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies([{"name": "sessionid", "value": company.sessions["manager"], "url": server.url}])
    option = charts.waterfall_option(["Visitors", "Basket"], [12_541_700, -6_000_000], total_label="Change")
    page.route("**/branches/N1/", lambda route: answer(route, option))

    Watch(page, server.url).open(f"{server.url}/branches/N1/")

    shown = page.locator("[data-chart] svg", has_text="Visitors").locator("text").all_text_contents()
    assert {"¥0", "¥50K", "¥100K"} <= set(shown)
    assert "¥50,000" not in shown


def answer(route: Route, option: Any) -> None:
    """The page with another waterfall in the place of its own."""
    given = route.fetch()
    body, count = A_WATERFALL.subn(
        lambda found: found[1] + json.dumps(option) + found[2], given.text(), count=1
    )
    assert count == 1
    route.fulfill(response=given, body=body)
