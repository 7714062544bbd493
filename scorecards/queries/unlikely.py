"""Figures that are possible but unlikely, beside the same weekday's own history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from branches.models import Branch
from formulas.components import COMPONENTS
from formulas.robust import deviations
from scorecards.models import DailyFigures
from scorecards.models.figures import WHOLE_BRANCH
from scorecards.queries.entry import MONEY, Values

WEEKS = 13
FEWEST_DAYS = 5
DEVIATIONS = 3.0
# A member's days scatter far more than a branch's: this finds the slipped decimal point, not the good day.
DEVIATIONS_OF_STAFF = 6.0
CHECKED_OF_STAFF = ("revenue",)


@dataclass(frozen=True)
class Unlikely:
    """An input far from what this weekday usually brings: `usual` is the median, `low` and `high` the extremes.

    Counts, or minor units for money; over `days` days of the last 13 weeks.
    """

    staff_id: int
    name: str
    value: int
    usual: float
    low: int
    high: int
    days: int


def unlikely(branch: Branch, day: date, rows: Mapping[int, Values]) -> list[Unlikely]:
    """The inputs of `rows` (by staff id) that lie too far from the same weekday's last 13 weeks. One query.

    The branch: beyond 3 robust deviations, for every input; a member: beyond 6, for revenue. With fewer than five days
    of history nothing is unlikely. Counts must besides leave the spread of a Poisson count, because small counts hardly
    differ from week to week and every change would be far. Source: Iglewicz & Hoaglin 1993.
    """
    past = _history(branch, day)
    found = (
        _judged(staff_id, name, values.get(name), past[staff_id, name])
        for staff_id, values in rows.items()
        for name in (COMPONENTS if staff_id == WHOLE_BRANCH else CHECKED_OF_STAFF)
    )
    return [judged for judged in found if judged is not None]


def _history(branch: Branch, day: date) -> defaultdict[tuple[int, str], list[int]]:
    days = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    past: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for row in DailyFigures.objects.filter(branch=branch, day__in=days).values("staff_id", *COMPONENTS):
        for name in COMPONENTS:
            if row[name] is not None:
                past[row["staff_id"], name].append(row[name])
    return past


def _judged(staff_id: int, name: str, value: int | None, past: list[int]) -> Unlikely | None:
    if value is None or len(past) < FEWEST_DAYS:
        return None
    limit = DEVIATIONS if staff_id == WHOLE_BRANCH else DEVIATIONS_OF_STAFF
    usual = float(np.median(past))
    if abs(deviations(value, past)) <= limit or abs(value - usual) <= _least_gap(name, usual):
        return None
    return Unlikely(staff_id, name, value, usual, min(past), max(past), len(past))


def _least_gap(name: str, usual: float) -> float:
    """Three standard deviations of a Poisson count of that size; nothing for money."""
    return 0.0 if name in MONEY else DEVIATIONS * float(np.sqrt(usual + 1))
