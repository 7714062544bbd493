"""From numbers to sentences, in the reader's language: what a manager would say of a comparison.

Pure functions; every sentence is right for zero, one, many and unknown. Money in minor units, shares as fractions.
Sentences are whole and end with their mark; `join` sets them one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext, gettext_lazy, ngettext

from formulas.performance import Chain
from formulas.periods import Span
from scorecards import words
from scorecards.queries.comparison import CUSTOM, PREVIOUS, YEAR_BEFORE, Comparison, Sums
from scorecards.queries.likeness import ALIKE, LikeForLike, Shut
from ui import dates, numbers
from ui.languages import once_per_language


def join(sentences: Sequence[str]) -> str:
    """Sentences in a row: a space between them in English, none in Chinese. Empty ones are left out."""
    return ("" if numbers.is_chinese() else " ").join(sentence for sentence in sentences if sentence)


def base_name(against: str, span: Span) -> str:
    """What the figures are compared with, to stand inside a sentence or a heading."""
    if against == YEAR_BEFORE:
        return gettext("the same weekdays a year before (%(days)s)") % {"days": days(span)}
    return days(span)


def days(span: Span) -> str:
    """A range of days; a single one with its weekday, on which so much depends."""
    return dates.day(span.first, weekday=True) if span.days == 1 else dates.span(span)


def against_label(against: str) -> str:
    """The name of a comparison, as on a switch."""
    return str(_AGAINST[against])


_AGAINST = {
    PREVIOUS: gettext_lazy("the period before"),
    YEAR_BEFORE: gettext_lazy("a year before"),
    CUSTOM: gettext_lazy("dates of your own"),
}


def revenue(
    comparison: Comparison, change: int | None, *, base_span: Span, like: LikeForLike | None = None
) -> str:
    """How revenue stands against its base: ahead, behind, equal, from nothing, or without comparison.

    `change`: as the page shows it (`comparison.shown`), None where there is nothing to compare. `like`: what can be
    compared where the two spans cannot; no percentage is given then.
    """
    current, base = comparison.current, comparison.base
    if not current.days:
        return gettext("There are no figures for %(days)s.") % {"days": dates.span(current.span)}
    if current.revenue is None:
        return gettext("Revenue is not recorded for %(days)s.") % {"days": dates.span(current.span)}
    name = base_name(comparison.against, base_span)
    amount = numbers.money_short(current.revenue)
    if base is None or base.revenue is None or change is None:
        return gettext(
            "Revenue is %(revenue)s. There are no complete figures for %(base)s to compare it with."
        ) % {
            "revenue": amount,
            "base": name,
        }
    if change and base.revenue and (like or (comparison.growth or 0) >= MANY_TIMES):
        return _beside(change, amount, name, numbers.money_short(base.revenue))
    return _difference(change, comparison.growth, amount, name)


MANY_TIMES = 2.0
"""Growth from which a percentage says less than the sum that it began with."""


def _beside(change: int, amount: str, base: str, before: str) -> str:
    """A change beside the sum that it began with, in place of a percentage."""
    values = {"revenue": amount, "money": numbers.money_short(abs(change)), "base": base, "before": before}
    if change > 0:
        return gettext("Revenue is %(revenue)s, %(money)s ahead of the %(before)s of %(base)s.") % values
    return gettext("Revenue is %(revenue)s, %(money)s behind the %(before)s of %(base)s.") % values


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
        return gettext("Having traded in only one of the two explains all of it.")
    weight = sum(abs(money) for _, money in known)
    known = sorted((p for p in known if abs(p[1]) >= 0.05 * weight), key=lambda p: -abs(p[1]))
    forward = [p for p in known if (p[1] > 0) == (change > 0) or change == 0][:2]
    backward = [p for p in known if p not in forward and (p[1] > 0) != (change > 0)][:1]
    return _explained(forward, backward, change)


class _Phrases(NamedTuple):
    """The halves of sentences about drivers; a singular and a plural where English minds it."""

    explains: tuple[str, str]
    gives_back: tuple[str, str]
    takes_away: tuple[str, str]
    also: str
    end: str
    names: dict[str, str]
    inside: dict[str, str]


@once_per_language
def _phrases() -> _Phrases:
    return _Phrases(
        explains=(gettext("%(factor)s explains %(money)s"), gettext("%(factor)s explain %(money)s")),
        gives_back=(
            gettext("; %(factor)s gives back %(money)s"),
            gettext("; %(factor)s give back %(money)s"),
        ),
        takes_away=(
            gettext("; %(factor)s takes away %(money)s"),
            gettext("; %(factor)s take away %(money)s"),
        ),
        also=gettext(", %(factor)s %(money)s"),
        end=gettext("."),
        names={code: str(name) for code, name in words.PARTS.items()},
        inside={code: words.inside(name) for code, name in words.PARTS.items()},
    )


def _explained(forward: list[tuple[str, int]], backward: list[tuple[str, int]], change: int) -> str:
    """ "Conversion explains −¥51,400, visitors −¥3,000; basket gives back +¥13,200."."""
    if not forward:
        return ""
    said = _phrases()
    code, money = forward[0]
    text = said.explains[code in _PLURAL] % {"factor": said.names[code], "money": _signed(money)}
    for code, money in forward[1:]:
        text += said.also % {"factor": said.inside[code], "money": _signed(money)}
    for code, money in backward:
        # Without a sign where it takes away: what takes away ¥200 does not take away −¥200.
        against = said.gives_back if change < 0 else said.takes_away
        amount = _signed(money) if change < 0 else numbers.money_short(abs(money))
        text += against[code in _PLURAL] % {"factor": said.inside[code], "money": amount}
    return text + said.end


def _signed(money: int) -> str:
    """Money with its sign, held together at the end of a line by a word joiner."""
    text = numbers.signed_money_short(money)
    return text if text[:1].isdigit() else f"{text[0]}\u2060{text[1:]}"


_PLURAL = frozenset({"visitors", "buyers", "orders", "openings"})


def lead(
    comparison: Comparison,
    change: int | None,
    parts: Sequence[tuple[str, int]],
    *,
    base_span: Span,
    like: LikeForLike | None = None,
) -> str:
    """The sentence that opens a page: how it stands, and why, from the numbers that the page shows."""
    stands = revenue(comparison, change, base_span=base_span, like=like)
    return join([stands, like_for_like(like), drivers(parts, change)])


def like_for_like(like: LikeForLike | None) -> str:
    """What can be compared where the spans cannot as a whole; empty where they can."""
    if like is None:
        return ""
    known = like.growth is not None and like.growth < MANY_TIMES
    values = {
        "days": like.days,
        "now": numbers.money_short(round(like.current)),
        "before": numbers.money_short(round(like.base)),
        "percent": gettext(" (%(percent)s)") % {"percent": numbers.change(like.growth)} if known else "",
    }
    if not like.days:
        return gettext("Per day with figures it is %(now)s against %(before)s%(percent)s.") % values
    text = ngettext(
        "Like for like, on the one day with figures in both, it is %(now)s against %(before)s%(percent)s.",
        "Like for like, on the %(days)s days with figures in both, it is %(now)s against %(before)s%(percent)s.",
        like.days,
    )
    return text % values


def shut(closure: Shut) -> str:
    """That the branch was closed for some days, and why."""
    values = {"days": dates.span(Span(closure.first, closure.last)), "reason": closure.reason}
    if not closure.reason:
        return gettext("The branch was closed on %(days)s.") % values
    return gettext("The branch was closed on %(days)s: %(reason)s.") % values


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
    if base.days / base.span.days >= ALIKE * current.days / current.span.days:
        return ""
    text = ngettext(
        "Of %(base)s only %(days)s day has figures: the change is not like for like.",
        "Of %(base)s only %(days)s days have figures: the change is not like for like.",
        base.days,
    )
    return text % {"base": dates.span(base.span), "days": base.days}


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


def opens(first: date) -> str:
    """That the branch trades from a coming day on."""
    return gettext("The branch opens on %(day)s.") % {"day": dates.day(first, weekday=True)}


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
