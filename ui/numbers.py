"""Numbers and money as text, in the reader's language and with the reader's short units.

Plain integer arithmetic and formatting on purpose: a page shows hundreds of figures, and Django's
localisation costs tens of microseconds for each. Every function answers DASH for "not known" (None,
NaN, infinite, not a number); zero is shown as 0; halves are rounded away from zero, once.
"""

import math
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language

Number = int | float | Decimal | Fraction

DASH = "–"
MINUS = "\u2212"
_NBSP = "\u00a0"

# How a currency is written: the sign before the number in English, the unit after it in Chinese.
CURRENCIES = {
    "CNY": ("¥", "元"),
    "EUR": ("€", "欧元"),
    "USD": ("$", "美元"),
    "GBP": ("£", "英镑"),
    "HKD": ("HK$", "港元"),
    "SGD": ("S$", "新加坡元"),
    "TWD": ("NT$", "新台币"),
    "PLN": (f"zł{_NBSP}", "兹罗提"),
    "MMK": (f"K{_NBSP}", "缅元"),
    "JPY": ("JP¥", "日元"),
}

# (from this value on, divisor, unit). English keeps whole numbers up to five digits: 38,200 reads
# better than 38.2K in a sentence. Chinese counts in ten-thousands, so 万 starts at 10,000.
_SHORT_UNITS_EN = ((100_000, 1_000, "K"), (1_000_000, 1_000_000, "M"), (10**9, 10**9, "B"))
_SHORT_UNITS_ZH = ((10_000, 10_000, "万"), (10**8, 10**8, "亿"), (10**12, 10**12, "万亿"))


class Currency(NamedTuple):
    """How the company's money is written; exponent is the number of digits of the minor unit."""

    sign: str
    unit_zh: str
    exponent: int

    @property
    def mark(self) -> str:
        """The currency as the reader writes it beside a field: ¥, 元."""
        return (self.unit_zh if is_chinese() else self.sign).strip()


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


def currency() -> Currency:
    """The company's currency; a code that is not in the table stands for itself."""
    code = settings.CURRENCY
    sign, unit = CURRENCIES.get(code) or (f"{code}{_NBSP}", f"{_NBSP}{code}")
    return Currency(sign, unit, settings.CURRENCY_DIGITS)


def known(value: object) -> Number | None:
    """The value when it is a finite number, else None. Guards every format against NaN."""
    if isinstance(value, int | Fraction):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    # numpy's scalars know how to become Python's; anything else is not a number.
    item = getattr(value, "item", None)
    return known(item()) if callable(item) else None


def _parts(value: Number) -> tuple[int, int]:
    """The absolute value as numerator and denominator."""
    if isinstance(value, int):
        return abs(value), 1
    if isinstance(value, float):
        # Through the shortest text, so that 0.285 is what people see (28.5%), not 0.28499….
        # float's own repr: numpy's subclass writes its name around the number.
        value = Decimal(float.__repr__(value))
    numerator, denominator = value.as_integer_ratio()
    return abs(numerator), denominator


def _scaled(numerator: int, denominator: int, digits: int) -> int:
    """numerator / denominator in whole units of 10**-digits, halves up."""
    return (2 * numerator * 10**digits + denominator) // (2 * denominator)


def _decimal_text(scaled: int, digits: int) -> str:
    """Text with thousands marks of a whole number of 10**-digits."""
    if digits == 0:
        return f"{scaled:,}"
    whole, part = divmod(scaled, 10**digits)
    return f"{whole:,}.{part:0{digits}d}"


def _sign(value: Number, is_zero: bool, signed: bool) -> str:
    """The sign to write before a number that is shown as zero or not."""
    if is_zero:
        return ""
    if value < 0:
        return MINUS
    return "+" if signed else ""


def decimal(value: object, digits: int = 0, *, signed: bool = False, suffix: str = "", times: int = 1) -> str:
    """A number (times a factor) with fixed decimals, thousands marks, a true minus sign and a suffix."""
    number = known(value)
    if number is None:
        return DASH
    scaled = _nearest(number, times * 10**digits) if type(number) is float else None
    if scaled is None:
        numerator, denominator = _parts(number)
        scaled = _scaled(numerator * times, denominator, digits)
    return f"{_sign(number, scaled == 0, signed)}{_decimal_text(scaled, digits)}{suffix}"


def _nearest(value: float, factor: int) -> int | None:
    """|value| × factor in whole units; None where halves are so near, or it is so large, that only fractions tell.

    A third of the time of exact fractions, for nearly every share and change.
    """
    shifted = abs(value) * factor + 0.5
    if shifted >= 1e9:
        return None
    whole = int(shifted)
    return whole if 1e-6 < shifted - whole < 1 - 1e-6 else None


def rounded(value: object, digits: int = 0) -> Fraction | None:
    """The number that `decimal` writes, exactly: differences of it are those that a reader finds. None if unknown."""
    number = known(value)
    if number is None:
        return None
    size = Fraction(_scaled(*_parts(number), digits), 10**digits)
    return -size if number < 0 else size


def count(value: object, digits: int = 0) -> str:
    """A count: 12,345."""
    return decimal(value, digits)


def signed_count(value: object, digits: int = 0) -> str:
    """A difference of counts: +34, −1,200."""
    return decimal(value, digits, signed=True)


def ratio(value: object, digits: int = 2) -> str:
    """A ratio that is not a share, such as orders per buyer: 1.27."""
    return decimal(value, digits)


def percent(value: object, digits: int = 1) -> str:
    """A share 0–1 as percent: 0.1234 → 12.3%."""
    return decimal(value, digits, times=100, suffix="%")


def change(value: object, digits: int = 1) -> str:
    """A relative change as signed percent: 0.061 → +6.1%."""
    return decimal(value, digits, times=100, signed=True, suffix="%")


def points(value: object, digits: int = 1) -> str:
    """A difference of two shares in percentage points: 0.012 → +1.2 pt, +1.2 个百分点."""
    unit = " 个百分点" if is_chinese() else " pt"
    return decimal(value, digits, times=100, signed=True, suffix=unit)


def money(minor: object, digits: int | None = None, *, signed: bool = False) -> str:
    """Minor units as money in full: 1234560 → ¥12,345.60, 12,345.60元."""
    number = minor if type(minor) is int else known(minor)
    if number is None:
        return DASH
    cash = currency()
    digits = cash.exponent if digits is None else digits
    numerator, denominator = _parts(number)
    scaled = _scaled(numerator, denominator * 10**cash.exponent, digits)
    sign, text = _sign(number, scaled == 0, signed), _decimal_text(scaled, digits)
    return _with_currency(sign, text, cash, chinese=is_chinese())


def signed_money(minor: object, digits: int | None = None) -> str:
    """Money with its sign: +¥13,200.00, −51,400.00元."""
    return money(minor, digits, signed=True)


def money_short(minor: object, *, signed: bool = False) -> str:
    """Minor units as money, shortened the reader's way: ¥1.28M, 128万元.

    Below 100 the decimals stay (a basket of ¥85.30); nothing is ¥0.
    """
    number = minor if type(minor) is int else known(minor)
    if number is None:
        return DASH
    cash, chinese = currency(), is_chinese()
    numerator, denominator = _parts(number)
    denominator *= 10**cash.exponent
    if numerator and numerator < 100 * denominator:
        text = _decimal_text(_scaled(numerator, denominator, cash.exponent), cash.exponent)
    else:
        text = _short_text(numerator, denominator, chinese=chinese)
    return _with_currency(_sign(number, text.strip("0.") == "", signed), text, cash, chinese=chinese)


def signed_money_short(minor: object) -> str:
    """Short money with its sign: +¥13,200, −5.14万元."""
    return money_short(minor, signed=True)


def count_short(value: object) -> str:
    """A count, shortened the reader's way: 1.28M, 128万."""
    number = known(value)
    if number is None:
        return DASH
    text = _short_text(*_parts(number), chinese=is_chinese())
    return _sign(number, text == "0", signed=False) + text


def _short_text(numerator: int, denominator: int, *, chinese: bool) -> str:
    """A number that is not negative with the largest unit it reaches as it will be read.

    Whole below the first unit, three figures from there on: 9,999 stays, 999,999 is 1M, never 1,000K.
    """
    units = _SHORT_UNITS_ZH if chinese else _SHORT_UNITS_EN
    whole = _scaled(numerator, denominator, 0)
    if whole < units[0][0]:
        return f"{whole:,}"
    size = 10 ** (len(str(whole)) - 3)
    as_read = max(_scaled(numerator, denominator * size, 0) * size, units[0][0])
    _, divisor, unit = next(entry for entry in reversed(units) if as_read >= entry[0])
    return _three_figures(numerator, denominator * divisor) + unit


def _three_figures(numerator: int, denominator: int) -> str:
    """Three figures or more, without trailing zeros: 1.28, 12.8, 128, 1,235, 3.4."""
    for digits in (2, 1, 0):
        scaled = _scaled(numerator, denominator, digits)
        if scaled < 1000:
            break
    text = _decimal_text(scaled, digits)
    return text.rstrip("0").rstrip(".") if digits else text


def _with_currency(sign: str, text: str, cash: Currency, *, chinese: bool) -> str:
    """Sign, currency and number in the order of the reader's language."""
    return f"{sign}{text}{cash.unit_zh}" if chinese else f"{sign}{cash.sign}{text}"
