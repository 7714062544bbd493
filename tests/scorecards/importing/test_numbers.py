"""Numbers as people write them."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.importing import numbers


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1234.5", ".", "1234.5"),
        (" 1,234.50 ", ".", "1234.50"),
        ("12,345,678", ".", "12345678"),
        ("1,2345,6789", ".", "123456789"),
        ("1.234,50", ",", "1234.50"),
        ("1234,5", ",", "1234.5"),
        ("1.234", ",", "1234"),
        ("1 234 567,8", ",", "1234567.8"),
        ("1'234.5", ".", "1234.5"),
        ("１２３４．５", ".", "1234.5"),
        ("¥1,200", ".", "1200"),
        ("1200元", ".", "1200"),
        ("€ 3.50", ".", "3.50"),
        ("9.98%", ".", "0.0998"),
        ("(12.5)", ".", "-12.5"),
        ("12.5-", ".", "-12.5"),
        ("−7", ".", "-7"),
        ("1.2万", ".", "12000"),
        ("3亿", ".", "300000000"),
        ("1e3", ".", "1000"),
    ],
)
def test_reads_what_people_write(text: str, mark: str, value: str) -> None:
    assert numbers.parse(text, mark) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "n/a", "NULL", "无", "nan"])
def test_a_blank_is_not_zero(text: str) -> None:
    assert numbers.parse(text) is None


@pytest.mark.parametrize(
    "text", ["abc", "1,23", "12,34,5", "1.2.3", "inf", "1-2", "=1+1", "0x10", "1e999", "9" * 80]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        numbers.parse(text)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1,234", "5"], "."),
        (["1,234", "5,6"], ","),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        ([], "."),
        (["12,5%"], ","),
    ],
)
def test_a_comma_is_decimal_only_where_nothing_else_is_possible(texts: list[str], mark: str) -> None:
    assert numbers.decimal_mark(texts) == mark


def test_a_column_says_which_cells_cannot_be_read() -> None:
    read = numbers.column(pd.Series(["1,000", "x", "", None, 2.5, "inf", "1e400", "7%"], dtype=object))
    assert read.wrong.tolist() == [False, True, False, False, False, True, True, False]
    np.testing.assert_array_equal(read.values, [1000, np.nan, np.nan, np.nan, 2.5, np.nan, np.nan, 0.07])


def test_a_column_counts_the_words_that_stand_for_not_recorded() -> None:
    cells = ["-", "NaN", "5", "-", "无", "", None, float("nan"), " #N/A ", "—", "０"]
    read = numbers.column(pd.Series(cells, dtype=object))
    assert not read.wrong.any()
    assert read.unrecorded == {"-": 2, "NaN": 1, "无": 1, "#N/A": 1, "—": 1}


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e400", "#DIV/0!", "#VALUE!", "TRUE", "0x10", "1e5e5"])
def test_what_looks_like_a_number_to_a_program_only_is_refused(text: str) -> None:
    assert numbers.column(pd.Series([text], dtype=object)).wrong.tolist() == [True]


def test_a_number_in_powers_of_ten_is_that_number() -> None:
    assert numbers.column(pd.Series(["1e5", "2.5E+3"], dtype=object)).values.tolist() == [100_000, 2500]


def test_a_column_of_categories_reads_as_the_same_column_of_text() -> None:
    texts = pd.Series(["5", None, "1.234,5", "5"], dtype=object)
    plain, coded = numbers.column(texts, ","), numbers.column(texts.astype("category"), ",")
    np.testing.assert_array_equal(plain.values, coded.values)
    np.testing.assert_array_equal(plain.values, [5, np.nan, 1234.5, 5])


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_keeps_every_cent(amount: Decimal) -> None:
    read = numbers.column(pd.Series([f"{amount:,}"], dtype=object))
    assert numbers.half_up(read.values * 100)[0] == int(amount * 100)


def test_halves_go_up_also_where_the_float_lies_below() -> None:
    assert numbers.half_up(np.array([0.5, 1.5, 1.005 * 100, 2.675 * 100, -0.5])).tolist() == [
        1,
        2,
        101,
        268,
        0,
    ]
