"""What if: the rest of the month at the present pace, with other factors, and what more money would need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from branches.models import Branch, User
from formulas import whatif
from formulas.periods import Kind, Span, period_of
from scorecards.queries.branch import days_due
from scorecards.queries.comparison import Sums, sums_of_days
from scorecards.queries.days import days_of_branch

WEEKS_OF_PACE = 4
"""Whole weeks, so that every weekday counts alike."""
LEAST, MOST = -50, 100
"""Percent by which a factor may be moved."""


@dataclass(frozen=True)
class Lever:
    """A factor that can be moved: per day for the first of the chain, otherwise the ratio; money in minor units.

    `percent`: the relative change chosen. `least` and `most` bound the value (conversion ≤ 1, repeat ≥ 1).
    """

    code: str
    value: float
    percent: int = 0
    least: float = 0.0
    most: float | None = None

    @property
    def chosen(self) -> float:
        """The value after the change."""
        moved = max(self.value * (1 + self.percent / 100), self.least)
        return moved if self.most is None else min(moved, self.most)


@dataclass(frozen=True)
class WhatIf:
    """The rest of the month. Money in minor units.

    `rest`: the days left; `days` the trading days among them. `so_far`: revenue of the month until now. `levers`: the
    factors that are recorded, in the order of the formula; empty without figures in the last four weeks.
    """

    rest: Span
    days: int
    so_far: int
    pace_span: Span
    levers: tuple[Lever, ...]

    @property
    def per_day(self) -> float:
        """Revenue a day at the present pace."""
        return _product([lever.value for lever in self.levers])

    @property
    def per_day_chosen(self) -> float:
        """Revenue a day with the levers as chosen."""
        return _product([lever.chosen for lever in self.levers])

    @property
    def at_pace(self) -> int:
        """Revenue of the days left at the present pace."""
        return round(self.per_day * self.days)

    @property
    def chosen(self) -> int:
        """Revenue of the days left with the levers as chosen."""
        return round(self.per_day_chosen * self.days)

    @property
    def gained(self) -> int:
        """What the levers bring over the present pace."""
        return self.chosen - self.at_pace


@dataclass(frozen=True)
class Need:
    """What one factor, now at `value`, would have to change for the extra money; `change` None where it cannot."""

    code: str
    value: float
    change: float | None


def what_if(user: User, branch: Branch, *, as_of: date, percents: Mapping[str, int]) -> WhatIf:
    """The rest of the month after `as_of` with each factor changed by `percents` (of its value, by code)."""
    start = as_of + timedelta(days=1)
    month = period_of(start, Kind.MONTH)
    pace_span = Span(as_of - timedelta(days=7 * WEEKS_OF_PACE - 1), as_of)
    days = days_of_branch(user, branch, [pace_span, month.to_date(as_of)])
    so_far = sum(row.revenue or 0 for row in days if row.day in month.to_date(as_of))
    rest = Span(start, month.last)
    levers = _levers(sums_of_days(days, pace_span), percents)
    return WhatIf(rest, days_due(branch, rest), so_far, pace_span, levers)


def needs(plan: WhatIf, extra: int) -> tuple[Need, ...]:
    """For each lever the change that alone would bring `extra` minor units in the days left."""
    values = {lever.code: lever.value for lever in plan.levers}
    first = plan.levers[0].code if plan.levers else ""
    if not first or plan.days <= 0:
        return ()
    found = whatif.needed(
        visitors_per_day=values[first],
        conversion=values.get("conversion", 1.0),
        basket=values.get("basket", 1.0),
        repeat=values.get("repeat", 1.0),
        days=plan.days,
        extra_minor=extra,
    )
    changes = {first: found.visitors_per_day, "conversion": found.conversion}
    changes |= {"basket": found.basket, "repeat": found.repeat}
    return tuple(Need(lever.code, lever.value, changes[lever.code]) for lever in plan.levers)


def _levers(pace: Sums, percents: Mapping[str, int]) -> tuple[Lever, ...]:
    """The factors recorded in the last weeks: visitors × conversion × basket × repeat, or the known end of it."""
    heads = [
        ("visitors", pace.visitor_days),
        ("buyers", pace.days),
        ("orders", pace.days),
        ("revenue", pace.days),
    ]
    chains = {
        "visitors": ("conversion", "basket", "repeat"),
        "buyers": ("basket", "repeat"),
        "orders": ("basket",),
        "revenue": (),
    }
    for head, days in heads:
        factors = {code: pace.value(code) for code in chains[head]}
        total = pace.value(head)
        if total and days and (head == "visitors" or pace.is_known(head)) and all(factors.values()):
            levers = [(head, total / days), *((code, value or 0.0) for code, value in factors.items())]
            return tuple(_lever(code, value, percents.get(code, 0)) for code, value in levers)
    return ()


def _lever(code: str, value: float, percent: int) -> Lever:
    least = 1.0 if code == "repeat" else 0.0
    most = 1.0 if code == "conversion" else None
    return Lever(code, value, min(max(percent, LEAST), MOST), min(least, value), most)


def _product(values: list[float]) -> float:
    if not values:
        return 0.0
    total = 1.0
    for value in values:
        total *= value
    return total
