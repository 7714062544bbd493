"""What the registered metrics gave: cards by period, kept aside until they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import numpy as np

from formulas.arrays import Floats, Ints
from formulas.periods import Period
from scorecards.metrics import Metric
from scorecards.services.recompute.plan import Branches

PARTS: Final = ("numerator", "denominator", "squares")
ENDS: Final = ("value", "low", "high")
_IN_MEMORY: Final = 16 << 20


@dataclass(frozen=True, eq=False)
class Cards:
    """The metric cards of one period that are written: places of the metrics, and (n, 6) parts, value and ends."""

    level: Ints
    unit: Ints
    metric: Ints
    numbers: Floats


@dataclass(frozen=True, eq=False)
class Replaced:
    """Whose cards of a period go: those of these branches and regions, and the company's; None: all."""

    branches: Branches
    regions: Ints


class MetricNight:
    """By period whose cards change, and the cards: in memory, and beyond 16 MB in a file that nobody else sees."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics
        self.replaced: dict[Period, Replaced] = {}
        self._file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the night

    def add(self, period: Period, replaced: Replaced, cards: Cards) -> None:
        """Keep the cards of a period, of which there is none yet."""
        self.replaced[period] = replaced
        for array in astuple(cards):
            np.save(self._file, array, allow_pickle=False)

    def __iter__(self) -> Iterator[tuple[Period, Cards]]:
        """The periods that have cards, as they were added."""
        self._file.seek(0)
        for period in self.replaced:
            cards = Cards(*(np.load(self._file, allow_pickle=False) for _array in range(4)))
            if len(cards.unit):
                yield period, cards

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
