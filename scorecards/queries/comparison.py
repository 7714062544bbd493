"""How a unit stands against another span of days: the sums of both, the factors, and what explains the change.

Standard periods come from the cards that the recompute wrote; any other range is added up from the unit's own days.
Both give the same shape, so that pages need not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from formulas.components import FORMULA_INPUTS, KNOWN_BIT
from formulas.lmdi import PARTS, attribute, rounded
from formulas.performance import Chain, Inputs
from formulas.periods import Kind, Period, Span, previous_span, year_before_span
from formulas.rounding import largest_remainder, round_half_up
from scorecards.models import Card

PREVIOUS = "previous"
YEAR_BEFORE = "year_before"
CUSTOM = "custom"


@dataclass(frozen=True)
class Day:
    """One day of one unit; money in minor units, None: not recorded."""

    day: date
    visitors: int | None = None
    buyers: int | None = None
    orders: int | None = None
    repeat_orders: int | None = None
    extension_orders: int | None = None
    revenue: int | None = None

    def value(self, code: str) -> float | None:
        """An input or factor of the day by its code."""
        return sums_of_days([self], Span(self.day, self.day)).value(code)


@dataclass(frozen=True)
class Sums:
    """A unit's inputs over a span. Counts; revenue in minor units; None: not recorded on any day.

    `days`: days with figures. `known`: bits of KNOWN_BIT, set where the input is recorded on every one of them.
    `visitor_days`: days on which visitors were counted; `buyers_counted`: the buyers of those days.
    """

    span: Span
    days: int = 0
    known: int = 0
    visitor_days: int = 0
    buyers_counted: int | None = None
    visitors: int | None = None
    buyers: int | None = None
    orders: int | None = None
    repeat_orders: int | None = None
    extension_orders: int | None = None
    revenue: int | None = None

    def is_known(self, name: str) -> bool:
        """Whether an input is recorded on every day with figures."""
        return bool(self.known & KNOWN_BIT[name])

    @property
    def conversion(self) -> float | None:
        """Buyers / visitors, both of the days on which visitors were counted."""
        return _ratio(self.buyers_counted, self.visitors)

    @property
    def basket(self) -> float | None:
        """Minor units per order."""
        return self._of_known("revenue", "orders")

    @property
    def repeat(self) -> float | None:
        """Orders per buyer."""
        return self._of_known("orders", "buyers")

    @property
    def repurchase_rate(self) -> float | None:
        """Repeat orders / buyers."""
        return self._of_known("repeat_orders", "buyers")

    @property
    def extension_rate(self) -> float | None:
        """Extension orders / buyers."""
        return self._of_known("extension_orders", "buyers")

    def value(self, code: str) -> float | None:
        """An input or factor by its code in `scorecards.words.FACTORS`."""
        return _VALUES[code](self)

    def _of_known(self, numerator: str, denominator: str) -> float | None:
        if not (self.is_known(numerator) and self.is_known(denominator)):
            return None
        return _ratio(getattr(self, numerator), getattr(self, denominator))


_VALUES = {
    "revenue": lambda sums: sums.revenue,
    "visitors": lambda sums: sums.visitors,
    "buyers": lambda sums: sums.buyers,
    "orders": lambda sums: sums.orders,
    "conversion": lambda sums: sums.conversion,
    "basket": lambda sums: sums.basket,
    "repeat": lambda sums: sums.repeat,
    "repurchase_rate": lambda sums: sums.repurchase_rate,
    "extension_rate": lambda sums: sums.extension_rate,
}


@dataclass(frozen=True)
class Comparison:
    """A span against its base. `base` is None where there are no figures to compare with.

    `chain`: how far up the formula could be written in both. `change`: of revenue, minor units, None where unknown.
    `parts`: (code of formulas.lmdi.PARTS, minor units), those of the chain only, adding up to `change` exactly.
    """

    current: Sums
    base: Sums | None
    against: str
    chain: Chain = Chain.NONE
    change: int | None = None
    parts: tuple[tuple[str, int], ...] = field(default=())

    @property
    def growth(self) -> float | None:
        """The relative change of revenue; None from nothing."""
        if self.change is None or self.base is None:
            return None
        return _ratio(self.change, self.base.revenue)

    def part(self, code: str) -> int | None:
        """The money that one part explains; None where it is not in the chain."""
        return dict(self.parts).get(code)


def shown(comparison: Comparison, digits: int) -> tuple[int | None, tuple[tuple[str, int], ...]]:
    """(change, parts) in minor units rounded to whole major units, so that what is shown adds up to what is shown.

    The shown change is the difference of the two shown revenues. `digits`: decimals of the minor unit.
    """
    base = comparison.base
    if comparison.change is None or base is None:
        return None, ()
    if not comparison.change:
        return 0, tuple((code, 0) for code, _ in comparison.parts)
    unit = 10**digits
    change = _whole(comparison.current.revenue, unit) - _whole(base.revenue, unit)
    exact = [value / unit for _, value in comparison.parts]
    whole = largest_remainder(exact, change)
    codes = [code for code, _ in comparison.parts]
    return change * unit, tuple(zip(codes, (int(value) * unit for value in whole), strict=True))


def sums_of_days(days: Sequence[Day], span: Span) -> Sums:
    """The sums of the days that lie in the span; a day may come in several rows (work at two branches)."""
    own = [row for row in days if row.day in span]
    if not own:
        return Sums(span)
    counted = [row for row in own if row.visitors is not None and row.buyers is not None]
    totals = {name: _sum(getattr(row, name) for row in own) for name in FORMULA_INPUTS}
    known = sum(KNOWN_BIT[n] for n in FORMULA_INPUTS if all(getattr(row, n) is not None for row in own))
    return Sums(
        span=span,
        days=len({row.day for row in own}),
        known=known,
        visitor_days=len({row.day for row in own if row.visitors is not None}),
        buyers_counted=_sum(row.buyers for row in counted),
        **totals,
    )


def compare(current: Sums, base: Sums, against: str) -> Comparison:
    """The change between two sums and the parts that explain it, by the longest chain that both allow."""
    if not base.days or not current.days:
        return Comparison(current, base if base.days else None, against)
    attribution = attribute(_inputs(base), _inputs(current))
    chain = Chain(int(attribution.chain[0]))
    if chain is Chain.NONE or current.revenue is None or base.revenue is None:
        return Comparison(current, base, against)
    change = current.revenue - base.revenue
    values = dict(zip(PARTS, (int(part) for part in rounded(attribution, [change])[0]), strict=True))
    return Comparison(current, base, against, chain, change, _of_chain(chain, current, base, values))


def of_card(card: Card, against: str) -> Comparison:
    """A card's standing against one of its two bases ("previous" or "year_before")."""
    current = _card_sums(card, "", Span(card.starts_on, card.ends_on))
    base = _card_sums(card, f"{against}_", _base_span(card, against))
    change, chain = getattr(card, f"{against}_change"), Chain(getattr(card, f"{against}_chain"))
    if not base.days or change is None or chain is Chain.NONE:
        return Comparison(current, base if base.days else None, against)
    values = {part: getattr(card, f"{against}_driver_{part}") or 0 for part in PARTS}
    return Comparison(current, base, against, chain, change, _of_chain(chain, current, base, values))


def default_against(card: Card) -> str:
    """The year before where there is one, else the period before."""
    return YEAR_BEFORE if card.year_before_days else PREVIOUS


def _base_span(card: Card, against: str) -> Span:
    """The days that a card's base covers (formulas.periods is the one definition)."""
    span = Span(card.starts_on, card.ends_on)
    if against == YEAR_BEFORE:
        return year_before_span(span)
    return previous_span(Period(Kind(card.kind), card.starts_on), card.ends_on)


def _card_sums(card: Card, prefix: str, span: Span) -> Sums:
    names = ("days", "known", "visitor_days", "buyers_counted", *FORMULA_INPUTS)
    return Sums(span, **{name: getattr(card, prefix + name) for name in names})


def _of_chain(chain: Chain, current: Sums, base: Sums, values: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """The parts that a chain has, in the order of the formula; whatever else carries money comes with them."""
    split = all(s.is_known("repeat_orders") and s.is_known("extension_orders") for s in (current, base))
    own = _CHAIN_PARTS[chain]
    if chain >= Chain.BUYERS:
        own += ("repurchase", "extension") if split else ("repeat",)
    if values["openings"]:
        own = ()
    return tuple((part, value) for part, value in values.items() if part in own or value)


_CHAIN_PARTS: dict[Chain, tuple[str, ...]] = {
    Chain.FULL: ("visitors", "conversion", "basket"),
    Chain.BUYERS: ("buyers", "basket"),
    Chain.ORDERS: ("orders", "basket"),
    Chain.REVENUE: ("revenue",),
    Chain.NONE: (),
}


def _inputs(sums: Sums) -> Inputs:
    """What the attribution may use: inputs that are recorded on every day."""
    return Inputs.one(**{n: getattr(sums, n) if sums.is_known(n) else None for n in FORMULA_INPUTS})


def _sum(values: Iterable[int | None]) -> int | None:
    seen = [value for value in values if value is not None]
    return sum(seen) if seen else None


def _ratio(numerator: float | None, denominator: float | None) -> float | None:
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def _whole(minor: int | None, unit: int) -> int:
    return int(round_half_up((minor or 0) / unit))
