"""The pages of a region and of the company."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from branches.models import User
from scorecards.models import Card, Level
from tests.factories import BranchFactory, BranchFormatFactory
from tests.scorecards.factories import make_fresh
from tests.scorecards.league import branch_card, region_card
from tests.worlds import World

ClientOf = Callable[[User], Client]


@pytest.fixture
def shop(world: World) -> World:
    """Cards of November for two branches of North and the foreign one, their regions and the company."""
    make_fresh()
    branch_card(world.branch, revenue=9_000_000, change=-1_000_000)
    branch_card(world.sister, revenue=5_000_000, change=200_000)
    branch_card(world.foreign, revenue=7_000_000, change=-3_000_000)
    for region, change in [(world.area, -800_000), (world.north, -800_000), (world.south, -3_000_000)]:
        region_card(region, revenue=14_000_000, change=change)
    region_card(None, revenue=21_000_000, change=-3_800_000)
    return world


def names(text: str) -> list[str]:
    return re.findall(r'class="league-name"[^>]*>([^<]+)<', text)


def league(text: str) -> str:
    """The table with its surroundings, cut out of a page."""
    return text[text.index('<section id="league"') : text.index("</section>", text.index('id="league"'))]


def test_regional_staff_read_their_region_and_nothing_foreign(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.regional).get("/regions/NORTH/").content.decode()
    assert names(text) == ["Nanshan", "Futian"]
    assert "Secretfield" not in text
    assert "/branches/S1/" not in text


@pytest.mark.parametrize("path", ["", "drivers/", "export/"])
def test_a_foreign_region_is_like_a_missing_one(shop: World, client_of: ClientOf, path: str) -> None:
    client = client_of(shop.regional)
    assert client.get(f"/regions/SOUTH/{path}").status_code == 404
    assert client.get(f"/regions/NOWHERE/{path}").status_code == 404
    assert client_of(shop.foreign_regional).get(f"/regions/SOUTH/{path}").status_code == 200


@pytest.mark.parametrize("path", ["", "drivers/", "export/"])
def test_the_company_is_for_administrators(shop: World, client_of: ClientOf, path: str) -> None:
    assert client_of(shop.administrator).get(f"/company/{path}").status_code == 200
    for user in (shop.regional, shop.manager, shop.staff):
        assert client_of(user).get(f"/company/{path}").status_code == 403


def test_managers_and_staff_have_no_region_page(shop: World, client_of: ClientOf) -> None:
    for user in (shop.manager, shop.staff):
        assert client_of(user).get("/regions/NORTH/").status_code == 403


def test_the_sentence_says_how_it_stands_and_why(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.regional).get("/regions/NORTH/").content.decode().replace("\u2060", "")
    assert "Revenue is ¥140K, ¥8,000 (−5.4%) behind" in text
    assert "Conversion explains −¥8,000." in text


def test_the_branch_that_needs_help_is_named_with_the_reason(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.regional).get("/regions/NORTH/").content.decode().replace("\u2060", "")
    start = text.index('class="help-list"')
    block = text[start : text.index("</ol>", start)]
    assert "Nanshan" in block
    assert "Futian" not in block
    assert "¥10,000 (−10.0%) behind." in block
    assert "Conversion explains −¥10,000." in block


def test_the_company_page_leads_with_the_largest_loss(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.administrator).get("/company/").content.decode()
    assert names(text) == ["Nanshan", "Secretfield", "Futian"]
    assert text.index("Secretfield") < text.index("Nanshan")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=change", ["Secretfield", "Nanshan", "Futian"]),
        ("sort=-change", ["Futian", "Nanshan", "Secretfield"]),
        ("sort=growth", ["Futian", "Nanshan", "Secretfield"]),
        ("sort=name", ["Nanshan", "Futian", "Secretfield"]),
        ("sort=conversion_effect", ["Secretfield", "Nanshan", "Futian"]),
        ("sort=nonsense", ["Nanshan", "Secretfield", "Futian"]),
        ("area=NORTH", ["Nanshan", "Futian"]),
        ("area=SOUTH", ["Secretfield"]),
        ("q=futian", ["Futian"]),
        ("q=Ｎ２", ["Futian"]),
        ("q=福田", ["Futian"]),
        ("attention=1", ["Nanshan", "Secretfield"]),
    ],
)
def test_order_and_filters_come_from_the_address(
    shop: World, client_of: ClientOf, query: str, expected: list[str]
) -> None:
    assert names(client_of(shop.administrator).get(f"/company/?{query}").content.decode()) == expected


def test_the_sorted_column_says_so(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.administrator).get("/company/?sort=change").content.decode()
    assert text.count('aria-sort="ascending"') == 1
    assert "sort=-change" in text


def test_the_fragment_is_the_same_as_in_the_page(shop: World, client_of: ClientOf) -> None:
    client, address = client_of(shop.administrator), "/company/?sort=growth&area=NORTH&against=previous"
    page = client.get(address).content.decode()
    fragment = client.get(address, headers={"HX-Request": "true", "HX-Target": "league"})
    assert league(page).strip() == league(fragment.content.decode()).strip()
    assert "<html" not in fragment.content.decode()
    assert "HX-Target" in fragment.headers["Vary"]


def test_going_back_in_history_brings_the_whole_page(shop: World, client_of: ClientOf) -> None:
    headers = {"HX-Request": "true", "HX-Target": "league", "HX-History-Restore-Request": "true"}
    assert "<html" in client_of(shop.administrator).get("/company/", headers=headers).content.decode()


@pytest.mark.parametrize(
    ("who", "path", "most"), [("administrator", "/company/", 5), ("regional", "/regions/NORTH/", 5)]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    world: World, client_of: ClientOf, django_assert_num_queries: object, who: str, path: str, most: int
) -> None:
    make_fresh()
    region_card(None)
    region_card(world.north)
    client = client_of(getattr(world, who))
    branch_card(world.branch)
    client.get(path)
    with django_assert_num_queries(most):
        assert len(names(client.get(path).content.decode())) == 1
    branch_card(world.sister)
    branch_card(BranchFactory(region=world.north))
    with django_assert_num_queries(most):
        assert len(names(client.get(path).content.decode())) == 3


def test_pages_lead_on_and_back(world: World, client_of: ClientOf) -> None:
    make_fresh()
    region_card(None)
    for number in range(60):
        branch_card(BranchFactory(region=world.area), revenue=1_000 * number)
    client = client_of(world.administrator)
    first = client.get("/company/").content.decode()
    address = re.search(r'rel="next" href="([^"]+)"', league(first))
    assert address is not None
    second = client.get("/company/" + address[1].replace("&amp;", "&")).content.decode()
    assert len(names(first)) == 50
    assert len(names(second)) == 10
    assert not set(names(first)) & set(names(second))
    assert 'rel="prev"' in league(second)


def test_before_the_first_run_the_page_says_so(world: World, client_of: ClientOf) -> None:
    text = client_of(world.regional).get("/regions/NORTH/").content.decode()
    assert "Nothing has been computed yet" in text
    assert client_of(world.regional).get("/regions/NORTH/export/").status_code == 404


def test_a_period_without_figures_says_so(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.regional).get("/regions/NORTH/?period=2020-05").content.decode()
    assert "No figures in this period" in text
    assert "No branches with figures here" in text


def test_an_old_day_says_where_to_look(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.regional).get("/regions/NORTH/?period=2020-05-04").content.decode()
    assert "Choose the week or the month of this day." in text


def test_filters_without_a_result_can_be_cleared(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.regional).get("/regions/NORTH/?q=nowhere").content.decode()
    assert "No branch matches these filters" in text
    assert text.count("Clear filters") == 2


def test_the_year_before_is_the_default_and_the_period_before_where_there_is_none(
    world: World, client_of: ClientOf
) -> None:
    make_fresh()
    region_card(world.north, year_before_days=0)
    region_card(world.south)
    young = client_of(world.regional).get("/regions/NORTH/").content.decode()
    old = client_of(world.foreign_regional).get("/regions/SOUTH/").content.decode()
    assert "Compared with 1–20 Oct 2026" in young
    assert "Compared with 2–21 Nov 2025" in old


def test_names_are_text_even_when_hostile(shop: World, client_of: ClientOf) -> None:
    type(shop.branch).objects.filter(pk=shop.branch.pk).update(name_en="<script>alert(1)</script>")
    text = client_of(shop.regional).get("/regions/NORTH/").content.decode()
    assert "<script>alert" not in text


def test_formats_can_be_chosen_when_there_are_several(shop: World, client_of: ClientOf) -> None:
    mall = BranchFactory(
        name_en="Mallpoint", region=shop.area, format=BranchFormatFactory(code="mall", name_en="Mall")
    )
    branch_card(mall)
    text = client_of(shop.regional).get("/regions/NORTH/?format=mall").content.decode()
    assert names(text) == ["Mallpoint"]
    assert '<option value="mall" selected>Mall</option>' in text


def test_a_format_without_visitors_has_no_such_columns(world: World, client_of: ClientOf) -> None:
    make_fresh()
    gone = dict.fromkeys(("visitors", "conversion", "buyers", "repeat"))
    known = {"previous_known": 36, "known": 36, "previous_chain": 2, "previous_driver_conversion": 0}
    values = {**gone, **known, "previous_driver_orders": -100_000, "year_before_days": 0}
    region_card(world.north, change=-100_000, **values)
    branch_card(world.branch, **values)
    text = client_of(world.regional).get("/regions/NORTH/").content.decode()
    head = league(text)[: league(text).index("</thead>")]
    assert "Orders" in head
    assert "Conversion" not in head
    assert "the formula is orders × basket" in text


@pytest.mark.parametrize("address", ["/company/", "/company/?against=year_before", "/company/?sort=change"])
def test_a_company_without_a_year_before_takes_five_queries_too(
    world: World, client_of: ClientOf, django_assert_num_queries: object, address: str
) -> None:
    make_fresh()
    region_card(None, year_before_days=0)
    branch_card(world.branch)
    client = client_of(world.administrator)
    client.get(address)
    with django_assert_num_queries(5):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("kind", "starts_on", "period"),
    [("M", "2026-11-01", "2026-11"), ("Q", "2026-10-01", "2026-Q4"), ("Y", "2026-01-01", "2026")],
)
@pytest.mark.parametrize("path", ["", "drivers/"])
def test_where_branches_traded_in_one_period_only_the_page_says_what_is_like_for_like(
    world: World, client_of: ClientOf, kind: str, starts_on: str, period: str, path: str
) -> None:
    make_fresh()
    when = {"kind": kind, "starts_on": starts_on}
    only_now = {"year_before_driver_openings": 300_000, "year_before_driver_conversion": 0}
    region_card(world.north, year_before_driver_openings=300_000, **when)
    branch_card(world.branch, revenue=1_100_000, change=100_000, **when)
    branch_card(world.sister, change=300_000, **only_now, **when)
    text = client_of(world.regional).get(f"/regions/NORTH/{path}?period={period}").content.decode()
    assert "the 1 branch that traded in both periods is ¥1,000 (+10.0%) ahead" in text
    assert "1 branch traded only now: it opened, or was shut or without figures then." in text


def test_links_keep_what_was_asked_and_forget_the_page(shop: World, client_of: ClientOf) -> None:
    address = (
        "/company/?q=n&area=NORTH&format=&attention=1&sort=change&period=2026-11&against=previous&after=x"
    )
    text = client_of(shop.administrator).get(address).content.decode()
    kept = "q=n&amp;area=NORTH&amp;format=&amp;attention=1"
    assert f'href="?{kept}&amp;sort=change&amp;period=2026-11&amp;against=year_before"' in text
    assert f'href="?{kept}&amp;against=previous&amp;period=2026-Q4"' in text
    assert f'href="?{kept}&amp;period=2026-11&amp;against=previous&amp;sort=-change"' in text
    assert "after=x" not in " ".join(re.findall(r'href="([^"]+)"', text))


def test_hostile_addresses_are_text(shop: World, client_of: ClientOf) -> None:
    text = client_of(shop.administrator).get("/company/", {"q": '"><script>x', '"><b>': "1"}).content.decode()
    assert "<script>x" not in text
    assert "<b>" not in text
    assert 'value="&quot;&gt;&lt;script&gt;x"' in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Branches 1–50 of 62"),
        ("q=n2", "1 of 62 matches the filters"),
        ("q=Z", "Branches 1–50 · more than 50 of 62 match the filters"),
        ("area=AREA", "Branches 1–50 · more than 50 of 62 match the filters"),
    ],
)
def test_the_table_says_how_many_branches_there_are(
    shop: World, client_of: ClientOf, query: str, said: str
) -> None:
    for number in range(60):
        branch_card(BranchFactory(region=shop.area, code=f"Z{number:02}"), revenue=100)
    Card.objects.filter(level=Level.REGION, unit_id=shop.north.pk).update(branches=62)
    text = client_of(shop.regional).get(f"/regions/NORTH/?{query}").content.decode()
    assert said in league(text)
    following = re.search(r'id="league-next"[^>]*href="([^"]+)"', text)
    if query == "":
        assert following
        text = client_of(shop.regional).get("/regions/NORTH/" + following[1].replace("&amp;", "&"))
        assert "Branches 51–62 of 62" in league(text.content.decode())
