"""Rows refused while a file is read, with the cell that is to blame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from scorecards.services.figures.problems import Problem

MOST_LISTED = 10_000
MOST_SHOWN_OF_A_CELL = 80


class Refusals:
    """Collects refused rows. All are counted (`found`: a row and reason is one), the first MOST_LISTED are kept.

    `unrecorded`: cells that say "not recorded" in words (heading, as written), which are no mistakes but are told.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.found = 0
        self.unrecorded: Counter[tuple[str, str]] = Counter()
        self._numbers: list[np.ndarray] = []

    def add(self, numbers: np.ndarray, column: str, values: Sequence[str], code: str, **params: Any) -> None:
        """Note rows by number with the refused cells of a column."""
        self._numbers.append(np.asarray(numbers, np.int64))
        self.found += len(numbers)
        room = max(MOST_LISTED - len(self.problems), 0)
        for number, value in list(zip(numbers, values, strict=True))[:room]:
            self.problems.append(Problem(int(number), column, clean(value), code, params))

    def add_problems(self, problems: Sequence[Problem], numbers: np.ndarray, found: int) -> None:
        """Note problems that the rules found, how many there are in all, and the rows that they concern."""
        self._numbers.append(np.asarray(numbers, np.int64))
        self.found += found
        self.problems.extend(problems[: max(MOST_LISTED - len(self.problems), 0)])

    @property
    def numbers(self) -> np.ndarray:
        """The numbers of the refused rows, each once, in order."""
        return np.unique(np.concatenate(self._numbers)) if self._numbers else np.zeros(0, np.int64)

    def ordered(self) -> list[Problem]:
        """The problems in the order of the file."""
        return sorted(self.problems, key=lambda problem: problem.row or 0)


def clean(value: str) -> str:
    """A refused cell as it is kept: short, without control characters."""
    text = "".join(mark for mark in str(value) if mark.isprintable())
    return text if len(text) <= MOST_SHOWN_OF_A_CELL else text[:MOST_SHOWN_OF_A_CELL] + "…"
