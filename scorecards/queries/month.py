"""A branch's month of figures, day by day, as it is stored."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from branches.models import Branch
from branches.queries import trading_days
from formulas.components import COMPONENTS
from scorecards.models import DailyFigures, FigureChange
from scorecards.models.figures import WHOLE_BRANCH


@dataclass(frozen=True)
class StoredDay:
    """One day: the branch's row (None without figures), how many members have rows, how many changes were made.

    `trades`: by the calendar. `is_over`: no figures are missed before the day is.
    """

    day: date
    figures: DailyFigures | None
    members: int
    changes: int
    trades: bool
    is_over: bool

    @property
    def is_gap(self) -> bool:
        """True for a trading day that is over and has no figures."""
        return self.trades and self.is_over and self.figures is None

    @property
    def values(self) -> list[int | None]:
        """The branch's inputs in the order of the wide row."""
        return [getattr(self.figures, name) if self.figures else None for name in COMPONENTS]


def month_of(branch: Branch, first: date, *, today: date) -> list[StoredDay]:
    """The days of the month that starts with `first`, to today at the latest; at most nine queries."""
    end = min(first.replace(day=monthrange(first.year, first.month)[1]), today)
    count = (end - first).days + 1
    if count < 1:
        return []
    rows = DailyFigures.objects.filter(branch=branch, day__range=(first, end))
    whole = {row.day: row for row in rows.filter(staff_id=WHOLE_BRANCH)}
    members = dict(rows.of_staff().order_by().values_list("day").annotate(n=Count("staff_id")))
    changes = FigureChange.objects.filter(branch=branch, day__range=(first, end))
    counts = dict(changes.order_by().values_list("day").annotate(n=Count("pk")))
    trades = trading_days([branch.pk], first, end)[1][0]
    days = [first + timedelta(days=n) for n in range(count)]
    return [
        StoredDay(day, whole.get(day), members.get(day, 0), counts.get(day, 0), bool(open_), day < today)
        for day, open_ in zip(days, trades, strict=True)
    ]
