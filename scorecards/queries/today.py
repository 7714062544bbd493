"""How a branch stands this morning: the newest day, the month to date, the trend, and what was unusual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from branches.models import Branch, User
from branches.queries import trading_days
from formulas.periods import Kind, Span, period_of, previous_span, year_before_span
from formulas.robust import deviations
from scorecards.models import Card, Level
from scorecards.queries.comparison import (
    PREVIOUS,
    Comparison,
    Day,
    compare,
    default_against,
    of_card,
    sums_of_days,
)
from scorecards.queries.days import days_of_branch

WEEKS = 13
UNLIKELY = 3.0
"""Robust deviations beyond which a figure is called unusual."""
WORTH_SAYING = 0.05
"""And it must differ from the usual by this share: a steady figure makes small differences unlikely, not important."""
WATCHED = ("revenue", "visitors", "conversion", "orders", "basket", "repeat")
LOOK_BACK = 14
"""Days before today within which a missing day is the manager's next step."""


@dataclass(frozen=True)
class Week:
    """A full week's revenue, minor units, and that of the same days a year before; None: no figures."""

    starts_on: date
    revenue: int | None
    year_before: int | None


@dataclass(frozen=True)
class Unusual:
    """A figure of the newest day far from its weekday's own history: median and the middle half of it."""

    code: str
    value: float
    usual: float
    low: float
    high: float


@dataclass(frozen=True)
class Today:
    """The page's numbers.

    `month`: the month to date of the newest day that the cards reach, None before the first card; `month_base` the days
    that it is compared with; `days_due` its trading days. `newest`: the newest day with figures at this branch, None
    without any in 13 weeks; `day` compares it with the same weekday a week before. `history`: how many earlier days of
    that weekday were looked at. `missing`: trading days of the last fortnight without figures, newest first.
    """

    month: Comparison | None
    month_base: Span
    days_due: int
    newest: date | None
    day: Comparison | None
    weeks: tuple[Week, ...]
    unusual: tuple[Unusual, ...]
    history: int
    missing: tuple[date, ...]

    @property
    def day_before(self) -> date | None:
        """The day that the newest is compared with: the same weekday a week before."""
        return self.newest - timedelta(days=7) if self.newest else None


def today_of(user: User, branch: Branch, *, as_of: date, today: date, against: str) -> Today:
    """The numbers of the Today page. `today`: the branch's local date. `against`: "" for the best there is.

    Two queries and those of the trading calendar.
    """
    cards = _cards(user, branch, as_of)
    since = as_of - timedelta(weeks=WEEKS)
    days = days_of_branch(user, branch, [Span(since, max(as_of, today - timedelta(days=1)))])
    month = cards.get((Kind.MONTH.value, period_of(as_of, Kind.MONTH).first))
    against = against or (default_against(month) if month else PREVIOUS)
    newest = max((row.day for row in days if row.day <= as_of), default=None)
    unusual, history = _unusual(days, newest)
    return Today(
        month=of_card(month, against) if month else None,
        month_base=_month_base(as_of, against),
        days_due=month.days_due if month else 0,
        newest=newest,
        day=_day_comparison(days, newest),
        weeks=_weeks(cards, as_of),
        unusual=unusual,
        history=history,
        missing=_missing(branch, days, today),
    )


def _cards(user: User, branch: Branch, as_of: date) -> dict[tuple[str, date], Card]:
    """The branch's month and week cards of the last 14 weeks, by kind and first day."""
    cards = Card.objects.for_user(user).filter(
        level=Level.BRANCH,
        unit_id=branch.pk,
        kind__in=[Kind.WEEK.value, Kind.MONTH.value],
        starts_on__range=(as_of - timedelta(weeks=WEEKS + 1), as_of),
    )
    return {(card.kind, card.starts_on): card for card in cards}


def _month_base(as_of: date, against: str) -> Span:
    period = period_of(as_of, Kind.MONTH)
    if against == PREVIOUS:
        return previous_span(period, as_of)
    return year_before_span(period.to_date(as_of))


def _day_comparison(days: list[Day], newest: date | None) -> Comparison | None:
    if newest is None:
        return None
    week_before = newest - timedelta(days=7)
    current, base = (sums_of_days(days, Span(day, day)) for day in (newest, week_before))
    return compare(current, base, PREVIOUS)


def _weeks(cards: dict[tuple[str, date], Card], as_of: date) -> tuple[Week, ...]:
    """The last 13 weeks that are over, oldest first; a running week would look like a fall."""
    running = period_of(as_of + timedelta(days=1), Kind.WEEK).first
    starts = [running - timedelta(weeks=n) for n in range(WEEKS, 0, -1)]
    found = [(start, cards.get((Kind.WEEK.value, start))) for start in starts]
    return tuple(
        Week(start, card.revenue if card else None, card.year_before_revenue if card else None)
        for start, card in found
    )


def _unusual(days: list[Day], newest: date | None) -> tuple[tuple[Unusual, ...], int]:
    """What was unusual on the newest day, and how many earlier days of its weekday there are."""
    if newest is None:
        return (), 0
    earlier = [row for row in days if row.day < newest and row.day.weekday() == newest.weekday()]
    current = next(row for row in days if row.day == newest)
    found = (_one_unusual(code, current, earlier) for code in WATCHED)
    return tuple(item for item in found if item is not None), len(earlier)


def _one_unusual(code: str, current: Day, earlier: list[Day], least: int = 5) -> Unusual | None:
    value = current.value(code)
    history = np.array([v for v in (row.value(code) for row in earlier) if v is not None], dtype=np.float64)
    if value is None or len(history) < least or abs(deviations(value, history)) <= UNLIKELY:
        return None
    low, usual, high = (float(v) for v in np.percentile(history, [25, 50, 75]))
    if abs(value - usual) <= WORTH_SAYING * abs(usual):
        return None
    return Unusual(code, float(value), usual, low, high)


def _missing(branch: Branch, days: list[Day], today: date) -> tuple[date, ...]:
    """The trading days of the last fortnight, yesterday at the latest, without figures; newest first."""
    span = Span(today - timedelta(days=LOOK_BACK), today - timedelta(days=1))
    matrix = trading_days([branch.pk], span.first, span.last)[1]
    known = {row.day for row in days}
    is_open = matrix[0] if len(matrix) else np.zeros(span.days, dtype=bool)
    missing = [day for day, open_ in zip(span, is_open, strict=True) if open_ and day not in known]
    return tuple(reversed(missing))
