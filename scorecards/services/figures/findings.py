"""What the rules found, kept by column so that a file full of errors costs no more than a clean one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from scorecards.services.figures.problems import Problem
from scorecards.services.figures.rows import MISSING, UNREADABLE, Rows

Params = Callable[[int], dict[str, Any]]


def _nothing(place: int) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Finding:
    """One rule broken at some places of the rows; `params` gives the words' values for a place."""

    places: np.ndarray
    column: str
    code: str
    params: Params = _nothing


class Findings:
    """Collects broken rules for some rows; `bad` says which rows are refused."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._found: list[Finding] = []
        self.bad = np.zeros(len(rows), bool)

    def add(self, broken: np.ndarray, column: str, code: str, params: Params = _nothing) -> None:
        """Note that the rows where `broken` (boolean) is true break a rule."""
        places = np.flatnonzero(broken)
        if len(places):
            self.bad[places] = True
            self._found.append(Finding(places, column, code, params))

    @property
    def size(self) -> int:
        """How many problems there are; a row and reason is one, in however many columns."""
        places: dict[str, list[np.ndarray]] = {}
        for finding in self._found:
            places.setdefault(finding.code, []).append(finding.places)
        return sum(len(np.unique(np.concatenate(found))) for found in places.values())

    def problems(self, most: int | None = None) -> list[Problem]:
        """What to tell the reader, in the order of the rows, at most so many."""
        ordered = sorted(
            (
                (int(self._rows.number[place]), order, finding, int(place))
                for order, finding, place in self._each()
            ),
            key=lambda found: found[:2],
        )
        return [self._problem(finding, place) for _, _, finding, place in islice(ordered, most)]

    def _each(self) -> Iterator[tuple[int, Finding, int]]:
        for order, finding in enumerate(self._found):
            for place in finding.places:
                yield order, finding, int(place)

    def _problem(self, finding: Finding, place: int) -> Problem:
        number = int(self._rows.number[place])
        return Problem(
            number if number > 0 else None,
            finding.column,
            self._value(finding.column, place),
            finding.code,
            finding.params(place),
        )

    def _value(self, column: str, place: int) -> str:
        if column == "day":
            return "" if np.isnat(self._rows.day[place]) else str(self._rows.day[place])
        if column in self._rows.values:
            value = int(self._rows.values[column][place])
            return "" if value in (MISSING, UNREADABLE) else str(value)
        ids = {"branch_id": self._rows.branch, "staff_id": self._rows.staff}.get(column)
        # A rule may also be broken by what is stored already, in a column that these rows do not bring.
        return "" if ids is None or ids[place] < 0 else str(ids[place])
