"""Places in a league table, within peer groups, with the places that chance alone allows."""

from typing import Final

import numpy as np
import numpy.typing as npt

from formulas.arrays import Floats, Ints

_FEW: Final = 32
_SIZES: Final = 16


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

    One unit is surely ahead of another if the interval of their difference leaves zero out. That interval is recovered
    from the two units' own: the upper of two values v, w with the ends (l, u) and (m, x) is ahead if
    v − w > √((v − l)² + (x − w)²); otherwise it is "no real difference". Two whole intervals that overlap a little may
    therefore be apart, as they should: their ends are not both wrong at once. A value without an interval (NaN ends)
    may stand anywhere. In groups of more than 32 the intervals are taken in 16 sizes, each rounded up, so that a range
    may be a few places too wide. O(n log n).
    Source: Zou & Donner 2008, Stat Med 27:1693-1702; Newcombe 1998, Stat Med 17:873-890, method 10.
    """
    marks, group = _signed(values, higher_is_better), _codes(groups)
    ranked = ~np.isnan(marks)
    lower, upper = _signed(low, higher_is_better), _signed(high, higher_is_better)
    if not higher_is_better:
        lower, upper = upper, lower
    down, up = (np.where(np.isnan(end), np.inf, np.abs(marks - end)) for end in (lower, upper))
    of = np.bincount(group[ranked], minlength=_group_count(group))[group]
    ahead, behind = np.zeros(len(marks), dtype=np.int64), np.zeros(len(marks), dtype=np.int64)
    for code in range(_group_count(group)):
        peers = np.flatnonzero(ranked & (group == code))
        ahead[peers] = _count_surely_above(marks[peers], down[peers], up[peers])
        behind[peers] = _count_surely_above(-marks[peers], up[peers], down[peers])
    return np.where(ranked, 1 + ahead, 0), np.where(ranked, of - behind, 0)


def _count_surely_above(values: Floats, down: Floats, up: Floats) -> Ints:
    """How many of the values are surely above each of them, from how far each reaches down and up."""
    found = np.zeros(len(values), dtype=np.int64)
    known = np.flatnonzero(np.isfinite(down))
    by_size = known[np.argsort(down[known], kind="stable")]
    for part in np.array_split(by_size, len(known) if 0 < len(known) <= _FEW else _SIZES):
        limits = values + np.hypot(up, down[part].max(initial=0.0))
        found += len(part) - np.searchsorted(np.sort(values[part]), limits, side="right")
    return found


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
