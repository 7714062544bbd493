"""Rows refused while a file is read, with the cell that is to blame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scorecards.services.figures.problems import Problem

MOST_LISTED = 10_000
MOST_SHOWN_OF_A_CELL = 80


class Refusals:
    """Collects refused rows. All are counted, the first MOST_LISTED are kept with their reason."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._numbers: list[np.ndarray] = []

    def add(self, numbers: np.ndarray, column: str, values: Sequence[str], code: str, **params: Any) -> None:
        """Note rows by number with the refused cells of a column."""
        self._numbers.append(np.asarray(numbers, np.int64))
        room = max(MOST_LISTED - len(self.problems), 0)
        for number, value in list(zip(numbers, values, strict=True))[:room]:
            self.problems.append(Problem(int(number), column, clean(value), code, params))

    def add_problems(self, problems: Sequence[Problem], numbers: np.ndarray) -> None:
        """Note problems that the rules found, and the numbers of all rows that they concern."""
        self._numbers.append(np.asarray(numbers, np.int64))
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
