"""Places in a league table, within peer groups, with the places that chance alone allows."""

import numpy as np
import numpy.typing as npt

from formulas.arrays import Floats, Ints


def rank(values: npt.ArrayLike, groups: npt.ArrayLike, higher_is_better: bool = True) -> tuple[Ints, Ints]:
    """(rank, of): each unit's place in its group, 1 = best, and how many of the group are ranked; int64 (n,).

    Equal values share the best place. A unit whose value is NaN is not ranked: its place is 0.
    `groups` is (n,) of anything that can be compared. O(n log n).
    """
    marks, group = _signed(values, higher_is_better), _codes(groups)
    ranked = ~np.isnan(marks)
    of = np.bincount(group[ranked], minlength=_group_count(group))[group]
    better = _count_above(marks, marks, group)
    return np.where(ranked, better + 1, 0), of.astype(np.int64)


def rank_range(
    values: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    groups: npt.ArrayLike,
    higher_is_better: bool = True,
) -> tuple[Ints, Ints]:
    """(best, worst): the places in its group that a unit's interval allows; int64 (n,), 0 = not ranked.

    One unit is surely ahead of another only if its whole interval lies beyond the other's; intervals that
    touch say "no real difference". A value without an interval (NaN ends) may stand anywhere. O(n log n).
    """
    marks, group = _signed(values, higher_is_better), _codes(groups)
    ranked = ~np.isnan(marks)
    lower, upper = _signed(low, higher_is_better), _signed(high, higher_is_better)
    if not higher_is_better:
        lower, upper = upper, lower
    lower = np.where(ranked, np.where(np.isnan(lower), -np.inf, lower), np.nan)
    upper = np.where(ranked, np.where(np.isnan(upper), np.inf, upper), np.nan)
    of = np.bincount(group[ranked], minlength=_group_count(group))[group]
    best = 1 + _count_above(lower, upper, group)
    worst = of - _count_above(-upper, -lower, group)
    return np.where(ranked, best, 0), np.where(ranked, worst, 0)


def _count_above(values: Floats, limits: Floats, group: Ints) -> Ints:
    """How many values of the same group are strictly above each limit; NaN is never counted.

    Values and limits become whole codes in one common order, and the group goes before the code, so that
    one sort of all units answers for every group at once.
    """
    known = ~np.isnan(values)
    _distinct, codes = np.unique(np.concatenate([values, limits]), return_inverse=True)
    span = len(codes) + 1
    keys = np.sort(group[known] * span + codes[: len(values)][known])
    ends = np.searchsorted(keys, (group + 1) * span, side="left")
    return np.asarray(ends - np.searchsorted(keys, group * span + codes[len(values) :], side="right"))


def _signed(values: npt.ArrayLike, higher_is_better: bool) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return array if higher_is_better else -array


def _codes(groups: npt.ArrayLike) -> Ints:
    """The groups as numbers from 0."""
    return np.unique(np.asarray(groups), return_inverse=True)[1].astype(np.int64)


def _group_count(group: Ints) -> int:
    return int(group.max(initial=-1)) + 1
