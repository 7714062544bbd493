"""Chart options: contributions join up, unknown stays unknown, everything is JSON."""

import json
from datetime import date
from decimal import Decimal

import pytest

from ui import charts


def test_a_waterfall_of_contributions_ends_with_the_whole_change() -> None:
    option = charts.waterfall_option(["Visitors", "Basket"], [500, -800], total_label="Change")

    rows = [item["value"] for item in option["series"][0]["data"]]
    assert option["yAxis"]["data"] == ["Visitors", "Basket", "Change"]
    assert rows == [[0, 0, 500, 500, 0], [1, 500, -300, -800, 0], [2, 0, -300, -300, 0]]
    assert [item["itemStyle"]["color"] for item in option["series"][0]["data"]] == ["@up", "@down", "@total"]


def test_a_waterfall_with_a_start_ends_at_what_it_became() -> None:
    option = charts.waterfall_option(["Visitors"], [-200], total_label="2026", start=("2025", 1000))

    rows = [item["value"] for item in option["series"][0]["data"]]
    assert rows == [[0, 0, 1000, 1000, 1], [1, 1000, 800, -200, 0], [2, 0, 800, 800, 1]]


def test_lines_keep_their_gaps_and_number_five_at_most() -> None:
    lines = [charts.Line(f"L{number}", [1, None, 3]) for number in range(7)]

    option = charts.line_option(["a", "b", "c"], lines)

    assert len(option["series"]) == 5
    assert option["series"][0]["data"] == [1, None, 3]


def test_a_dot_without_interval_draws_no_interval() -> None:
    dots = [charts.Dot("A", 0.2, 0.1, 0.3), charts.Dot("B", 0.4)]

    intervals, scatter = charts.dot_plot_option(dots)["series"]

    assert intervals["data"] == [[0, 0.1, 0.3]]
    assert scatter["data"] == [0.2, 0.4]


def test_dots_of_the_same_name_stand_in_rows_of_their_own() -> None:
    option = charts.dot_plot_option([charts.Dot("Station", 0.2), charts.Dot("Station", 0.4, marked=True)])

    assert option["yAxis"]["data"] == ["Station", "Station"]
    assert option["series"][1]["data"] == [0.2, {"value": 0.4, "symbolSize": 13}]
    assert option["series"][1]["_colours"] == ["@total", "@accent"]


def test_an_unknown_day_is_an_empty_cell_and_no_days_are_no_error() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 2)

    option = charts.calendar_option([(first, 5), (last, None)], first=first, last=last)

    assert option["series"][0]["data"] == [["2026-11-01", 5]]
    assert charts.calendar_option([], first=first, last=last)["series"][0]["data"] == []


def test_plain_makes_every_value_fit_for_json() -> None:
    value = {"a": (Decimal("1.5"), float("nan"), None), "b": "@up", "c": True}

    assert json.loads(json.dumps(charts.plain(value), allow_nan=False)) == {
        "a": [1.5, None, None],
        "b": "@up",
        "c": True,
    }


def test_a_sparkline_breaks_at_a_gap_and_needs_two_values() -> None:
    assert charts.sparkline([1, None, 3, 2], width=96, height=24).path == "M3.0 21.0M63.0 3.0L93.0 12.0"
    assert charts.sparkline([None, 3], width=96, height=24).path == ""


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"a": [1, None, "x"]}, '{"a":[1,null,"x"]}'),
        ({"a": Decimal("1.5")}, '{"a":1.5}'),
        ({"a": float("nan")}, '{"a":null}'),
        ({"a": [float("inf"), 2]}, '{"a":[null,2]}'),
    ],
)
def test_an_option_is_written_as_json_that_every_browser_reads(option: object, text: str) -> None:
    assert charts.as_json(option) == text
