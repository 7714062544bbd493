"""Splitting a target over days and members, exact to the minor unit."""

from collections.abc import Sequence
from fractions import Fraction
from math import isnan

import numpy as np

from formulas.arrays import Ints

Weights = Sequence[float | None]


def split(total: int, weights: Weights) -> Ints:
    """The total in whole parts in proportion to the weights: int64 (k,), adding up exactly.

    A weight of 0, or one that is missing (None, NaN), gets nothing. What is left after rounding down goes
    to the largest remainders, the earlier part first on a tie; a negative total mirrors the positive one.
    The shares are calculated as fractions, so no amount is too large.
    Raises ValueError for a negative or infinite weight, and when no weight is above 0.
    """
    shares = _fractions(weights)
    exact = [abs(total) * share for share in shares]
    parts = [amount.numerator // amount.denominator for amount in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: abs(total) - sum(parts)]:
        parts[i] += 1
    return np.array(parts, dtype=np.int64) * (1 if total >= 0 else -1)


def split_two_ways(total: int, by_time: Weights, by_member: Weights) -> Ints:
    """The total as a table of days × members, int64 (t, m), that agrees with both single splits.

    Each row adds up to its part of `split(total, by_time)`, each column to its part of `split(total,
    by_member)`, and each cell is less than one minor unit from row × column / total.
    Raises ValueError as `split`, on either side.
    """
    rows, columns = split(abs(total), by_time), split(abs(total), by_member)
    cells = np.zeros((len(rows), len(columns)), dtype=np.int64)
    if total == 0:
        return cells
    exact = [[int(r) * int(c) for c in columns] for r in rows]
    cells[:] = [[amount // abs(total) for amount in row] for row in exact]
    remainders = [[amount % abs(total) for amount in row] for row in exact]
    _raise_to_margins(cells, rows, columns, remainders)
    return cells if total > 0 else -cells


def _raise_to_margins(cells: Ints, rows: Ints, columns: Ints, remainders: list[list[int]]) -> None:
    """Raise cells by one until every row and column has its sum.

    The table of exact values has these very sums, so a table of zeros and ones with the missing sums
    exists; giving each row's units to the columns that lack the most finds one (Ryser 1957). Remainders
    only break ties.
    """
    lacking = columns - cells.sum(axis=0)
    for i, units in enumerate(rows - cells.sum(axis=1)):
        order = sorted(range(len(lacking)), key=lambda j: (-lacking[j], -remainders[i][j]))
        for j in order[: int(units)]:
            cells[i, j] += 1
            lacking[j] -= 1


def _fractions(weights: Weights) -> list[Fraction]:
    """The weights as exact shares that add up to 1."""
    known = [0.0 if w is None or isnan(w) else w for w in weights]
    if any(w < 0 or w == float("inf") for w in known):
        raise ValueError("Weights must be finite and not negative.")
    exact = [Fraction(w) for w in known]
    whole = sum(exact)
    if whole == 0:
        raise ValueError("At least one weight must be above 0.")
    return [share / whole for share in exact]
