"""The small line beside a unit in a list: revenue of the last thirteen whole weeks, on the month's card."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db.models import QuerySet

from formulas.arrays import Floats, Ints
from formulas.periods import Kind
from scorecards.models import Card, Level
from scorecards.services.recompute.blocks import Block
from scorecards.services.recompute.plan import trend_weeks
from scorecards.services.recompute.sums import DayNumber
from scorecards.services.recompute.tables import read_matrix

_EPOCH = date(1970, 1, 1)
_FEW = 500


class Trends:
    """Revenue of weeks by unit: learnt from the weeks of this run, looked up in the stored cards for the others.

    A run computes its weeks before its months (`plan.batches`).
    """

    def __init__(self) -> None:
        self._learnt: dict[tuple[Level, date], tuple[Ints, Floats]] = {}
        self._whole: set[tuple[Level, date]] = set()

    def follow(self, blocks: Iterable[Block], *, whole: bool) -> None:
        """Learn from the blocks of a week, give those of a month their trend. `whole`: all units of the level."""
        for block in blocks:
            if block.period.kind == Kind.WEEK:
                self._learn(block, whole or block.level != Level.BRANCH)
            elif block.period.kind == Kind.MONTH:
                block.trend = self._trend(block)

    def _learn(self, block: Block, whole: bool) -> None:
        key = block.level, block.period.first
        self._learnt[key] = block.units, block.column("revenue").copy()
        if whole:
            self._whole.add(key)

    def _trend(self, block: Block) -> Floats:
        """(n, 13), oldest week first; NaN where nothing was recorded."""
        weeks, units = trend_weeks(block.ends_on), block.units
        trend = np.full((len(units), len(weeks)), np.nan)
        asked = {week: n for n, week in enumerate(weeks) if (block.level, week) not in self._whole}
        if asked:
            stored = read_matrix(_stored(block, list(asked)))
            place, known = _places(units, stored[:, 1].astype(np.int64))
            columns = {(week - _EPOCH).days: n for week, n in asked.items()}
            column = np.array([columns[int(day)] for day in stored[:, 0]], dtype=np.int64)
            trend[place[known], column[known]] = stored[known, 2]
        for n, week in enumerate(weeks):
            learnt = self._learnt.get((block.level, week))
            if learnt is not None:
                place, known = _places(units, learnt[0])
                trend[place[known], n] = learnt[1][known]
        return trend


def _stored(block: Block, weeks: list[date]) -> QuerySet:
    """(day number of the Monday, unit, revenue) of the stored cards; only the block's own units if they are few."""
    cards = Card.objects.filter(kind=Kind.WEEK.value, level=block.level, starts_on__in=weeks)
    if len(block.values) <= _FEW:
        cards = cards.filter(unit_id__in=block.units.tolist())
    return (
        cards.order_by().annotate(monday=DayNumber("starts_on")).values_list("monday", "unit_id", "revenue")
    )


def _places(units: Ints, keys: Ints) -> tuple[Ints, np.ndarray]:
    """Each key's place in the sorted `units`, and whether it is there."""
    if not len(units):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    place = np.searchsorted(units, keys).clip(max=len(units) - 1)
    return place, units[place] == keys
