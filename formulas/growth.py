"""How far a sum of daily revenues has moved from one span to another, and how far chance alone could have moved it.

Chance is the day-to-day variation that is left when the known pattern is taken out: days are compared with days of
their own weekday, and where each day has its own counterpart in the other span, pair by pair. Days count as independent
of one another. Every array has one row per unit; a value that is not known is NaN.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from formulas.arrays import Flags, Floats
from formulas.intervals import Z_95

#: Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond, Abramowitz & Stegun 26.7.5 is as good.
# fmt: off
_T_95: Final = np.array([
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
])
# fmt: on


class Days(NamedTuple):
    """The days of a span as sums: how many were recorded, Σx and Σx², each (n,).

    `weekday_days` and `weekday_totals` are the days and Σx of every weekday, (n, 7); rows that do not add up to `days`
    say that weekdays were not kept.
    """

    days: Floats
    total: Floats
    squares: Floats
    weekday_days: Floats
    weekday_totals: Floats


class Pairs(NamedTuple):
    """Days with their counterparts as sums, each (n,): pairs, Σx now, Σy before, Σx², Σy², Σxy."""

    pairs: Floats
    now: Floats
    before: Floats
    now_squares: Floats
    before_squares: Floats
    products: Floats


class Variance(NamedTuple):
    """A variance in squared units of the sum, and the degrees of freedom of its estimate; both NaN where unknown."""

    value: Floats
    freedom: Floats


def variance_of_sum(span: Days) -> Variance:
    """The variance of Σx over the span's days, with the weekday taken out where there are enough days for it.

    Weekdays are strata. With n days on W weekdays, n_w of them with the sum S_w on weekday w:
    SS = Σx² − Σ_w S_w² / n_w, s² = SS / (n − W), Var(Σx) = n s²; n − W degrees of freedom. One s² serves all weekdays:
    with equally many days of each it is the same as adding up their own variances.
    This needs two days of each weekday on average, n ≥ 2 W: with fewer, hardly any day has another to be compared with.
    There, as where weekdays were not kept, all days are one stratum: Var(Σx) = n / (n − 1) · (Σx² − (Σx)² / n), with
    n − 1 degrees of freedom. The weekday pattern then counts as chance, which errs on the wide side. Unknown
    below two days.
    Source: stratified sampling with a pooled variance, Cochran 1977, Sampling Techniques, 3rd ed., ch. 5 and 5A.9.
    """
    strata = (span.weekday_days > 0).sum(axis=1)
    within = (span.weekday_days.sum(axis=1) == span.days) & (span.days >= 2 * strata)
    each = np.where(span.weekday_days > 0, span.weekday_days, 1.0)
    explained = np.where(
        within, (span.weekday_totals**2 / each).sum(axis=1), span.total**2 / _at_least(1, span.days)
    )
    freedom = span.days - np.where(within, strata, 1)
    variance = span.days / _at_least(1, freedom) * np.maximum(span.squares - explained, 0.0)
    return _known(variance, freedom, freedom > 0)


def variance_apart(now: Days, before: Days) -> Variance:
    """The variance of X − R Y, with R = X / Y held fixed, where the days of the two spans have nothing in common.

    V(X) + R² V(Y). Degrees of freedom by Welch and Satterthwaite: (a + b)² / (a² / f + b² / g).
    Source: delta method for a ratio; Satterthwaite 1946, Biometrics Bulletin 2:110-114.
    """
    above, below = variance_of_sum(now), variance_of_sum(before)
    rest = now.total / np.where(before.total > 0, before.total, np.nan)
    scaled = rest**2 * below.value
    parts = above.value**2 / above.freedom + scaled**2 / below.freedom
    freedom = np.where(
        parts > 0, (above.value + scaled) ** 2 / np.where(parts > 0, parts, 1.0), above.freedom
    )
    return _known(above.value + scaled, freedom, ~np.isnan(parts))


def variance_of_pairs(pairs: Pairs, days: Floats) -> Variance:
    """The variance of X − R Y where day meets day: what the two have in common, weekday and season too, goes out.

    From n pairs with r = Σx / Σy: s² = Σ(x − r y)² / (n − 1), n − 1 degrees of freedom. `days` of the longer of the two
    spans: a day without a counterpart counts as one pair more, Var = max(n, days) · s². Unknown below two pairs, and
    where fewer than half of the days have a counterpart.
    Source: ratio estimator, Cochran 1977, Sampling Techniques, 3rd ed., ch. 6.
    """
    ratio = pairs.now / np.where(pairs.before > 0, pairs.before, np.nan)
    squares = pairs.now_squares - 2 * ratio * pairs.products + ratio**2 * pairs.before_squares
    freedom = pairs.pairs - 1
    value = np.maximum(pairs.pairs, days) / _at_least(1, freedom) * np.maximum(squares, 0.0)
    return _known(value, freedom, (freedom > 0) & (2 * pairs.pairs >= days) & ~np.isnan(ratio))


def pairs_of_weekdays(now: Days, before: Days) -> Pairs:
    """The days of two spans of at most a week, paired by their weekday; no pairs where one has a weekday twice."""
    short = np.asarray(((now.weekday_days <= 1) & (before.weekday_days <= 1)).all(axis=1))
    both = (now.weekday_days > 0) & (before.weekday_days > 0) & short[:, None]
    x, y = (np.where(both, span.weekday_totals, 0.0) for span in (now, before))
    return Pairs(*(values.sum(axis=1) for values in (both * 1.0, x, y, x * x, y * y, x * y)))


def first_known(better: Variance, other: Variance) -> Variance:
    """Row by row the first estimate where there is one, else the second."""
    known = ~np.isnan(better.value)
    return Variance(
        np.where(known, better.value, other.value), np.where(known, better.freedom, other.freedom)
    )


def weekday_mix(now: Days, before: Days) -> Floats:
    """ln of what the mix of weekdays alone makes of a day's mean revenue, as (n,); 0: the same mix, or not known.

    Each weekday at its mean over both spans, weighted by the days of the one against those of the other: a month with
    five Saturdays against one with four.
    """
    days = now.weekday_days + before.weekday_days
    means = (now.weekday_totals + before.weekday_totals) / _at_least(1, days)
    above, below = (
        (span.weekday_days * means).sum(axis=1) / _at_least(1, span.weekday_days.sum(axis=1))
        for span in (now, before)
    )
    known = (above > 0) & (below > 0)
    return np.asarray(np.log(np.where(known, above, 1.0) / np.where(known, below, 1.0)))


def growth(
    now: Floats, before: Floats, variance: Floats, freedom: Floats | float = np.inf, mix: Floats | float = 0.0
) -> tuple[Floats, Floats, Floats]:
    """(growth, low, high): X / Y − 1 with its 95 % interval, as fractions.

    With the `variance` of X − R Y, the ends are X / Y · exp(∓t √variance / X) − 1, t of Student's distribution.
    The interval is widened on one side so that it also holds what the growth would be without the `mix` of weekdays.
    NaN without revenue before; the ends also without revenue now, or where the variance is not known.
    Source: delta method on ln(X / Y).
    """
    rest = now / np.where(before > 0, before, np.nan)
    half = student_95(freedom) * np.sqrt(variance) / np.where(now > 0, now, np.nan)
    low, high = rest * np.exp(-half - np.maximum(mix, 0)), rest * np.exp(half - np.minimum(mix, 0))
    return rest - 1, low - 1, high - 1


def student_95(freedom: npt.ArrayLike) -> Floats:
    """The quantile of Student's t of a two-sided 95 % interval; degrees are rounded down, NaN stays."""
    degrees = np.asarray(freedom, dtype=np.float64)
    known = degrees >= 1
    few = np.where(known, np.minimum(degrees, len(_T_95)), 1).astype(np.int64)
    inverse = 1 / np.where(known, degrees, 1)
    many = Z_95 + (Z_95**3 + Z_95) / 4 * inverse + (5 * Z_95**5 + 16 * Z_95**3 + 3 * Z_95) / 96 * inverse**2
    return np.where(known, np.where(degrees > len(_T_95), many, _T_95[few - 1]), np.nan)


def _at_least(least: float, values: Floats) -> Floats:
    return np.maximum(values, least)


def _known(value: Floats, freedom: Floats, known: Flags) -> Variance:
    return Variance(np.where(known, value, np.nan), np.where(known, freedom, np.nan))
