"""Rows refused while a file is read, with the cell that is to blame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from scorecards.services.figures.problems import Problem

MOST_LISTED = 50_000
"""As many as rows are handed back, each with what is wrong with it."""
MOST_GROUPS = 10_000
MOST_SHOWN_OF_A_CELL = 80
FIRST_ROWS = 3
UNKNOWN_BRANCH, UNKNOWN_STAFF = "unknown_branch_code", "unknown_staff"


@dataclass
class Group:
    """Equal problems (column, value, reason): the first of them, how many there are, their first row numbers."""

    problem: Problem
    count: int = 0
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Unknown:
    """Names in a column that mean no branch (or person): how many `rows`, how many different `names`, and those with
    their rows, the most frequent first (of the first MOST_GROUPS only).
    """

    column: str
    rows: int
    names: int
    found: list[tuple[str, int]]


class Refusals:
    """Collects refused rows. All are counted (`found`: a row and reason is one), the first MOST_LISTED are kept; equal
    ones are put together, in up to MOST_GROUPS.

    `unrecorded`: cells that say "not recorded" in words (heading, as written), which are no mistakes but are told.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.found = 0
        self.unrecorded: Counter[tuple[str, str]] = Counter()
        self._numbers: list[np.ndarray] = []
        self._groups: dict[tuple[str, str, str], dict[str, Group]] = {}
        self._grouped = 0
        self._names: dict[str, list[np.ndarray]] = {UNKNOWN_BRANCH: [], UNKNOWN_STAFF: []}
        self._rows: Counter[str] = Counter()

    def add(self, numbers: np.ndarray, column: str, values: Sequence[str], code: str, **params: Any) -> None:
        """Note rows by number with the refused cells of a column."""
        self._numbers.append(np.asarray(numbers, np.int64))
        self.found += len(numbers)
        room = max(MOST_LISTED - len(self.problems), 0)
        for number, value in zip(numbers[:room], values[:room], strict=True):
            self.problems.append(Problem(int(number), column, clean(value), code, params))
        like = Problem(None, column, "", code, params)
        self._together(self._same(like), numbers.tolist(), values, like)
        if code in self._names:
            self._rows[code] += len(numbers)
            self._names[code].append(_hashes(values))

    def add_problems(self, problems: Sequence[Problem], numbers: np.ndarray, found: int) -> None:
        """Note problems that the rules found, how many there are in all, and the rows that they concern."""
        self._numbers.append(np.asarray(numbers, np.int64))
        self.found += found
        self.problems.extend(problems[: max(MOST_LISTED - len(self.problems), 0)])
        for one in problems:
            self._together(self._same(one), [one.row], [one.value], one)

    def _same(self, like: Problem) -> dict[str, Group]:
        params = repr(like.params) if like.params else ""
        return self._groups.setdefault((like.column, like.code, params), {})

    def _together(
        self, same: dict[str, Group], rows: Sequence[int | None], values: Sequence[str], like: Problem
    ) -> None:
        """Put problems that differ in nothing but row and value with those of the same value."""
        for row, value in zip(rows, values, strict=True):
            key = value[: MOST_SHOWN_OF_A_CELL + 1]  # cells that are shown alike are alike
            group = same.get(key)
            if group is None:
                if self._grouped == MOST_GROUPS:
                    continue
                self._grouped += 1
                group = same[key] = Group(replace(like, row=row, value=clean(value)))
            group.count += 1
            if row is not None and len(group.rows) < FIRST_ROWS:
                group.rows.append(row)

    @property
    def numbers(self) -> np.ndarray:
        """The numbers of the refused rows, each once, in order."""
        return np.unique(np.concatenate(self._numbers)) if self._numbers else np.zeros(0, np.int64)

    def ordered(self) -> list[Problem]:
        """The problems in the order of the file."""
        return sorted(self.problems, key=lambda problem: problem.row or 0)

    def groups(self) -> list[Group]:
        """The groups of equal problems in the order of their first rows."""
        found = [group for same in self._groups.values() for group in same.values()]
        return sorted(found, key=lambda group: group.problem.row or 0)

    def unknown(self, code: str) -> Unknown | None:
        """What the file calls branches (UNKNOWN_BRANCH) or people (UNKNOWN_STAFF) that are not known; None if none."""
        if not self._rows[code]:
            return None
        found = [group for group in self.groups() if group.problem.code == code]
        often = sorted(found, key=lambda group: -group.count)
        names = len(np.unique(np.concatenate(self._names[code])))
        counted = [(group.problem.value, group.count) for group in often]
        return Unknown(found[0].problem.column if found else "", self._rows[code], names, counted)


def clean(value: str) -> str:
    """A refused cell as it is kept: short, without control characters."""
    text = "".join(mark for mark in str(value) if mark.isprintable())
    return text if len(text) <= MOST_SHOWN_OF_A_CELL else text[:MOST_SHOWN_OF_A_CELL] + "…"


def _hashes(values: Sequence[str]) -> np.ndarray:
    """A number for each different cell, to count them in all portions without keeping them."""
    return pd.util.hash_array(pd.unique(np.array(values, dtype=object)))
