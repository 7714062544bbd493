"""Numbers as text: both languages, and every value that is not an ordinary number."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from django.utils import translation
from pytest_django import Settings

from ui import numbers


@pytest.fixture(autouse=True)
def yuan(settings: Settings) -> None:
    settings.CURRENCY, settings.CURRENCY_DIGITS = "CNY", 2


EVERY_FORMAT = [
    numbers.count, numbers.count_short, numbers.signed_count, numbers.ratio, numbers.percent, numbers.change,
    numbers.points, numbers.money, numbers.money_short, numbers.signed_money, numbers.signed_money_short,
]  # fmt: skip


@pytest.mark.parametrize("write", EVERY_FORMAT)
@pytest.mark.parametrize(
    "value", [None, float("nan"), float("inf"), Decimal("NaN"), np.float64("nan"), "12", "", object()]
)
def test_what_is_not_a_finite_number_is_a_dash(write: Callable[[object], str], value: object) -> None:
    assert write(value) == "–"


@pytest.mark.parametrize(
    ("write", "value", "english", "chinese"),
    [
        (numbers.money, 1234560, "¥12,345.60", "12,345.60元"),
        (numbers.money, 0, "¥0.00", "0.00元"),
        (numbers.money, -5, "−¥0.05", "−0.05元"),
        (numbers.money_short, 3820000, "¥38,200", "3.82万元"),
        (numbers.money_short, 128_000_000, "¥1.28M", "128万元"),
        (numbers.money_short, 34_000_000_000, "¥340M", "3.4亿元"),
        (numbers.money_short, 8530, "¥85.30", "85.30元"),
        (numbers.money_short, 0, "¥0", "0元"),
        (numbers.money_short, 99_999_900, "¥1M", "100万元"),
        (numbers.money_short, 123_456_789_012_345_678, "¥1,234,568B", "1,235万亿元"),
        (numbers.signed_money, 1320000, "+¥13,200.00", "+13,200.00元"),
        (numbers.signed_money_short, -5140000, "−¥51,400", "−5.14万元"),
        (numbers.signed_money_short, 0, "¥0", "0元"),
        (numbers.count, 12345, "12,345", "12,345"),
        (numbers.count, 0, "0", "0"),
        (numbers.count_short, 9_999, "9,999", "9,999"),
        (numbers.count_short, 12_345, "12,345", "1.23万"),
        (numbers.count_short, 128_000, "128K", "12.8万"),
        (numbers.count_short, 999_999, "1M", "100万"),
        (numbers.count_short, -1_280_000, "−1.28M", "−128万"),
        (numbers.signed_count, 34, "+34", "+34"),
        (numbers.percent, 0.1234, "12.3%", "12.3%"),
        (numbers.percent, 0, "0.0%", "0.0%"),
        (numbers.percent, 0.0285, "2.9%", "2.9%"),
        (numbers.change, 0.061, "+6.1%", "+6.1%"),
        (numbers.change, -0.061, "−6.1%", "−6.1%"),
        (numbers.change, -0.0004, "0.0%", "0.0%"),
        (numbers.points, 0.012, "+1.2 pt", "+1.2 个百分点"),
        (numbers.points, -0.012, "−1.2 pt", "−1.2 个百分点"),
        (numbers.ratio, Fraction(4, 3), "1.33", "1.33"),
        (numbers.ratio, Decimal("1.005"), "1.01", "1.01"),
        (numbers.ratio, np.float64(1.27), "1.27", "1.27"),
    ],
)
def test_a_number_is_written_the_readers_way(
    write: Callable[[object], str], value: object, english: str, chinese: str
) -> None:
    with translation.override("en"):
        assert write(value) == english
    with translation.override("zh-hans"):
        assert write(value) == chinese


def test_money_of_a_currency_without_small_coins_has_no_decimals(settings: Settings) -> None:
    settings.CURRENCY, settings.CURRENCY_DIGITS = "JPY", 0

    assert numbers.money(12345) == "JP¥12,345"


def test_a_currency_without_an_entry_is_written_with_its_code(settings: Settings) -> None:
    settings.CURRENCY = "XTS"

    assert numbers.money(100) == "XTS\u00a01.00"


def test_money_may_be_shown_without_its_coins_and_rounds_half_up() -> None:
    assert numbers.money(12350, 0) == "¥124"


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (28.65, 1, Fraction(287, 10)),
        (-1.249, 2, Fraction(-5, 4)),
        (0.04, 1, Fraction(0)),
        (float("nan"), 1, None),
    ],
)
def test_a_rounded_number_is_the_one_that_is_written(
    value: float, digits: int, shown: Fraction | None
) -> None:
    assert numbers.rounded(value, digits) == shown
