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
_IN_MEMORY = 64 * 1024 * 1024


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
    """One thing to do when the night is written: replace cards, or set the ranks of cards that else stay.

    `replaced`: the units whose cards of that period and level go first; None: all. `block` None: only take away.
    """

    period: Period
    level: Level
    block: Block | None
    replaced: Ints | None = None
    ranks_only: bool = False


class Spool:
    """What was computed and is not yet written: in memory, and beyond 64 MB in a file that nobody else sees.

    The database is locked for the writing only, not while a night is computed.
    """

    def __init__(self) -> None:
        self._file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the spool
        self._orders: list[Order] = []
        self.rows = 0

    def add(self, order: Order) -> None:
        """Keep an order; its numbers go to the file."""
        if order.block is not None:
            self.rows += len(order.block.values)
            np.save(self._file, order.block.values, allow_pickle=False)
            np.save(self._file, order.block.trend, allow_pickle=False)
            head = Block(order.block.period, order.block.ends_on, order.block.level, np.zeros((0, 0)))
            order = Order(order.period, order.level, head, order.replaced, order.ranks_only)
        self._orders.append(order)

    def __iter__(self) -> Iterator[Order]:
        """The orders as they were added, with their numbers."""
        self._file.seek(0)
        for order in self._orders:
            if order.block is not None:
                order.block.values = np.load(self._file, allow_pickle=False)
                order.block.trend = np.load(self._file, allow_pickle=False)
            yield order
            if order.block is not None:
                order.block.values = order.block.trend = np.zeros((0, 0))

    def __len__(self) -> int:
        return len(self._orders)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
