"""The league table: order, pages, filters, scope."""

import re
from collections.abc import Callable

import pytest
from django.core import signing
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from branches.models import Branch, User
from formulas.periods import Period, period_from_code
from scorecards.models import Card
from scorecards.queries.directory import Place, directory
from scorecards.queries.league import (
    Filters,
    LeaguePage,
    LeagueRow,
    branch_cards,
    branch_page,
    league_page,
    league_rows,
    sorts,
)
from tests.factories import BranchFactory, BranchFormatFactory
from tests.scorecards.factories import make_fresh
from tests.scorecards.league import branch_card
from tests.worlds import World

NOVEMBER: Period = period_from_code("2026-11")
EVERYTHING = Filters()


def company(user: User) -> Place:
    return directory(user).place(None)


def cards(
    user: User, filters: Filters = EVERYTHING, against: str = "previous"
) -> Callable[[], QuerySet[Card]]:
    return lambda: branch_cards(user, company(user), NOVEMBER, filters, against)


def codes(user: User, sort: str = "revenue", **kwargs: object) -> list[str]:
    return [
        row.code for row in league_page(cards(user), against="previous", kind="M", sort=sort, **kwargs).rows
    ]


@pytest.fixture
def eleven(world: World) -> World:
    """Branches A00 … A10 with revenue 0, 100, 100, 200, …; A03 and A07 without revenue."""
    make_fresh()
    for number in range(11):
        branch = BranchFactory(code=f"A{number:02}", region=world.area)
        revenue = None if number in (3, 7) else 100 * (number - number // 2)
        branch_card(branch, revenue=revenue, change=None)
    return world


def walk(user: User, sort: str, size: int) -> list[str]:
    """The codes of all pages, forwards."""
    found, after = [], ""
    while True:
        page = league_page(cards(user), against="previous", kind="M", sort=sort, after=after, size=size)
        found += [row.code for row in page.rows]
        after = page.next_cursor
        if not after:
            return found


def test_branches_are_listed_by_revenue_largest_first_and_unknown_last(eleven: World) -> None:
    assert codes(eleven.administrator) == [
        "A10", "A09", "A08", "A06", "A05", "A04", "A02", "A01", "A00", "A07", "A03",
    ]  # fmt: skip


def test_the_other_way_round_unknown_still_stands_last(eleven: World) -> None:
    assert codes(eleven.administrator, "-revenue") == [
        "A00", "A01", "A02", "A04", "A05", "A06", "A08", "A09", "A10", "A03", "A07",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sort", ["revenue", "-revenue", "name", "-name", "missing", "change", "visitors_effect"]
)
@pytest.mark.parametrize("size", [1, 2, 3, 10, 11, 12])
def test_pages_of_any_size_give_every_branch_once_in_the_order_of_one_page(
    eleven: World, sort: str, size: int
) -> None:
    assert walk(eleven.administrator, sort, size) == codes(eleven.administrator, sort)


@pytest.mark.parametrize("sort", ["revenue", "-revenue", "name"])
def test_the_way_back_shows_the_page_that_was_shown(eleven: World, sort: str) -> None:
    def page(after: str) -> tuple[list[str], object]:
        found = league_page(
            cards(eleven.administrator), against="previous", kind="M", sort=sort, after=after, size=3
        )
        return [row.code for row in found.rows], found

    first, one = page("")
    second, two = page(one.next_cursor)
    third, three = page(two.next_cursor)
    fourth, four = page(three.next_cursor)
    assert page(four.previous_cursor)[0] == third
    assert page(three.previous_cursor)[0] == second
    assert page(two.previous_cursor)[0] == first
    assert one.previous_cursor == ""
    assert four.next_cursor == ""
    assert len(fourth) == 2


def test_a_forged_cursor_or_one_of_another_sort_means_the_first_page(eleven: World) -> None:
    user = eleven.administrator
    other = league_page(cards(user), against="previous", kind="M", sort="name", size=3).next_cursor
    assert codes(user, after="nonsense", size=2) == ["A10", "A09"]
    assert codes(user, after=other, size=2) == ["A10", "A09"]


def test_a_sort_that_is_not_on_offer_means_revenue(eleven: World) -> None:
    page = league_page(cards(eleven.administrator), against="previous", kind="M", sort="region__code; drop")
    assert page.sort == "revenue"


def test_effects_are_offered_for_months_only() -> None:
    assert "basket_effect" in sorts("previous", "M")
    assert "basket_effect" not in sorts("previous", "Q")


def test_repeat_effect_adds_repurchase_extension_and_repeat(world: World) -> None:
    branch_card(
        world.branch, previous_driver_repurchase=1, previous_driver_extension=20, previous_driver_repeat=300
    )
    branch_card(world.sister, previous_driver_repurchase=-5)
    page = league_page(cards(world.administrator), against="previous", kind="M", sort="repeat_effect")
    assert [(row.code, row.repeat_effect) for row in page.rows] == [("N2", -5), ("N1", 321)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(text="nansh"), ["N1"]),
        (Filters(text="福田"), ["N2"]),
        (Filters(text="s1"), ["S1"]),
        (Filters(text="100%"), []),
        (Filters(attention=True), ["N1"]),
        (Filters(), ["S1", "N2", "N1"]),
    ],
)
def test_filters_narrow_the_table(world: World, filters: Filters, expected: list[str]) -> None:
    branch_card(world.branch, revenue=1_000, change=-1_000)
    branch_card(world.sister, revenue=2_000, change=-20)
    branch_card(world.foreign, revenue=3_000, change=300)
    rows = league_page(cards(world.administrator, filters), against="previous", kind="M", sort="revenue").rows
    assert [row.code for row in rows] == expected


def test_format_and_part_of_the_regions_narrow_the_table(world: World) -> None:
    mall = BranchFactory(code="M1", region=world.north, format=BranchFormatFactory(code="mall"))
    for branch in (world.branch, world.foreign, mall):
        branch_card(branch)
    user = world.administrator
    by_format = league_page(
        cards(user, Filters(format_id=mall.format_id)), against="previous", kind="M", sort="name"
    )
    by_area = league_page(
        cards(user, Filters(regions=frozenset({world.area.pk}))), against="previous", kind="M", sort="name"
    )
    assert [row.code for row in by_format.rows] == ["M1"]
    assert [row.code for row in by_area.rows] == ["N1"]


def test_regional_staff_see_their_subtree_and_nothing_else(world: World) -> None:
    for branch in (world.branch, world.sister, world.foreign):
        branch_card(branch)
    assert sorted(codes(world.regional)) == ["N1", "N2"]
    assert codes(world.foreign_regional) == ["S1"]


def test_a_foreign_part_of_the_regions_gives_nothing(world: World) -> None:
    branch_card(world.foreign)
    place = directory(world.regional).place(None)
    filters = Filters(regions=frozenset({world.south.pk}))
    assert not branch_cards(world.regional, place, NOVEMBER, filters, "previous").exists()


def test_the_export_reads_every_row_in_the_same_order(eleven: World) -> None:
    rows = league_rows(cards(eleven.administrator)(), against="previous", kind="M", sort="revenue", chunk=2)
    assert [row.code for row in rows] == codes(eleven.administrator)


def test_a_page_is_one_query_at_any_number_of_rows(eleven: World, django_assert_num_queries: object) -> None:
    user = eleven.administrator
    place = company(user)
    for size in (1, 3, 50):
        with django_assert_num_queries(1):
            league_page(
                lambda: branch_cards(user, place, NOVEMBER, Filters(), "previous"),
                against="previous", kind="M", sort="revenue", size=size,
            )  # fmt: skip


def test_cards_of_branches_that_are_gone_are_left_out(world: World) -> None:
    branch_card(world.branch)
    Card.objects.update(unit_id=999_999)
    assert codes(world.administrator) == []
    assert Branch.objects.exists()


def test_other_effect_is_openings_and_revenue_alone(world: World) -> None:
    branch_card(world.branch, previous_driver_openings=7, previous_driver_revenue=30)
    row: LeagueRow = league_page(cards(world.administrator), against="previous", kind="M", sort="name").rows[
        0
    ]
    assert row.other_effect == 37


@pytest.mark.parametrize(
    ("sort", "column"), [("revenue", "revenue"), ("-basket", "basket"), ("missing", "days")]
)
def test_a_later_page_is_asked_for_by_a_comparison_of_rows(eleven: World, sort: str, column: str) -> None:
    """Which an index over value and unit answers by going there; AND and OR would walk through all equal values."""
    user = eleven.administrator
    after = league_page(cards(user), against="previous", kind="M", sort=sort, size=3).next_cursor
    with CaptureQueriesContext(connection) as captured:
        league_page(cards(user), against="previous", kind="M", sort=sort, after=after, size=3)
    asked = captured[-1]["sql"]
    assert re.search(rf'"{column}"\)?, "scorecards_card"."unit_id"\) [<>] \(', asked), asked
    assert " OR " not in asked


def test_the_statement_of_a_later_page_is_kept_and_takes_each_reader_to_their_place(eleven: World) -> None:
    user = eleven.administrator
    place = company(user)

    def page(after: str, sort: str = "visitors") -> LeaguePage:
        return branch_page(user, place, NOVEMBER, Filters(), against="previous", sort=sort, after=after)

    Card.objects.update(visitors=7)
    for number in range(60):
        branch_card(BranchFactory(code=f"B{number:02}", region=eleven.area), visitors=number)
    first = page("")
    second = page(first.next_cursor)
    others = page(
        league_page(cards(user), against="previous", kind="M", sort="visitors", size=60).next_cursor
    )
    assert not {row.code for row in first.rows} & {row.code for row in second.rows}
    assert len(first.rows) + len(second.rows) == 71
    assert len(others.rows) == 11


def test_nothing_typed_reaches_the_kept_statement(eleven: World) -> None:
    user, place = eleven.administrator, company(eleven.administrator)
    for text, expected in (("A01", ["A01"]), ("A02", ["A02"])):
        page = branch_page(user, place, NOVEMBER, Filters(text=text), against="previous", sort="revenue")
        assert [row.code for row in page.rows] == expected


@pytest.mark.parametrize("sort", ["revenue", "-name"])
def test_a_page_knows_which_rows_it_shows_and_the_last_one_how_many_there_are(
    eleven: World, sort: str
) -> None:
    def page(after: str) -> LeaguePage:
        return league_page(
            cards(eleven.administrator), against="previous", kind="M", sort=sort, after=after, size=4
        )

    first = page("")
    second = page(first.next_cursor)
    third = page(second.next_cursor)
    back = page(third.previous_cursor)
    start = page(back.previous_cursor)
    found = [(each.first, each.last, each.matches) for each in (first, second, third, back, start)]
    assert found == [(1, 4, None), (5, 8, None), (9, 11, 11), (5, 8, None), (1, 4, None)]


def test_without_a_row_nothing_is_counted(world: World) -> None:
    page = league_page(cards(world.administrator), against="previous", kind="M", sort="revenue")
    assert (page.first, page.last, page.matches) == (1, 0, 0)


def test_a_cursor_of_the_previous_release_means_the_first_page(eleven: World) -> None:
    old = signing.dumps(["revenue", False, 100, 1], salt="scorecards.league")
    assert codes(eleven.administrator, after=old, size=2) == ["A10", "A09"]
