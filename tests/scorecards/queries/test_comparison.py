"""Two spans beside each other: sums, factors, and parts that add up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from formulas.components import KNOWN_BIT
from formulas.performance import Chain
from formulas.periods import Kind, Span
from scorecards.queries.comparison import (
    PREVIOUS,
    YEAR_BEFORE,
    Comparison,
    Day,
    Sums,
    compare,
    default_against,
    of_card,
    shown,
    sums_of_days,
)
from tests.scorecards.factories import AS_OF, CardFactory, make_card, make_days
from tests.worlds import World

SPAN = Span(date(2026, 11, 1), date(2026, 11, 2))


def day(number: int, **values: Any) -> Day:
    full = {
        "visitors": 100,
        "buyers": 20,
        "orders": 30,
        "repeat_orders": 6,
        "extension_orders": 4,
        "revenue": 300_000,
    }
    return Day(date(2026, 11, number), **(full | values))


def test_sums_add_up_the_days_of_the_span_only() -> None:
    found = sums_of_days([day(1), day(2, revenue=100_000), day(3)], SPAN)

    assert (found.days, found.revenue, found.visitors, found.orders) == (2, 400_000, 200, 60)
    assert found.known == sum(KNOWN_BIT.values())


def test_factors_are_ratios_of_sums() -> None:
    found = sums_of_days([day(1), day(2, visitors=300, revenue=900_000)], SPAN)

    assert found.conversion == 40 / 400
    assert found.basket == 1_200_000 / 60
    assert found.repeat == 60 / 40
    assert found.repurchase_rate == 12 / 40
    assert found.extension_rate == 8 / 40


def test_a_span_without_days_knows_nothing() -> None:
    found = sums_of_days([], SPAN)

    assert (found.days, found.revenue, found.conversion, found.known) == (0, None, None, 0)


def test_zero_is_recorded_and_gives_no_ratio() -> None:
    found = sums_of_days([day(1, visitors=0, buyers=0, orders=0, revenue=0)], SPAN)

    assert found.revenue == 0
    assert (found.conversion, found.basket, found.repeat) == (None, None, None)


def test_conversion_with_a_broken_counter_is_that_of_the_days_counted() -> None:
    found = sums_of_days([day(1, buyers=30), day(2, visitors=None, buyers=50)], SPAN)

    assert (found.visitor_days, found.buyers_counted, found.conversion) == (1, 30, 0.3)
    assert not found.is_known("visitors")
    assert found.is_known("buyers")


def test_a_ratio_over_partly_recorded_inputs_is_unknown() -> None:
    found = sums_of_days([day(1), day(2, orders=None)], SPAN)

    assert found.orders == 30
    assert found.basket is None


def test_two_rows_of_one_day_are_one_day() -> None:
    assert sums_of_days([day(1), day(1)], SPAN).days == 1


def test_the_parts_of_a_change_add_up_to_it() -> None:
    current = sums_of_days([day(1, visitors=130, revenue=351_111)], Span(SPAN.first, SPAN.first))
    base = sums_of_days([day(2)], Span(SPAN.last, SPAN.last))

    found = compare(current, base, PREVIOUS)

    assert found.chain is Chain.FULL
    assert [code for code, _ in found.parts] == [
        "visitors",
        "conversion",
        "basket",
        "repurchase",
        "extension",
    ]
    assert found.change == 51_111
    assert sum(money for _, money in found.parts) == 51_111
    assert found.part("visitors") > 0 > found.part("conversion")
    assert found.growth == pytest.approx(51_111 / 300_000)


def test_the_kinds_of_order_unknown_leave_repeat_as_one_part() -> None:
    unsplit = {"repeat_orders": None, "extension_orders": None}
    current = sums_of_days([day(1, orders=40, **unsplit)], SPAN)

    found = compare(current, sums_of_days([day(2, **unsplit)], SPAN), PREVIOUS)

    assert [code for code, _ in found.parts] == ["visitors", "conversion", "basket", "repeat"]
    assert sum(money for _, money in found.parts) == 0


def test_without_visitors_the_chain_begins_with_buyers() -> None:
    current = sums_of_days([day(1, visitors=None, revenue=330_000)], SPAN)

    found = compare(current, sums_of_days([day(2)], SPAN), PREVIOUS)

    assert found.chain is Chain.BUYERS
    assert [code for code, _ in found.parts] == ["buyers", "basket", "repurchase", "extension"]
    assert found.part("basket") == 30_000


def test_with_orders_alone_the_chain_has_two_factors() -> None:
    little = {"visitors": None, "buyers": None, "repeat_orders": None, "extension_orders": None}

    found = compare(sums_of_days([day(1, **little)], SPAN), sums_of_days([day(2, **little)], SPAN), PREVIOUS)

    assert (found.chain, [code for code, _ in found.parts]) == (Chain.ORDERS, ["orders", "basket"])


def test_no_figures_in_the_base_means_no_comparison() -> None:
    found = compare(sums_of_days([day(1)], SPAN), Sums(SPAN), PREVIOUS)

    assert (found.base, found.change, found.parts, found.growth) == (None, None, (), None)


def test_revenue_unknown_on_one_side_leaves_the_change_unknown() -> None:
    found = compare(sums_of_days([day(1, revenue=None)], SPAN), sums_of_days([day(2)], SPAN), PREVIOUS)

    assert found.base is not None
    assert (found.change, found.chain) == (None, Chain.NONE)


def test_all_buyers_lost_is_a_closure_and_nothing_else() -> None:
    gone = day(1, visitors=0, buyers=0, orders=0, repeat_orders=0, extension_orders=0, revenue=0)

    found = compare(sums_of_days([gone], SPAN), sums_of_days([day(2)], SPAN), PREVIOUS)

    assert found.parts == (("openings", -300_000),)


@pytest.mark.parametrize(
    ("current", "base", "parts"),
    [
        (100_049, 50_051, (("orders", 24_999), ("basket", 24_999))),
        (100, 149, (("orders", -1), ("basket", -48))),
        (5, 5, (("orders", 120), ("basket", -120))),
    ],
)
def test_what_is_shown_adds_up_to_what_is_shown(
    current: int, base: int, parts: tuple[tuple[str, int], ...]
) -> None:
    comparison = Comparison(
        Sums(SPAN, revenue=current), Sums(SPAN, revenue=base), PREVIOUS, Chain.ORDERS, current - base, parts
    )

    change, rounded = shown(comparison, 2)

    assert change is not None
    assert sum(money for _, money in rounded) == change
    assert change % 100 == 0
    assert all(money % 100 == 0 for _, money in rounded)


def test_nothing_to_show_without_a_comparison() -> None:
    assert shown(Comparison(Sums(SPAN), None, PREVIOUS), 2) == (None, ())


def test_a_card_says_the_same_as_the_days_that_it_was_made_of(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), date(2026, 10, 20))
    make_days(world.branch, date(2026, 11, 1), AS_OF, visitors=90, revenue=310_000)
    card = make_card(world.branch, Kind.MONTH, AS_OF)

    found = of_card(card, PREVIOUS)

    assert found.current.span == Span(date(2026, 11, 1), AS_OF)
    assert found.base is not None
    assert found.base.span == Span(date(2026, 10, 1), date(2026, 10, 20))
    assert (found.current.revenue, found.base.revenue) == (6_200_000, 6_000_000)
    assert found.change == sum(money for _, money in found.parts) == 200_000
    assert of_card(card, YEAR_BEFORE).base is None


def test_the_year_before_is_the_first_choice_where_it_has_figures() -> None:
    assert default_against(CardFactory.build(year_before_days=1)) == YEAR_BEFORE
    assert default_against(CardFactory.build(year_before_days=0)) == PREVIOUS
