"""Cards of one period and level as a matrix, the form in which they are computed, kept aside and written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np

from formulas.arrays import Floats, Ints
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.services.recompute.numbers import Columns

_HEAD = {"kind", "starts_on", "level", "ends_on", "trend"}
NUMBERS = tuple(column.name for column in Card._meta.concrete_fields if column.name not in _HEAD)
"""The numeric columns of a card, in the order of a block's matrix."""
PLACE = {name: n for n, name in enumerate(NUMBERS)}
RANKS = tuple(
    f"{base}_{name}"
    for base in ("previous", "year_before")
    for name in ("rank", "rank_of", "rank_best", "rank_worst")
)
_IN_MEMORY = 16 << 20


@dataclass(eq=False)
class Block:
    """Cards of one period and level: `values` is (n, len(NUMBERS)), NaN for NULL; `trend` (n, weeks) or (n, 0)."""

    period: Period
    ends_on: date
    level: Level
    values: Floats
    trend: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    @classmethod
    def of(cls, period: Period, ends_on: date, level: Level, columns: Columns) -> Block:
        """A block from columns by name; a column that is not given is NULL."""
        values = np.full((len(columns["unit_id"]), len(NUMBERS)), np.nan)
        for name, column in columns.items():
            values[:, PLACE[name]] = column
        return cls(period, ends_on, level, values, np.zeros((len(values), 0)))

    def column(self, name: str) -> Floats:
        """One column by name."""
        return self.values[:, PLACE[name]]

    def columns(self) -> Columns:
        """All columns by name, as views."""
        return {name: self.values[:, n] for name, n in PLACE.items()}

    @property
    def units(self) -> Ints:
        """The ids of the units."""
        return self.column("unit_id").astype(np.int64)


@dataclass(frozen=True, eq=False)
class Order:
    """Cards that are to be written in the place of those of the same period and level.

    `replaced`: the units whose stored cards go first; None: all of them.
    """

    period: Period
    level: Level
    block: Block
    replaced: Ints | None = None


@dataclass(frozen=True, eq=False)
class Moved:
    """Branches whose cards stay as they are but for their places: units and their ranks, (n, len(RANKS))."""

    period: Period
    units: Ints
    ranks: Floats


class Spool:
    """What was computed and is not yet written: in memory, and beyond 16 MB in a file that nobody else sees.

    The database is locked for the writing only, not while a night is computed.
    """

    def __init__(self) -> None:
        self._file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the spool
        self._ranks: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the spool
        self.orders: list[Order] = []
        self._moved: list[Period] = []
        self.rows = 0

    def add(self, order: Order) -> None:
        """Keep an order; its numbers go to the file."""
        self.rows += len(order.block.values)
        np.save(self._file, order.block.values, allow_pickle=False)
        np.save(self._file, order.block.trend, allow_pickle=False)
        head = Block(order.block.period, order.block.ends_on, order.block.level, np.zeros((0, 0)))
        self.orders.append(Order(order.period, order.level, head, order.replaced))

    def add_moved(self, moved: Moved) -> None:
        """Keep ranks that changed."""
        if len(moved.units):
            np.save(self._ranks, moved.units, allow_pickle=False)
            np.save(self._ranks, moved.ranks, allow_pickle=False)
            self._moved.append(moved.period)

    def __iter__(self) -> Iterator[Order]:
        """The orders as they were added, with their numbers."""
        self._file.seek(0)
        for order in self.orders:
            order.block.values = np.load(self._file, allow_pickle=False)
            order.block.trend = np.load(self._file, allow_pickle=False)
            yield order
            order.block.values = order.block.trend = np.zeros((0, 0))

    def moved(self) -> Iterator[Moved]:
        """The ranks as they were added."""
        self._ranks.seek(0)
        for period in self._moved:
            units = np.load(self._ranks, allow_pickle=False)
            yield Moved(period, units, np.load(self._ranks, allow_pickle=False))

    def close(self) -> None:
        """Give the files back."""
        self._file.close()
        self._ranks.close()
