"""Rounding, named once: shown parts add up to the shown total, halves go away from zero, money is exact."""

from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import numpy.typing as npt

from formulas.arrays import Floats, Ints

# Wide enough for every amount in a bigint with every number of decimals: nothing is lost before the rounding.
_EXACT = Context(prec=80)
# Remainders closer than this are ties of a calculation in floats, not differences of the figures.
_TIE_DECIMALS = 6


def largest_remainder(parts: npt.ArrayLike, total: npt.ArrayLike) -> Ints:
    """Whole parts that add up exactly to the whole total, each less than one unit from its exact value.

    `parts` is (…, k) and may hold negative values, `total` an integer or (…); the result is int64 (…, k).
    Every part is rounded down, then the units that are left go to the parts with the largest remainders, the
    earlier one first on a tie. A part of exactly 0 stays 0.
    Raises ValueError for parts that are not finite, or that do not add up to the total within one unit.
    Source: method of largest remainders (Hamilton 1792), as used for published tables.
    """
    exact: Floats = np.asarray(parts, dtype=np.float64).round(_TIE_DECIMALS)
    goal = np.asarray(total, dtype=np.int64)
    _refuse_wrong_sum(exact, goal)
    whole = np.floor(exact)
    counts = exact != 0
    # Zeros last, then the largest remainder first; a stable sort keeps the order of ties.
    order = np.argsort(np.where(counts, whole - exact, 1.0), axis=-1, kind="stable")
    result = whole.astype(np.int64)
    left = goal - result.sum(axis=-1)
    each, more = np.divmod(left, np.maximum(counts.sum(axis=-1), 1))
    result += np.where(counts, each[..., None], 0)
    places = np.arange(exact.shape[-1]) < more[..., None]
    raised = np.zeros_like(result)
    np.put_along_axis(raised, order, places.astype(np.int64), axis=-1)
    return np.asarray(result + raised, dtype=np.int64)


def _refuse_wrong_sum(parts: Floats, total: Ints) -> None:
    if not np.isfinite(parts).all():
        raise ValueError("Parts to round must be finite numbers.")
    allowed = 1 + 1e-9 * np.abs(parts).sum(axis=-1)
    off = np.abs(parts.sum(axis=-1) - total)
    if (off > allowed).any() or ((parts == 0).all(axis=-1) & (total != 0)).any():
        raise ValueError("The parts to round do not add up to the total.")


def round_half_up(value: Decimal | float | str, digits: int = 0) -> Decimal:
    """The value with `digits` decimals, halves away from zero (2.675 → 2.68, −0.5 → −1).

    A float is taken as the number that it prints as.
    Raises ValueError for NaN, infinity and text that is no number.
    """
    exact = _finite(value)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_EXACT)


def minor_to_decimal(minor: int, digits: int) -> Decimal:
    """An amount in whole minor units as an exact Decimal with `digits` decimals (12345, 2 → 123.45)."""
    return Decimal(int(minor)).scaleb(-digits, context=_EXACT)


def decimal_to_minor(value: Decimal | float | str, digits: int) -> int:
    """An amount in whole minor units; a smaller part is rounded half away from zero (26.1415, 2 → 2614).

    Raises ValueError for NaN, infinity and text that is no number.
    """
    return int(round_half_up(_finite(value).scaleb(digits, context=_EXACT)))


def _finite(value: Decimal | float | str) -> Decimal:
    try:
        # str() first: the Decimal of a float would carry the float's binary tail into the rounding.
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f"{value!r} is not a number.") from error
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a finite number.")
    return exact
