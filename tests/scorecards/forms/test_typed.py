from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from scorecards.forms.typed import TypedField, as_typed, number_from


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        ("  ", None),
        ("0", Decimal(0)),
        ("1,234.5", Decimal("1234.5")),
        ("1 234", Decimal(1234)),
        ("１２３４．５", Decimal("1234.5")),
        ("１，２３４", Decimal(1234)),
        ("￥1,234", Decimal(1234)),
        ("¥ 38200元", Decimal(38200)),
        ("12,5", Decimal("12.5")),
        ("1.234,50", Decimal("1234.50")),
        ("1,234,567", Decimal(1234567)),
        ("1.2万", Decimal(12000)),
        (".5", Decimal("0.5")),
        ("12。5", Decimal("12.5")),
    ],
)
def test_a_number_is_understood_as_people_type_it(text: str, number: Decimal | None) -> None:
    assert number_from(text) == number


@pytest.mark.parametrize(
    "text", ["abc", "-5", "1,23,4", "1.2.3", "NaN", "Infinity", "1e5", "٣", "12 apples", "½"]
)
def test_what_is_no_number_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        number_from(text)


def test_money_becomes_minor_units() -> None:
    assert TypedField(money=True, label="Revenue").clean("1,234.5") == 123450


def test_money_with_too_many_decimals_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match="Revenue must be an amount of money"):
        TypedField(money=True, label="Revenue").clean("1.234")


@pytest.mark.parametrize("text", ["-5", "－５", "−1,200", " - 3 "])
def test_a_negative_number_is_called_that(text: str) -> None:
    with pytest.raises(ValidationError, match="Revenue cannot be negative"):
        TypedField(money=True, label="Revenue").clean(text)


def test_a_count_with_decimals_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match="Visitors must be a whole number, such as 120"):
        TypedField(money=False, label="Visitors").clean("1.5")


def test_an_empty_field_is_not_recorded_and_never_zero() -> None:
    assert TypedField(money=False, label="Visitors").clean("") is None
    assert TypedField(money=False, label="Visitors").clean("0") == 0


def test_a_stored_value_is_shown_as_one_would_type_it() -> None:
    assert as_typed(None, money=True) == ""
    assert as_typed(120, money=False) == "120"
    assert as_typed(3820000, money=True) == "38200"
    assert as_typed(3820005, money=True) == "38200.05"
