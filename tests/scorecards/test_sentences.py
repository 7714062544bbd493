"""Sentences are right for zero, one, many and unknown, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from formulas.components import KNOWN_BIT
from formulas.performance import Chain
from formulas.periods import Span
from scorecards import sentences
from scorecards.queries.comparison import PREVIOUS, YEAR_BEFORE, Comparison, Sums
from scorecards.queries.likeness import LikeForLike, Shut

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 20))
OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 20))
ALL_KNOWN = sum(KNOWN_BIT.values())


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def drivers(parts: list[tuple[str, int]], change: int | None) -> str:
    """Without the word joiners that hold sign and money together."""
    return sentences.drivers(parts, change).replace("\u2060", "")


def sums(span: Span = NOVEMBER, **values: Any) -> Sums:
    return Sums(span, **{"days": 20, "known": ALL_KNOWN, "revenue": 38_200_00} | values)


def against(current: int | None, base: int | None, name: str = PREVIOUS) -> Comparison:
    change = None if current is None or base is None else current - base
    before = None if base is None else sums(OCTOBER, revenue=base)
    return Comparison(sums(revenue=current), before, name, Chain.FULL, change)


def revenue(current: int | None, base: int | None, name: str = PREVIOUS) -> str:
    found = against(current, base, name)
    return sentences.revenue(found, found.change, base_span=OCTOBER)


def test_revenue_behind_says_by_how_much_and_of_what() -> None:
    assert revenue(90_000_00, 100_000_00) == ("Revenue is ¥90,000, ¥10,000 (−10.0%) behind 1–20 Oct 2026.")


def test_revenue_ahead_says_ahead() -> None:
    assert revenue(110_000_00, 100_000_00) == ("Revenue is ¥110K, ¥10,000 (+10.0%) ahead of 1–20 Oct 2026.")


def test_revenue_that_did_not_move_is_the_same() -> None:
    assert revenue(100_000_00, 100_000_00) == "Revenue is ¥100K, the same as in 1–20 Oct 2026."


def test_revenue_after_none_gives_no_percentage() -> None:
    assert revenue(100_00, 0) == "Revenue is ¥100; in 1–20 Oct 2026 there was none."


def test_revenue_of_zero_is_zero_and_not_missing() -> None:
    assert revenue(0, 100_00) == "Revenue is ¥0, ¥100 (−100.0%) behind 1–20 Oct 2026."


def test_revenue_without_a_base_says_that_there_is_nothing_to_compare() -> None:
    assert revenue(100_00, None) == (
        "Revenue is ¥100. There are no complete figures for 1–20 Oct 2026 to compare it with."
    )


def test_revenue_that_is_not_recorded_is_not_called_zero() -> None:
    assert revenue(None, 100_00) == "Revenue is not recorded for 1–20 Nov 2026."


def test_a_span_without_figures_says_so() -> None:
    nothing = Comparison(Sums(NOVEMBER), None, PREVIOUS)
    assert sentences.revenue(nothing, None, base_span=OCTOBER) == "There are no figures for 1–20 Nov 2026."


def test_the_year_before_is_named_as_the_same_weekdays() -> None:
    assert revenue(110_00, 100_00, YEAR_BEFORE) == (
        "Revenue is ¥110, ¥10.00 (+10.0%) ahead of the same weekdays a year before (1–20 Oct 2026)."
    )


def test_revenue_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert revenue(90_000_00, 100_000_00) == ("销售额9万元，比2026年10月1日–20日少1万元（−10.0%）。")


@pytest.mark.parametrize(
    ("parts", "change", "text"),
    [
        ([], None, ""),
        ([("basket", 0)], 0, ""),
        ([("conversion", -51_400_00)], -51_400_00, "Conversion explains −¥51,400."),
        (
            [("conversion", -51_400_00), ("basket", 13_200_00)],
            -38_200_00,
            "Conversion explains −¥51,400; basket gives back +¥13,200.",
        ),
        (
            [("visitors", 300_00), ("conversion", 500_00), ("basket", -200_00)],
            600_00,
            "Conversion explains +¥500, visitors +¥300; basket takes away ¥200.",
        ),
        ([("openings", 900_00)], 900_00, "Having traded in only one of the two explains all of it."),
        ([("revenue", 900_00)], 900_00, ""),
    ],
)
def test_drivers_name_the_largest_parts(parts: list[tuple[str, int]], change: int | None, text: str) -> None:
    assert drivers(parts, change) == text


def test_drivers_leave_out_what_is_not_worth_a_word() -> None:
    parts = [("conversion", -1000_00), ("basket", -10_00), ("visitors", 20_00)]
    assert drivers(parts, -990_00) == "Conversion explains −¥1,000."


def test_drivers_of_a_change_of_zero_name_both_sides() -> None:
    text = drivers([("visitors", 500_00), ("basket", -500_00)], 0)
    assert text == "Visitors explain +¥500, basket −¥500."


def test_drivers_in_chinese() -> None:
    with translation.override("zh-hans"):
        text = drivers([("conversion", -514_000_00), ("basket", 132_000_00)], -382_000_00)
    assert text == "其中转化效率影响−51.4万元；客单量补回+13.2万元。"


def test_missing_days_are_a_warning_beside_a_comparison() -> None:
    behind = against(90_00, 100_00)
    assert sentences.short_of_days(behind, 20) == ""
    assert sentences.short_of_days(behind, 21) == (
        "One trading day is still missing, so revenue is still too low."
    )
    assert sentences.short_of_days(behind, 23).startswith("3 trading days are still missing")
    assert sentences.short_of_days(against(90_00, None), 23) == ""


def test_a_counter_that_broke_is_told_with_its_days() -> None:
    known = ALL_KNOWN & ~KNOWN_BIT["visitors"]
    current = sums(known=known, visitors=1700, visitor_days=17, buyers=400, orders=600)
    assert sentences.not_recorded(current, None, Chain.BUYERS) == [
        "Visitors were counted on 17 of 20 days: conversion is that of the days counted, "
        "and the drivers begin with buyers."
    ]


def test_a_counter_that_was_broken_in_the_base_is_told_too() -> None:
    current = sums(visitors=2000, visitor_days=20, buyers=400, orders=600)
    base = sums(OCTOBER, known=ALL_KNOWN & ~KNOWN_BIT["visitors"], visitors=500, visitor_days=5)
    assert sentences.not_recorded(current, base, Chain.BUYERS) == [
        "Visitors were counted on 5 of 20 days in 1–20 Oct 2026, so the drivers begin with buyers."
    ]
    never = sums(OCTOBER, known=ALL_KNOWN & ~KNOWN_BIT["visitors"])
    assert sentences.not_recorded(current, never, Chain.BUYERS) == [
        "Visitors were not counted in 1–20 Oct 2026, so the drivers begin with buyers."
    ]


@pytest.mark.parametrize(
    ("values", "chain", "start"),
    [
        ({"orders": 5, "buyers": 5}, Chain.BUYERS, "Visitors are not recorded here"),
        ({"orders": 5}, Chain.ORDERS, "Visitors and buyers are not recorded here"),
        ({}, Chain.REVENUE, "Orders are not recorded here"),
        ({"revenue": None}, Chain.NONE, "Revenue is not recorded here"),
    ],
)
def test_inputs_that_are_not_recorded_are_named(values: dict[str, Any], chain: Chain, start: str) -> None:
    [text] = sentences.not_recorded(sums(**values), None, chain)
    assert text.startswith(start)


def test_a_whole_formula_and_an_empty_span_need_no_excuse() -> None:
    assert sentences.not_recorded(sums(), sums(OCTOBER), Chain.FULL) == []
    assert sentences.not_recorded(Sums(NOVEMBER), None, Chain.NONE) == []


def test_the_unusual_is_told_with_the_usual() -> None:
    text = sentences.unusual("conversion", 0.123, 0.18, 0.165, 0.192, date(2026, 11, 20))
    assert text == "Conversion: 12.3%, far below the usual 18.0% of a Friday (16.5% to 19.2%)."
    with translation.override("zh-hans"):
        text = sentences.unusual("revenue", 9_000_000, 5_000_000, 4_500_000, 5_500_000, date(2026, 11, 20))
    assert text == "销售额：9万元，远高于星期五通常的5万元（4.5万元至5.5万元）。"


def test_nothing_unusual_needs_some_history() -> None:
    assert sentences.nothing_unusual(4).startswith("There is too little history")
    assert sentences.nothing_unusual(5).startswith("Nothing unusual")


def test_a_share_of_the_team_needs_a_team() -> None:
    assert sentences.share_of_team(None, 4) == ""
    assert sentences.share_of_team(1.0, 1) == ""
    assert sentences.share_of_team(0.3, 4) == (
        "Share of the team's revenue: 30.0% (4 members; an equal part would be 25.0%)."
    )


def test_sentences_stand_side_by_side_as_the_language_wants() -> None:
    assert sentences.join(["One.", "", "Two."]) == "One. Two."
    with translation.override("zh-hans"):
        assert sentences.join(["一。", "二。"]) == "一。二。"


def test_sign_and_money_stay_together_at_the_end_of_a_line() -> None:
    assert sentences.drivers([("conversion", -51_400_00)], -51_400_00) == (
        "Conversion explains \u2212\u2060¥51,400."
    )


def test_a_base_with_far_fewer_days_is_not_like_for_like() -> None:
    whole, half = sums(OCTOBER, days=20), sums(OCTOBER, days=10)
    fair = Comparison(sums(), whole, PREVIOUS, Chain.FULL, 1)
    unfair = Comparison(sums(), half, PREVIOUS, Chain.FULL, 1)

    assert sentences.short_base(fair) == ""
    assert sentences.short_base(unfair) == (
        "Of 1–20 Oct 2026 only 10 days have figures: the change is not like for like."
    )
    assert sentences.short_base(Comparison(sums(), None, PREVIOUS)) == ""


def year(current: Sums, base: Sums) -> Comparison:
    change = (
        current.revenue - base.revenue if current.revenue is not None and base.revenue is not None else None
    )
    return Comparison(current, base, YEAR_BEFORE, Chain.FULL, change)


@pytest.mark.parametrize(
    ("like", "english", "chinese"),
    [
        (None, "", ""),
        (
            LikeForLike(104_200_00, 100_000_00, 210),
            "Like for like, on the 210 days with figures in both, it is ¥104K against ¥100K (+4.2%).",
            "同口径看两期都有数据的 210 天：10.4万元，对比期10万元（+4.2%）。",
        ),
        (
            LikeForLike(900_00, 1_000_00, 1),
            "Like for like, on the one day with figures in both, it is ¥900 against ¥1,000 (−10.0%).",
            "同口径看两期都有数据的 1 天：900元，对比期1,000元（−10.0%）。",
        ),
        (
            LikeForLike(900_00, 1_000_00),
            "Per day with figures it is ¥900 against ¥1,000 (−10.0%).",
            "按有数据的日均看：900元，对比期1,000元（−10.0%）。",
        ),
        (
            LikeForLike(900_00, 0),
            "Per day with figures it is ¥900 against ¥0.",
            "按有数据的日均看：900元，对比期0元。",
        ),
        (
            LikeForLike(900_00, 100_00, 7),
            "Like for like, on the 7 days with figures in both, it is ¥900 against ¥100.",
            "同口径看两期都有数据的 7 天：900元，对比期100元。",
        ),
    ],
)
def test_what_can_be_compared_is_said_in_both_languages(
    like: LikeForLike | None, english: str, chinese: str
) -> None:
    assert sentences.like_for_like(like) == english
    with translation.override("zh-hans"):
        assert sentences.like_for_like(like) == chinese


def test_where_days_are_missing_the_sums_stand_side_by_side_without_a_percentage() -> None:
    found = year(sums(days=20, revenue=200_000_00), sums(OCTOBER, days=1, revenue=10_000_00))
    like = LikeForLike(10_500_00, 10_000_00, 1)
    text = sentences.lead(found, found.change, [], base_span=OCTOBER, like=like)
    assert text == (
        "Revenue is ¥200K, ¥190K ahead of the ¥10,000 of the same weekdays a year before (1–20 Oct 2026). "
        "Like for like, on the one day with figures in both, it is ¥10,500 against ¥10,000 (+5.0%)."
    )
    assert "1,900" not in text


def test_many_times_as_much_is_told_by_both_sums() -> None:
    assert revenue(299_99, 100_00) == "Revenue is ¥300, ¥200 (+200.0%) ahead of 1–20 Oct 2026."
    assert revenue(300_00, 100_00) == "Revenue is ¥300, ¥200 ahead of the ¥100 of 1–20 Oct 2026."
    with translation.override("zh-hans"):
        assert revenue(300_00, 100_00) == "销售额300元，比2026年10月1日–20日的100元多200元。"


def test_a_loss_against_a_span_that_is_not_alike() -> None:
    found = against(90_00, 100_00)
    like = LikeForLike(10_00, 10_00)
    text = sentences.revenue(found, found.change, base_span=OCTOBER, like=like)
    assert text == "Revenue is ¥90.00, ¥10.00 behind the ¥100 of 1–20 Oct 2026."
    with translation.override("zh-hans"):
        text = sentences.revenue(found, found.change, base_span=OCTOBER, like=like)
    assert text == "销售额90.00元，比2026年10月1日–20日的100元少10.00元。"


def test_a_closure_is_named_with_its_reason() -> None:
    refurbished = Shut(date(2026, 8, 17), date(2026, 9, 6), "店面装修")
    assert sentences.shut(refurbished) == "The branch was closed on 17 Aug – 6 Sep 2026: 店面装修."
    assert sentences.shut(Shut(date(2026, 8, 17), date(2026, 8, 20), "")) == (
        "The branch was closed on 17–20 Aug 2026."
    )
    with translation.override("zh-hans"):
        assert sentences.shut(refurbished) == "2026年8月17日–9月6日停业（店面装修）。"
