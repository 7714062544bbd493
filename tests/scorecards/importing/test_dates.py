"""Days as people write them."""

from datetime import date, datetime

import pandas as pd
import pytest

from scorecards.importing import dates

FIFTH = date(2026, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.03.05",
        "20260305",
        "2026年3月5日",
        "２０２６年３月５日",
        "2026-03-05 14:07",
        "2026-03-05T14:07:33.5Z",
        "2026-03-05T14:07:33+08:00",
        "2026/3/5 9:01:07",
        "2026年3月5日 星期四",
        "2026-03-05 (周四)",
        "5-Mar-2026",
        "05-Mar-26",
        "05 March 2026",
        "Mar 5, 2026",
        "Thu, 5 Mar 2026",
    ],
)
def test_a_date_that_tells_its_order_needs_no_hint(text: str) -> None:
    assert dates.parse(text) == FIFTH


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("5/3/2026", "dmy"),
        ("05.03.26", "dmy"),
        ("3/5/2026", "mdy"),
        ("03-05-26 10:00", "mdy"),
        ("26/03/05", "ymd"),
    ],
)
def test_a_date_that_ends_in_its_year_is_read_by_the_order(text: str, order: str) -> None:
    assert dates.parse(text, order) == FIFTH


@pytest.mark.parametrize(
    "text", ["", "5/3/2026", "2026-02-30", "20261301", "soon", "12", "1/1/1/2026", "32/01/2026"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        dates.parse(text)


@pytest.mark.parametrize(
    ("texts", "order", "ambiguous"),
    [
        (["1/2/2026", "13/2/2026"], "dmy", False),
        (["1/2/2026", "2/13/2026"], "mdy", False),
        (["1/2/2026", "3/4/2026"], "", True),
        (["13/2/2026", "2/13/2026"], "", True),
        (["2026-01-02", "5-Mar-2026"], "", False),
        ([], "", False),
    ],
)
def test_the_order_is_decided_by_the_whole_column_or_asked(
    texts: list[str], order: str, ambiguous: bool
) -> None:
    found = dates.order_of(texts)
    assert (found.order, found.ambiguous) == (order, ambiguous)


def test_a_column_may_change_its_form_inside_the_file() -> None:
    cells = pd.Series(
        ["05/03/2026", "2026-03-05", "05-Mar-2026", datetime(2026, 3, 5, 9), 46086.0, "", "x"], dtype=object
    )
    days, wrong = dates.column(cells, "dmy")
    assert days[:5].tolist() == [FIFTH] * 5
    assert wrong.tolist() == [False, False, False, False, False, False, True]
