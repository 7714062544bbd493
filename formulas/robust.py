"""How unusual a value is beside its own history, in robust deviations."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from formulas.arrays import Floats, Ints

# What makes the median and the mean absolute deviation estimate the standard deviation of normal values.
_MEDIAN_SCALE: Final = 1.4826
_MEAN_SCALE: Final = 1.2533


def deviations(value: npt.ArrayLike, history: npt.ArrayLike) -> Any:
    """How far a value lies from its own history: (value − median) / (1.4826 · MAD), signed.

    Above 3 either way is unlikely. `history` is (…, h), its last axis the past values (NaN is left
    out), `value` (…); the result is (…), a plain number for a single value. Where more than half of the
    history is equal (MAD 0) the mean absolute deviation × 1.2533 serves; where all of it is equal, the
    result is 0 at that value and ±infinity elsewhere. NaN without a value or a history.
    Source: Iglewicz & Hoaglin 1993, How to Detect and Handle Outliers.
    """
    past = np.asarray(history, dtype=np.float64)
    count = (~np.isnan(past)).sum(axis=-1)
    centre = _median(past, count)
    distance = np.abs(past - centre[..., None])
    spread = _MEDIAN_SCALE * _median(distance, count)
    mean = _MEAN_SCALE * np.nansum(distance, axis=-1) / np.maximum(count, 1)
    scale = np.where(spread == 0, mean, spread)
    gap = np.asarray(value, dtype=np.float64) - centre
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap == 0, 0.0, gap / scale)[()]


def _median(values: Floats, count: Ints) -> Floats:
    """The median of each row's first `count` values in order; NaN sorts last. NaN where there are none."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)
    below = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[..., None], axis=-1)
    above = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[-1] - 1)[..., None], axis=-1)
    return np.asarray((below[..., 0] + above[..., 0]) / 2)
