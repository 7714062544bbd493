"""Options of the charts: the numbers that went in, and None where a chart would say nothing."""

from __future__ import annotations

from datetime import date

from scorecards.charts.pages import days_option, drivers_option, trend_option


def test_drivers_end_with_the_whole_change() -> None:
    option = drivers_option([("Visitors", 300), ("Basket", -100)], total_label="Change")

    assert option is not None
    assert option["yAxis"]["data"] == ["Visitors", "Basket", "Change"]
    assert [row["value"][3] for row in option["series"][0]["data"]] == [300, -100, 200]


def test_without_parts_there_is_no_waterfall() -> None:
    assert drivers_option([], total_label="Change") is None


def test_a_trend_has_the_year_before_only_where_there_is_one() -> None:
    weeks = [("2 Nov", 100, None), ("9 Nov", 200, None)]
    both = [("2 Nov", 100, 90), ("9 Nov", 200, None)]

    alone = trend_option(weeks, name="Revenue", base_name="A year before")
    beside = trend_option(both, name="Revenue", base_name="A year before")

    assert alone is not None
    assert beside is not None
    assert [line["name"] for line in alone["series"]] == ["Revenue"]
    assert [line["data"] for line in beside["series"]] == [[100, 200], [90, None]]


def test_one_week_makes_no_trend() -> None:
    assert trend_option([("2 Nov", 100, 90), ("9 Nov", None, 80)], name="a", base_name="b") is None


def test_the_calendar_leaves_unknown_days_empty() -> None:
    days = [(date(2026, 11, 1), 5.0), (date(2026, 11, 2), None)]

    option = days_option(days, first=days[0][0], last=days[1][0], name="Revenue", kind="money")

    assert option is not None
    assert option["series"][0]["data"] == [["2026-11-01", 5.0]]
    assert days_option(days[1:], first=days[0][0], last=days[1][0], name="Revenue", kind="money") is None
