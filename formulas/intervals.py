"""How sure a figure is: 95 % intervals for shares, net promoter scores and ratios of sums.

Every function takes single numbers or arrays whose shapes broadcast, and gives the same back.
"""

from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from formulas.arrays import Floats

#: The normal quantile of a two-sided 95 % interval.
Z_95: Final = 1.959964


@overload
def wilson(x: float, n: float, z: float = Z_95) -> tuple[float, float]: ...
@overload
def wilson(x: npt.ArrayLike, n: npt.ArrayLike, z: float = Z_95) -> tuple[Floats, Floats]: ...
def wilson(x: npt.ArrayLike, n: npt.ArrayLike, z: float = Z_95) -> tuple[Any, Any]:
    """(low, high) of the share x / n, fractions from 0 to 1: the score interval.

    It holds for small n and for shares at 0 and 1, where the normal interval fails.
    NaN where n is 0 or not recorded, or x is not within 0 … n.
    Source: Wilson 1927, JASA 22:209-212; Newcombe 1998, Stat Med 17:857-872, method 3.
    """
    hits, size = _floats(x), _floats(n)
    possible = (size > 0) & (hits >= 0) & (hits <= size)
    size = np.where(possible, size, np.nan)
    share = hits / size
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * np.sqrt(share * (1 - share) / size + (z / (2 * size)) ** 2)
    # At the ends the formula gives 0 and 1 exactly; floats miss them by a hair.
    low = np.where(hits == 0, size * 0.0, centre - half)
    high = np.where(hits == size, size / size, centre + half)
    return low[()], high[()]


@overload
def nps(promoters: float, detractors: float, n: float, z: float = Z_95) -> tuple[float, float, float]: ...
@overload
def nps(
    promoters: npt.ArrayLike, detractors: npt.ArrayLike, n: npt.ArrayLike, z: float = Z_95
) -> tuple[Floats, Floats, Floats]: ...
def nps(
    promoters: npt.ArrayLike, detractors: npt.ArrayLike, n: npt.ArrayLike, z: float = Z_95
) -> tuple[Any, Any, Any]:
    """(value, low, high) of the net promoter score, −100 … 100: variance p + d − (p − d)², normal interval.

    The interval is trustworthy from n = 20 on; below, a metric is not scored, and answers that all agree
    give an interval of no width. NaN where n is 0 or not recorded, or the counts do not fit into n.
    """
    plus, minus, size = _floats(promoters), _floats(detractors), _floats(n)
    possible = (size > 0) & (plus >= 0) & (minus >= 0) & (plus + minus <= size)
    size = np.where(possible, size, np.nan)
    balance = (plus - minus) / size
    variance = np.maximum((plus + minus) / size - balance**2, 0)
    half = z * np.sqrt(variance / size)
    low, high = np.maximum(balance - half, -1), np.minimum(balance + half, 1)
    return (100 * balance)[()], (100 * low)[()], (100 * high)[()]


def ratio_of_sums(
    numerators: npt.ArrayLike, denominators: npt.ArrayLike, z: float = Z_95
) -> tuple[Any, Any, Any]:
    """(value, low, high) of Σ numerators / Σ denominators from the values of single days: delta method.

    Days lie along the last axis: (days,) gives three numbers, (n, days) three arrays (n,). A day with NaN on
    either side is left out. Value and interval as `ratio_from_sums`.
    """
    x, y = np.broadcast_arrays(_floats(numerators), _floats(denominators))
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = np.where(known, x, 0.0), np.where(known, y, 0.0)
    n, sum_x, sum_y, xx, yy, xy = (v.sum(axis=-1) for v in (known, x, y, x * x, y * y, x * y))
    return ratio_from_sums(n, sum_x, sum_y, xx, yy, xy, z)


def ratio_from_sums(
    n: npt.ArrayLike,
    sum_x: npt.ArrayLike,
    sum_y: npt.ArrayLike,
    sum_xx: npt.ArrayLike,
    sum_yy: npt.ArrayLike,
    sum_xy: npt.ArrayLike,
    z: float = Z_95,
) -> tuple[Any, Any, Any]:
    """(value, low, high) of R = Σx / Σy from the sums over n days: what a database can add up.

    Var R = n / (n − 1) · Σ(x − R y)² / (Σy)², normal interval. The value is NaN where Σy is 0 or n is 0,
    the ends also where n is below 2: one day says nothing about the spread.
    Source: delta method for a ratio estimator (Cochran 1977, Sampling Techniques, ch. 6).
    """
    days, x, y = _floats(n), _floats(sum_x), _floats(sum_y)
    y = np.where((days > 0) & (y != 0), y, np.nan)
    value = x / y
    # Never below 0 but for the last digits of the sums.
    squares = np.maximum(_floats(sum_xx) - 2 * value * _floats(sum_xy) + value**2 * _floats(sum_yy), 0)
    spread = np.where(days > 1, days, np.nan) / np.where(days > 1, days - 1, 1.0)
    half = z * np.sqrt(spread * squares) / np.abs(y)
    return value[()], (value - half)[()], (value + half)[()]


def difference(
    value: npt.ArrayLike,
    within: tuple[npt.ArrayLike, npt.ArrayLike],
    base: npt.ArrayLike,
    base_within: tuple[npt.ArrayLike, npt.ArrayLike],
) -> tuple[Any, Any]:
    """(low, high) of value − base from the (low, high) of both, which are independent of each other; their unit.

    Source: Newcombe 1998, Stat Med 17:873-890, method 10; for any two intervals Zou & Donner 2008, Stat Med
    27:1693-1702. NaN where one of the six is.
    """
    v, v_low, v_high = _floats(value), *map(_floats, within)
    b, b_low, b_high = _floats(base), *map(_floats, base_within)
    low = v - b - np.sqrt((v - v_low) ** 2 + (b_high - b) ** 2)
    high = v - b + np.sqrt((v_high - v) ** 2 + (b - b_low) ** 2)
    return low[()], high[()]


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
