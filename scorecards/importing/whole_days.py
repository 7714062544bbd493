"""Days that are stored whole or not at all.

Where several rows of a file make one day of a branch (receipts, parts that add up, people), a refused row leaves the
day incomplete: stored without it, its figures would be wrong and nobody would see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from scorecards.importing.lookup import UNKNOWN
from scorecards.services.figures.rows import Rows


@dataclass(frozen=True)
class Lines:
    """Where the rows of a file belong, and their numbers in it, before they are added up."""

    day: np.ndarray
    branch: np.ndarray
    number: np.ndarray

    def pair(self) -> np.ndarray:
        """One number per (branch, day), as that of Rows."""
        return pairs(self.branch, self.day)


def lines_of(parts: Sequence[Any]) -> Lines:
    """The lines of several portions (anything with day, branch and number), in half the room."""
    return Lines(
        np.concatenate([np.asarray(part.day).astype("datetime64[D]").astype(np.int32) for part in parts]),
        np.concatenate([np.asarray(part.branch, np.int32) for part in parts]),
        np.concatenate([np.asarray(part.number, np.int32) for part in parts]),
    )


def pairs(branch: np.ndarray, day: np.ndarray) -> np.ndarray:
    """One number per (branch, day)."""
    return branch.astype(np.int64) * 1_000_000 + day.astype(np.int64)


class Incomplete:
    """The days that lack a refused row. A row that names its branch but no readable day may belong to any day there.

    `nowhere`: rows of which not even the branch can be told (none is named, or one that is not known); they make no day
    incomplete.
    """

    def __init__(self) -> None:
        self._pairs: list[np.ndarray] = []
        self._branches: list[np.ndarray] = []
        self.nowhere = 0

    def lacks(self, rows: Rows, lost: np.ndarray) -> None:
        """Note that the rows where `lost` is true were refused."""
        if not lost.any():
            return
        known = lost & (rows.branch != UNKNOWN)
        dated = known & ~np.isnat(rows.day)
        self._pairs.append(np.unique(rows.pair()[dated]))
        self._branches.append(np.unique(rows.branch[known & ~dated]))
        self.nowhere += int((lost & ~known).sum())

    def among(self, lines: Lines | Rows) -> np.ndarray:
        """Which of these rows belong to an incomplete day."""
        held = np.zeros(len(lines.branch), bool)
        if any(len(found) for found in self._pairs):
            held |= np.isin(lines.pair(), np.concatenate(self._pairs))
        if any(len(found) for found in self._branches):
            held |= np.isin(lines.branch, np.concatenate(self._branches))
        return held


@dataclass(frozen=True)
class Held:
    """What waits for a refused row: numbers of sound rows, and the branches (ids) and days that they belong to."""

    numbers: np.ndarray
    days: list[tuple[int, date]]


def held_back(lines: Lines | Rows, incomplete: Incomplete, refused: np.ndarray) -> Held:
    """The sound rows of incomplete days; `refused`: numbers of the refused rows."""
    held = incomplete.among(lines) & ~np.isin(lines.number, refused)
    _, first = np.unique(lines.pair()[held], return_index=True)
    days = lines.day[held][first].astype("datetime64[D]").tolist()
    return Held(
        lines.number[held].astype(np.int64), list(zip(lines.branch[held][first].tolist(), days, strict=True))
    )
