"""From numbers to sentences, in the reader's language: what a manager would say of a comparison.

Pure functions; every sentence is right for zero, one, many and unknown. Money in minor units, shares as fractions.
Sentences are whole and end with their mark; `join` sets them one after another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext, ngettext

from formulas.performance import Chain
from formulas.periods import Span
from scorecards import words
from scorecards.queries.comparison import CUSTOM, PREVIOUS, YEAR_BEFORE, Comparison, Sums
from ui import dates, numbers


def join(sentences: Sequence[str]) -> str:
    """Sentences in a row: a space between them in English, none in Chinese. Empty ones are left out."""
    return ("" if numbers.is_chinese() else " ").join(sentence for sentence in sentences if sentence)


def base_name(against: str, span: Span) -> str:
    """What the figures are compared with, to stand inside a sentence or a heading."""
    if against == YEAR_BEFORE:
        return gettext("the same weekdays a year before (%(days)s)") % {"days": dates.span(span)}
    return dates.span(span)


def against_label(against: str) -> str:
    """The name of a comparison, as on a switch."""
    return {
        PREVIOUS: gettext("the period before"),
        YEAR_BEFORE: gettext("a year before"),
        CUSTOM: gettext("dates of your own"),
    }[against]


def revenue(comparison: Comparison, change: int | None, *, base_span: Span) -> str:
    """How revenue stands against its base: ahead, behind, equal, from nothing, or without comparison.

    `change`: as the page shows it (`comparison.shown`), None where there is nothing to compare.
    """
    current, base = comparison.current, comparison.base
    if not current.days:
        return gettext("There are no figures for %(days)s.") % {"days": dates.span(current.span)}
    if current.revenue is None:
        return gettext("Revenue is not recorded for %(days)s.") % {"days": dates.span(current.span)}
    name = base_name(comparison.against, base_span)
    amount = numbers.money_short(current.revenue)
    if base is None or base.revenue is None or change is None:
        return gettext("Revenue is %(revenue)s. There are no figures for %(base)s to compare it with.") % {
            "revenue": amount,
            "base": name,
        }
    return _difference(change, comparison.growth, amount, name)


def _difference(change: int, growth: float | None, amount: str, base: str) -> str:
    values = {"revenue": amount, "money": numbers.money_short(abs(change)), "base": base}
    if change == 0:
        return gettext("Revenue is %(revenue)s, the same as in %(base)s.") % values
    if growth is None:
        return gettext("Revenue is %(revenue)s; in %(base)s there was none.") % values
    values["percent"] = numbers.change(growth)
    if change > 0:
        return gettext("Revenue is %(revenue)s, %(money)s (%(percent)s) ahead of %(base)s.") % values
    return gettext("Revenue is %(revenue)s, %(money)s (%(percent)s) behind %(base)s.") % values


def drivers(parts: Sequence[tuple[str, int]], change: int | None) -> str:
    """Which parts explain a change: the two largest in its direction, and the largest against it.

    Empty where nothing is known or nothing moved; parts below 5 % of all movement are not worth a word.
    """
    known = [(code, money) for code, money in parts if money and code != "revenue"]
    if change is None or not known:
        return ""
    if [code for code, _ in known] == ["openings"]:
        return gettext("Opening or closing explains all of it.")
    weight = sum(abs(money) for _, money in known)
    known = sorted((p for p in known if abs(p[1]) >= 0.05 * weight), key=lambda p: -abs(p[1]))
    forward = [p for p in known if (p[1] > 0) == (change > 0) or change == 0][:2]
    backward = [p for p in known if p not in forward and (p[1] > 0) != (change > 0)][:1]
    return _explained(forward, backward, change)


def _explained(forward: list[tuple[str, int]], backward: list[tuple[str, int]], change: int) -> str:
    """ "Conversion explains −¥51,400, visitors −¥3,000; basket gives back +¥13,200."."""
    if not forward:
        return ""
    code, money = forward[0]
    values = {"factor": words.PARTS[code], "money": _signed(money)}
    many = code in _PLURAL
    text = (
        gettext("%(factor)s explain %(money)s") if many else gettext("%(factor)s explains %(money)s")
    ) % values
    for code, money in forward[1:]:
        text += gettext(", %(factor)s %(money)s") % _mention(code, money)
    for code, money in backward:
        text += _against_it(code, change) % (_mention if change < 0 else _taken)(code, money)
    return text + gettext(".")


def _against_it(code: str, change: int) -> str:
    """The half sentence for a part that goes against the change; English minds the plural."""
    many = code in _PLURAL
    if change < 0:
        return (
            gettext("; %(factor)s give back %(money)s")
            if many
            else gettext("; %(factor)s gives back %(money)s")
        )
    return (
        gettext("; %(factor)s take away %(money)s") if many else gettext("; %(factor)s takes away %(money)s")
    )


def _mention(code: str, money: int) -> dict[str, str]:
    return {"factor": words.inside(words.PARTS[code]), "money": _signed(money)}


def _taken(code: str, money: int) -> dict[str, str]:
    """Without a sign: what takes away ¥200 does not take away −¥200."""
    return {"factor": words.inside(words.PARTS[code]), "money": numbers.money_short(abs(money))}


def _signed(money: int) -> str:
    """Money with its sign, held together at the end of a line by a word joiner."""
    text = numbers.signed_money_short(money)
    return text if text[:1].isdigit() else f"{text[0]}\u2060{text[1:]}"


_PLURAL = frozenset({"visitors", "buyers", "orders", "openings"})


def lead(
    comparison: Comparison, change: int | None, parts: Sequence[tuple[str, int]], *, base_span: Span
) -> str:
    """The sentence that opens a page: how it stands, and why, from the numbers that the page shows."""
    return join([revenue(comparison, change, base_span=base_span), drivers(parts, change)])


def short_of_days(comparison: Comparison, due: int) -> str:
    """A warning where missing days make a comparison look worse than it is; empty where none are missing."""
    missing = due - comparison.current.days
    if missing <= 0 or comparison.change is None:
        return ""
    return ngettext(
        "One trading day is still missing, so revenue is still too low.",
        "%(missing)s trading days are still missing, so revenue is still too low.",
        missing,
    ) % {"missing": missing}


def short_base(comparison: Comparison) -> str:
    """A warning where the base has figures on far fewer of its days: the change is then not like for like."""
    current, base = comparison.current, comparison.base
    if base is None or not current.days or comparison.change is None:
        return ""
    if base.days / base.span.days >= LIKE_FOR_LIKE * current.days / current.span.days:
        return ""
    text = ngettext(
        "Of %(base)s only %(days)s day has figures: the change is not like for like.",
        "Of %(base)s only %(days)s days have figures: the change is not like for like.",
        base.days,
    )
    return text % {"base": dates.span(base.span), "days": base.days}


LIKE_FOR_LIKE = 0.9
"""The base's share of days with figures beside this period's, below which they should not be compared unsaid."""


def not_recorded(current: Sums, base: Sums | None, chain: Chain) -> list[str]:
    """Which inputs are missing and what the page does instead; empty for the whole formula."""
    if not current.days or chain is Chain.FULL:
        return []
    if chain is Chain.NONE:
        return _inputs_missing(current)
    return [*_inputs_missing(current), *_missing_in_base(current, base, chain)]


def _inputs_missing(current: Sums) -> list[str]:
    if current.revenue is None:
        return [gettext("Revenue is not recorded here.")]
    if current.orders is None:
        return [gettext("Orders are not recorded here, so revenue stands alone.")]
    if current.buyers is None:
        return [
            gettext("Visitors and buyers are not recorded here, so the formula begins with orders × basket.")
        ]
    if current.visitors is None:
        return [
            gettext("Visitors are not recorded here, so the formula begins with buyers × basket × repeat.")
        ]
    return _partly_counted(current)


def _partly_counted(current: Sums) -> list[str]:
    if current.is_known("visitors"):
        return []
    text = ngettext(
        "Visitors were counted on %(counted)s of %(days)s day: conversion is that of the days counted, "
        "and the drivers begin with buyers.",
        "Visitors were counted on %(counted)s of %(days)s days: conversion is that of the days counted, "
        "and the drivers begin with buyers.",
        current.days,
    )
    return [text % {"counted": current.visitor_days, "days": current.days}]


def _missing_in_base(current: Sums, base: Sums | None, chain: Chain) -> list[str]:
    """Where this period is whole and the base is not."""
    if base is None or chain is not Chain.BUYERS or not current.is_known("visitors"):
        return []
    if base.visitors is None:
        return [
            gettext("Visitors were not counted in %(base)s, so the drivers begin with buyers.")
            % {"base": dates.span(base.span)}
        ]
    text = ngettext(
        "Visitors were counted on %(counted)s of %(days)s day in %(base)s, so the drivers begin with buyers.",
        "Visitors were counted on %(counted)s of %(days)s days in %(base)s, so the drivers begin with buyers.",
        base.days,
    )
    return [text % {"counted": base.visitor_days, "days": base.days, "base": dates.span(base.span)}]


def closed(last: date) -> str:
    """That the branch trades no more."""
    return gettext("The branch has closed; its last trading day was %(day)s.") % {"day": dates.day(last)}


def opened(first: date) -> str:
    """That the comparison reaches back before the branch opened."""
    return gettext("The branch opened on %(day)s: there is not yet a whole period to compare with.") % {
        "day": dates.day(first)
    }


def share_of_team(share: float | None, size: int) -> str:
    """A member's part in the team's revenue of the same days; empty where there is no team or nothing known."""
    if share is None or size < 2:
        return ""
    return ngettext(
        "Share of the team's revenue: %(share)s (%(size)s member; an equal part would be %(equal)s).",
        "Share of the team's revenue: %(share)s (%(size)s members; an equal part would be %(equal)s).",
        size,
    ) % {"share": numbers.percent(share), "size": size, "equal": numbers.percent(1 / size)}


def unusual(code: str, value: float, usual: float, low: float, high: float, day: date) -> str:
    """That a figure was far from what its weekday usually brings, with the usual range."""
    text = (
        gettext(
            "%(factor)s: %(value)s, far above the usual %(usual)s of a %(weekday)s (%(low)s to %(high)s)."
        )
        if value > usual
        else gettext(
            "%(factor)s: %(value)s, far below the usual %(usual)s of a %(weekday)s (%(low)s to %(high)s)."
        )
    )
    return text % {
        "factor": words.FACTORS[code].label,
        "value": words.short(code, value),
        "usual": words.short(code, usual),
        "low": words.short(code, low),
        "high": words.short(code, high),
        "weekday": weekday(day),
    }


def nothing_unusual(days: int) -> str:
    """That the day was within its weekday's range, or that there is too little history to say."""
    if days < MIN_HISTORY:
        return gettext("There is too little history of this weekday to say what is unusual.")
    return gettext("Nothing unusual: every figure lies within what this weekday usually brings.")


MIN_HISTORY = 5
"""Earlier days of the same weekday below which nothing is called unusual."""


def weekday(day: date) -> str:
    """The weekday's name, to stand inside a sentence."""
    names = (
        gettext("Monday"),
        gettext("Tuesday"),
        gettext("Wednesday"),
        gettext("Thursday"),
        gettext("Friday"),
        gettext("Saturday"),
        gettext("Sunday"),
    )
    return names[day.weekday()]


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

    Both are rounded as shown, so that the reader's own sum comes out; people are rounded up, so that the wish is met.
    """
    digits = _digits(code, value)
    if code in _PER_DAY:
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
