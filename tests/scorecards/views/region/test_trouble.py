"""What a reviewer stumbles over on a region's page: nothing to compare, missing figures, lost filters, lost focus."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from branches.models import User
from tests.factories import BranchFactory, RegionFactory
from tests.scorecards.factories import make_fresh
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

ClientOf = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true", "HX-Target": "league"}


def read(client_of: ClientOf, user: User, address: str, **values: object) -> str:
    return client_of(user).get(address, **values).content.decode()  # type: ignore[arg-type]


def help_box(text: str) -> str:
    start = text.index('id="help-title"')
    return text[start : text.index("</section>", start)]


def test_where_nothing_can_be_compared_nobody_is_said_to_do_well(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, change=None)
    branch_card(world.branch, change=None)
    text = read(client_of, world.regional, "/regions/NORTH/")
    assert "There is nothing to compare with, so nobody can be said to be behind." in help_box(text)
    assert "No branch is behind" not in text
    assert "There is nothing to compare with, so nothing to explain." in text
    assert "region-drivers" not in text


def test_of_an_old_day_the_page_does_not_say_that_nobody_is_behind(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, kind="D", starts_on="2026-10-01")
    region_card(world.north, kind="D", starts_on="2026-11-20", change=5_000)
    branch_card(world.branch, kind="D", starts_on="2026-11-20", change=5_000)
    old = help_box(read(client_of, world.regional, "/regions/NORTH/?period=2026-10-01"))
    new = help_box(read(client_of, world.regional, "/regions/NORTH/?period=2026-11-20"))
    assert "Days of branches are kept for a fortnight." in old
    assert "No branch is behind" not in old
    assert "No branch is behind" in new


def test_where_all_have_grown_the_page_says_so(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, change=5_000)
    branch_card(world.branch, change=5_000)
    box = help_box(read(client_of, world.regional, "/regions/NORTH/"))
    assert "Branches to help first" in box
    assert "No branch is behind." in box


def test_a_loss_that_missing_days_explain_is_no_sure_one_in_the_filter_either(
    world: World, client_of: ClientOf
) -> None:
    make_fresh()
    region_card(world.north)
    short = {"days": 18, "days_due": 20}
    branch_card(world.branch, change=-300_000, year_before_growth_high=-0.08, **short)
    branch_card(world.sister, change=-200_000, year_before_growth_high=-0.12, **short)
    text = read(client_of, world.regional, "/regions/NORTH/?attention=1")
    assert re.findall(r'class="league-name"[^>]*>([^<]+)<', text) == ["Futian"]


def test_branch_days_that_are_missing_lead_to_the_list_of_them(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, days=19, days_due=20)
    short = read(client_of, world.regional, "/regions/NORTH/")
    assert '<a class="stamp-short" href="/figures/missing/?region=NORTH">19 of 20 branch-days in</a>' in short


def test_where_all_branch_days_are_in_nothing_leads_there(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    text = read(client_of, world.regional, "/regions/NORTH/")
    assert "<span>20 of 20 branch-days in</span>" in text
    assert "/figures/missing/" not in text


@pytest.mark.parametrize("path", ["", "drivers/"])
def test_a_period_without_figures_leads_to_the_missing_ones(
    world: World, client_of: ClientOf, path: str
) -> None:
    make_fresh()
    text = read(client_of, world.regional, f"/regions/NORTH/{path}?period=2026-10")
    assert 'href="/figures/missing/?region=NORTH"' in text


def test_a_period_beyond_that_list_does_not_lead_to_it(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, starts_on="2026-09-01", days=19, days_due=20)
    text = read(client_of, world.regional, "/regions/NORTH/?period=2026-09")
    assert '<span class="stamp-short">19 of 20 branch-days in</span>' in text
    assert "/figures/missing/" not in text


def test_the_company_leads_to_all_missing_figures(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(None, days=19, days_due=20)
    assert 'href="/figures/missing/">19 of 20' in read(client_of, world.administrator, "/company/")


@pytest.mark.parametrize("asked", ["2030-01", "2026-13", "<b>"])
def test_a_period_that_cannot_be_shown_is_not_passed_over(
    world: World, client_of: ClientOf, asked: str
) -> None:
    make_fresh()
    region_card(world.north)
    text = read(client_of, world.regional, f"/regions/NORTH/?period={asked}")
    assert "is no period with figures; this month is shown." in text
    assert "<b>" not in text


@pytest.mark.parametrize("asked", ["", "?period=2026-11", "?period=2026-10"])
def test_a_period_that_can_be_shown_needs_no_word(world: World, client_of: ClientOf, asked: str) -> None:
    make_fresh()
    assert "is no period" not in read(client_of, world.regional, f"/regions/NORTH/{asked}")


def test_the_links_of_the_period_keep_filters_that_were_set_without_a_new_page(
    world: World, client_of: ClientOf
) -> None:
    make_fresh()
    region_card(world.north)
    branch_card(world.branch)
    address = "/regions/NORTH/?q=Nan&period=2026-11&against=previous"
    fragment = read(client_of, world.regional, address, headers=FRAGMENT)
    page = read(client_of, world.regional, address)
    assert 'id="periods" hx-swap-oob="true"' in fragment
    assert 'href="?q=Nan&amp;against=previous&amp;period=2026-Q4"' in fragment
    assert 'href="?q=Nan&amp;against=previous&amp;period=2026-Q4"' in page
    assert page.count('id="periods"') == 1
    assert "hx-swap-oob" not in page


def test_every_control_of_the_table_can_be_found_again_after_it_was_used(
    world: World, client_of: ClientOf
) -> None:
    """The keyboard stays where it was only on elements with an id; each id stands once."""
    make_fresh()
    region_card(world.north)
    for number in range(101):
        branch_card(BranchFactory(region=world.area, code=f"Z{number:03}"), revenue=number)
    first = read(client_of, world.regional, "/regions/NORTH/")
    onward = re.search(r'rel="next" href="(\?[^"]+)">(?!<span)', first)
    assert onward is not None
    text = read(client_of, world.regional, "/regions/NORTH/" + onward[1].replace("&amp;", "&"))
    table = text[text.index('<section id="league"') :]
    controls = re.findall(r"<(?:a|input|select)\b[^>]*>", table)
    used = [one for one in controls if "sort=" in one or 'rel="' in one or "data-autosubmit" in one]
    ids = [found[1] for one in used if (found := re.search(r'\bid="([^"]+)"', one))]
    assert len(ids) == len(used) == len(set(ids))


def test_none_surely_behind_is_good_news_not_a_filter_gone_wrong(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north, change=5_000)
    branch_card(world.branch, change=5_000)
    text = read(client_of, world.regional, "/regions/NORTH/?attention=1")
    assert "No branch is surely behind" in text
    assert "No branch matches these filters" not in text
    both = read(client_of, world.regional, "/regions/NORTH/?attention=1&q=nowhere")
    assert "No branch matches these filters" in both


def test_the_regions_below_are_one_step_away_and_keep_the_period(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    text = read(client_of, world.regional, "/regions/NORTH/?period=2026-10&against=previous")
    assert 'href="/regions/AREA/?period=2026-10&amp;against=previous"' in text
    assert "/regions/SOUTH/" not in text


def test_many_regions_below_are_left_to_the_map(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    for number in range(20):
        RegionFactory(code=f"A{number}", parent=world.north)
    assert 'href="/regions/A3/' not in read(client_of, world.regional, "/regions/NORTH/")


def test_a_printed_page_says_below_what_it_shows(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(world.north)
    for path in ("", "drivers/"):
        text = read(client_of, world.regional, f"/regions/NORTH/{path}")
        assert re.search(r"data-print-foot>North[^<]* · 1–20 Nov 2026 · Figures to 20 Nov 2026<", text)


def test_a_branch_leads_back_to_its_region_in_the_same_period(world: World, client_of: ClientOf) -> None:
    make_fresh()
    branch_card(world.branch)
    text = read(client_of, world.regional, "/branches/N1/?period=2026-11&against=previous")
    assert 'href="/regions/AREA/?period=2026-11&amp;against=previous"' in text
