"""Whether two spans of days can be compared as they are, and what can be compared where they cannot.

A branch that opened, closed or was refurbished in one of the two has figures on far fewer of its days: the change of
its revenue is true as money, and as a percentage it is nonsense.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from branches.models import Branch, Closure, User
from formulas.periods import Span
from scorecards.queries.comparison import YEAR_BEFORE, Comparison
from scorecards.queries.days import days_of_branch

ALIKE = 0.9
"""The smaller share of days with figures over the larger one, below which a percentage is not given unsaid."""
LONG_CLOSURE = 3
"""Days of a closure from which it is worth a word."""


@dataclass(frozen=True)
class LikeForLike:
    """What can be compared, in minor units: the sums of the `days` with figures in both spans, or, where `days` is 0,
    averages per day with figures.
    """

    current: float
    base: float
    days: int = 0

    @property
    def growth(self) -> float | None:
        """The relative change; None from nothing."""
        return (self.current - self.base) / self.base if self.base else None


def is_alike(comparison: Comparison) -> bool:
    """Whether both spans have figures on about the same share of their days, or there is nothing to compare."""
    current, base = comparison.current, comparison.base
    if base is None or comparison.change is None or not current.days or not base.days:
        return True
    shares = sorted((current.days / current.span.days, base.days / base.span.days))
    return shares[0] >= ALIKE * shares[1]


def per_day(comparison: Comparison) -> LikeForLike | None:
    """The averages per day with figures, of spans that are not alike; None otherwise."""
    current, base = comparison.current, comparison.base
    if is_alike(comparison) or base is None or current.revenue is None or base.revenue is None:
        return None
    return LikeForLike(current.revenue / current.days, base.revenue / base.days)


def like_for_like(user: User, branch: Branch, comparison: Comparison) -> LikeForLike | None:
    """Of a year before the days with figures in both, each beside its day 364 days earlier; else averages per day.

    None where the two are alike. One query where they are not and a year lies between them.
    """
    base = comparison.base
    if is_alike(comparison) or base is None:
        return None
    return (
        _paired(user, branch, comparison, base.span) if comparison.against == YEAR_BEFORE else None
    ) or per_day(comparison)


def _paired(user: User, branch: Branch, comparison: Comparison, base: Span) -> LikeForLike | None:
    span = comparison.current.span
    days = {day.day: day.revenue for day in days_of_branch(user, branch, [span, base])}
    shift = span.first - base.first
    both = [
        (now, before)
        for day in span
        if (now := days.get(day)) is not None and (before := days.get(day - shift)) is not None
    ]
    if not both:
        return None
    return LikeForLike(sum(now for now, _ in both), sum(before for _, before in both), len(both))


@dataclass(frozen=True)
class Shut:
    """Days on which a branch was closed all the same, and why."""

    first: date
    last: date
    reason: str


def closures_within(branch: Branch, *spans: Span) -> list[Shut]:
    """The branch's own closures of three days and more that touch one of the spans, oldest first. One query."""
    found = Closure.objects.filter(branch=branch).order_by("first_day")
    return [
        Shut(one.first_day, one.last_day, one.reason)
        for one in found
        if (one.last_day - one.first_day).days + 1 >= LONG_CLOSURE
        and any(one.first_day <= span.last and span.first <= one.last_day for span in spans)
    ]
