"""The sentences of "what if": what a slider moves, and what more money would need. Pure functions, as `sentences`."""

from __future__ import annotations

import math

from django.utils.translation import gettext, ngettext

from scorecards import words
from ui import numbers


def days_left(count: int) -> str:
    """How many trading days remain of the month."""
    if count <= 0:
        return gettext("No trading days are left this month.")
    return ngettext(
        "One trading day is left this month.", "%(count)s trading days are left this month.", count
    ) % {"count": count}


def lever_label(code: str) -> str:
    """What a slider moves."""
    return {
        "visitors": gettext("Visitors a day"),
        "buyers": gettext("Buyers a day"),
        "orders": gettext("Orders a day"),
        "revenue": gettext("Revenue a day"),
    }.get(code) or str(words.FACTORS[code].label)


def lever_value(code: str, value: float) -> str:
    """A slider's value: people a day with a decimal where they are few, the rest as everywhere."""
    if code in _PER_DAY:
        return numbers.count(value, _digits(code, value))
    if words.FACTORS[code].kind == "money":
        return numbers.money(value, 0 if code == "revenue" else None)
    return words.full(code, value)


def _digits(code: str, value: float) -> int:
    """Decimals of the value as it is shown: of money in minor units, of shares as fractions."""
    if code in _PER_DAY:
        return 1 if abs(value) < FEW else 0
    return {"percent": 3, "ratio": 2}.get(words.FACTORS[code].kind, 0)


FEW = 100
"""A day, below which a decimal is worth showing."""


def to_earn(money: int, days: int) -> str:
    """The opening of the reverse question: "To earn ¥82,000 more in nine days, one of these would do:"."""
    text = ngettext(
        "To earn %(money)s more in one trading day, any one of these would do:",
        "To earn %(money)s more in %(days)s trading days, any one of these would do:",
        days,
    )
    return text % {"money": numbers.money(money, 0), "days": days}


def need(code: str, value: float, change: float) -> str:
    """One answer to the reverse question: how much more of one factor, and what it would be then.

    Both are rounded as shown, so that the reader's own sum comes out; the change is rounded up, so that the wish is
    met and a small one is not said to need nothing.
    """
    digits = _digits(code, value)
    change = math.ceil(round(change * 10**digits, 6)) / 10**digits
    becomes = round(value, digits) + round(change, digits)
    return _NEEDS[code]() % {"more": _more(code, change, digits), "becomes": lever_value(code, becomes)}


def impossible(code: str) -> str:
    """That no change of a factor alone would do."""
    return gettext("%(factor)s alone cannot bring it.") % {"factor": words.FACTORS[code].label}


def _more(code: str, change: float, digits: int) -> str:
    if code in _PER_DAY:
        return numbers.signed_count(change, digits)
    kind = words.FACTORS[code].kind
    if kind == "percent":
        return numbers.points(change)
    if kind == "money":
        return numbers.signed_money(change, 0 if code == "revenue" else None)
    return numbers.decimal(change, 2, signed=True)


_PER_DAY = frozenset({"visitors", "buyers", "orders"})  # counts; revenue a day is money
_NEEDS = {
    "visitors": lambda: gettext("%(more)s customers a day (then %(becomes)s)"),
    "buyers": lambda: gettext("%(more)s buyers a day (then %(becomes)s)"),
    "orders": lambda: gettext("%(more)s orders a day (then %(becomes)s)"),
    "revenue": lambda: gettext("%(more)s a day (then %(becomes)s)"),
    "conversion": lambda: gettext("%(more)s of conversion (then %(becomes)s)"),
    "basket": lambda: gettext("%(more)s per order (then %(becomes)s)"),
    "repeat": lambda: gettext("%(more)s orders per buyer (then %(becomes)s)"),
}
