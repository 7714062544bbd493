"""Whether a branch is surely behind: neither day-to-day variation nor days without figures explain that revenue fell.

A branch that lacks two of twenty days seems a tenth below whatever it sold. So the upper end of its growth must stay
below zero when the missing days are filled up with days like those that are in.
"""

from __future__ import annotations

from django.db.models import ExpressionWrapper, F, FloatField, Q


def is_surely_below(high: float | None, days: int, days_due: int) -> bool:
    """Of a branch: the upper end of its growth, its days with figures, and those due."""
    return high is not None and high < 0 and (1 + high) * days_due < days


def surely_below(against: str) -> Q:
    """The same as a condition on cards, against this base."""
    high = f"{against}_growth_high"
    filled = ExpressionWrapper((1 + F(high)) * F("days_due"), output_field=FloatField())
    return Q(**{f"{high}__lt": 0}, days__gt=filled)
