"""The words of the performance formula: what each factor is called and how its values are written.

Named once for pages, charts and sentences. Values: counts and money as whole numbers (money in minor units),
shares as fractions, repeat as orders per buyer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ui import numbers


@dataclass(frozen=True)
class Word:
    """A factor or input: its name and its kind of value.

    `kind`: money, count, percent or ratio. `delta`: how a difference is written, as {% delta %} names it; "change" is
    relative, "points" the difference of two shares, "ratio" the plain difference.
    """

    label: str | Promise
    kind: str
    delta: str = "change"


FACTORS: dict[str, Word] = {
    "revenue": Word(_("Revenue"), "money"),
    "visitors": Word(_("Visitors"), "count"),
    "conversion": Word(_("Conversion"), "percent", "points"),
    "buyers": Word(_("Buyers"), "count"),
    "orders": Word(_("Orders"), "count"),
    "basket": Word(_("Basket"), "money"),
    "repeat": Word(_("Repeat"), "ratio", "ratio"),
    "repurchase_rate": Word(_("Repurchase rate"), "percent", "points"),
    "extension_rate": Word(_("Extension rate"), "percent", "points"),
}

PARTS: dict[str, str | Promise] = {
    "visitors": _("Visitors"),
    "conversion": _("Conversion"),
    "buyers": _("Buyers"),
    "orders": _("Orders"),
    "basket": _("Basket"),
    "repurchase": _("Repurchase"),
    "extension": _("Extension"),
    "repeat": _("Repeat"),
    "revenue": _("Revenue"),
    "openings": _("Openings and closures"),
}

_SHORT: dict[str, Callable[[object], str]] = {
    "money": numbers.money_short,
    "count": numbers.count_short,
    "percent": numbers.percent,
    "ratio": numbers.ratio,
}
_FULL: dict[str, Callable[[object], str]] = {
    "money": numbers.money,
    "count": numbers.count,
    "percent": numbers.percent,
    "ratio": numbers.ratio,
}


def short(code: str, value: object) -> str:
    """A factor's value shortened the reader's way: ¥1.28M, 128万; "–" for unknown."""
    return _SHORT[FACTORS[code].kind](value)


def full(code: str, value: object) -> str:
    """A factor's value in full, as tables show it; "–" for unknown."""
    return _FULL[FACTORS[code].kind](value)


def difference(code: str, value: float | None, base: float | None) -> float | None:
    """How a factor differs from its base, in the measure that `Word.delta` names; None where either is unknown.

    A relative change from nothing is unknown as well, and one from next to nothing tells nothing (`told`).
    """
    if value is None or base is None:
        return None
    if FACTORS[code].delta != "change":
        return value - base
    return told((value - base) / base) if base else None


def told(growth: float | None) -> float | None:
    """A relative change as far as it means something to a reader: beyond ten times the base it is left out."""
    return None if growth is None or growth >= MOST_TOLD else growth


MOST_TOLD = 9.0


def inside(label: object) -> str:
    """A name as it stands inside an English sentence; Chinese knows no capitals."""
    text = str(label)
    return text[:1].lower() + text[1:]
