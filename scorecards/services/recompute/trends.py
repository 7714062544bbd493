"""The small line beside a unit in a list: revenue of the last thirteen whole weeks, on the month's card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Q

from formulas.arrays import Floats, Ints
from formulas.periods import Kind
from scorecards.models import Card, Level
from scorecards.services.recompute.blocks import Block, Order
from scorecards.services.recompute.columns import DayNumber
from scorecards.services.recompute.plan import trend_weeks
from scorecards.services.recompute.tables import read_matrix

_EPOCH = date(1970, 1, 1)
_FEW = 500


@dataclass(frozen=True, eq=False)
class _Week:
    """Revenue of a week's units as this run found it. `replaced`: the units whose stored cards go; None: all."""

    units: Ints
    revenue: Floats
    replaced: Ints | None


class Trends:
    """Revenue of weeks by unit: learnt from the weeks of this run, looked up in the stored cards for the others.

    A run computes its weeks before its months (`plan.batches`).
    """

    def __init__(self) -> None:
        self._learnt: dict[tuple[Level, date], _Week] = {}

    def follow(self, orders: Sequence[Order]) -> None:
        """Learn from the cards of weeks, then give those of months their trend."""
        for order in orders:
            if order.period.kind == Kind.WEEK:
                week = _Week(order.block.units, order.block.column("revenue").copy(), order.replaced)
                self._learnt[order.level, order.period.first] = week
        months = [order.block for order in orders if order.period.kind == Kind.MONTH]
        stored = self._stored(months)
        for block in months:
            block.trend = self._trend(block, stored)

    def _trend(self, block: Block, stored: Floats) -> Floats:
        """(n, 13), oldest week first; NaN where nothing was recorded."""
        weeks, units = trend_weeks(block.ends_on), block.units
        trend = np.full((len(units), len(weeks)), np.nan)
        own = stored[stored[:, 0] == int(block.level)]
        for n, first in enumerate(weeks):
            rows = own[own[:, 1] == (first - _EPOCH).days]
            learnt = self._learnt.get((block.level, first))
            if learnt is None:
                _put(trend[:, n], units, rows[:, 2].astype(np.int64), rows[:, 3])
            else:
                rows = rows[:0] if learnt.replaced is None else rows[~np.isin(rows[:, 2], learnt.replaced)]
                _put(trend[:, n], units, rows[:, 2].astype(np.int64), rows[:, 3])
                _put(trend[:, n], units, learnt.units, learnt.revenue)
        return trend

    def _stored(self, blocks: Sequence[Block]) -> Floats:
        """Rows of (level, day number of the Monday, unit, revenue) of the weeks that were not computed whole."""
        units: dict[Level, set[int]] = {}
        weeks: set[date] = set()
        for block in blocks:
            units.setdefault(block.level, set()).update(block.units.tolist())
            weeks.update(week for week in trend_weeks(block.ends_on) if not self._is_whole(block.level, week))
        if not weeks or not any(units.values()):
            return np.zeros((0, 4))
        chosen = Q()
        for level, some in units.items():
            chosen |= Q(level=level, unit_id__in=some) if len(some) <= _FEW else Q(level=level)
        cards = Card.objects.filter(chosen, kind=Kind.WEEK.value, starts_on__in=sorted(weeks)).order_by()
        columns = ("level", "monday", "unit_id", "revenue")
        return read_matrix(cards.annotate(monday=DayNumber("starts_on")).values_list(*columns))

    def _is_whole(self, level: Level, week: date) -> bool:
        learnt = self._learnt.get((level, week))
        return learnt is not None and learnt.replaced is None


def _put(column: Floats, units: Ints, found: Ints, values: Floats) -> None:
    """Set the values of those of the found units that are among the (sorted) units."""
    place, known = _places(units, found)
    column[place[known]] = values[known]


def _places(units: Ints, keys: Ints) -> tuple[Ints, np.ndarray]:
    """Each key's place in the sorted `units`, and whether it is there."""
    if not len(units):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    place = np.searchsorted(units, keys).clip(max=len(units) - 1)
    return place, units[place] == keys
