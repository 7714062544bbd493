"""Charts in a real browser: what is written in them can be read at every width."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, Route

from tests.browser.company import Company
from tests.browser.watch import TEXTS_IN_THE_WAY, Watch
from ui import charts

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CONTRAST_OF_DAYS = """() => {
  const light = (color) => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((part) => {
    const share = part / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const days = [...document.querySelectorAll('[data-chart] svg text')]
    .filter((one) => /^\\d{1,2}$/.test(one.textContent));
  return days.flatMap((day) => {
    day.scrollIntoView({ block: 'center' });
    const box = day.getBoundingClientRect();
    const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const cell = under.find((one) => one.tagName === 'path' && /^rgb\\(/.test(getComputedStyle(one).fill));
    if (!cell) return [];
    const [deep, pale] = [light(getComputedStyle(day).fill), light(getComputedStyle(cell).fill)].sort((a, b) => a - b);
    return [(pale + 0.05) / (deep + 0.05)];
  });
}"""
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_days_of_the_heat_map_are_read_on_every_ground(
    page: Page, server: Any, company: Company, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies([{"name": "sessionid", "value": company.sessions["manager"], "url": server.url}])
    Watch(page, server.url).open(f"{server.url}/branches/N1/")

    found = page.evaluate(CONTRAST_OF_DAYS)

    assert len(found) >= 15
    assert min(found) >= 4.5


def test_the_weeks_of_a_branch_are_drawn_from_their_numbers(
    page: Page, server: Any, company: Company
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.context.add_cookies(
        [{"name": "sessionid", "value": company.sessions["regional"], "url": server.url}]
    )
    numbers = re.compile(r'data-trend="[^"]*"')
    page.route(
        "**/regions/NORTH/*",
        lambda route: fulfil(route, numbers.sub('data-trend="[1, 2, null, 3]"', route.fetch().text())),
    )

    Watch(page, server.url).open(f"{server.url}/regions/NORTH/?period=2026-11")

    line = page.locator(".league-trend svg").first
    assert line.locator("path").get_attribute("d") == "M30 190L277 110M770 30"
    assert line.locator("circle").get_attribute("cx") == "770"


def fulfil(route: Route, body: str) -> None:
    """The page with other numbers in it."""
    route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)


def answer(route: Route, option: Any) -> None:
    """The page with another waterfall in the place of its own."""
    given = route.fetch()
    body, count = A_WATERFALL.subn(
        lambda found: found[1] + json.dumps(option) + found[2], given.text(), count=1
    )
    assert count == 1
    route.fulfill(response=given, body=body)
