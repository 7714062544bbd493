"""From values to scores, from scores to the capability index, and the points each metric adds or takes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from formulas.arrays import Floats

#: The score of a metric at or beyond its stretch value, unless a policy says otherwise.
DEFAULT_CAP: Final = 120.0
#: The score of a metric that is exactly on target; points count from here.
ON_TARGET: Final = 100.0


class Direction(StrEnum):
    """Which way a metric is better."""

    HIGHER = "+"
    LOWER = "-"
    TARGET = "target"  #: both ways from the target is worse


def score(
    value: npt.ArrayLike,
    *,
    floor: npt.ArrayLike,
    target: npt.ArrayLike,
    stretch: npt.ArrayLike | None = None,
    direction: Direction = Direction.HIGHER,
    cap: float = DEFAULT_CAP,
) -> Floats:
    """The score of each value: 0 at the floor, 100 at the target, linear on to the cap at the stretch.

    Values and policies broadcast; NaN in the value, floor or target gives NaN (not scored). Without a
    stretch (None or NaN) 100 is the most. `Direction.TARGET`: 100 at the target, 0 at the floor's distance
    on either side; the stretch is not used.
    Raises ValueError when floor, target and stretch do not follow each other in the metric's direction, or
    the cap is below 100.
    """
    values, low, goal = _floats(value), _floats(floor), _floats(target)
    far = _floats(np.nan if stretch is None else stretch)
    _refuse_policy(low, goal, far, direction, cap)
    if direction is Direction.TARGET:
        distance = np.abs(values - goal) / np.abs(goal - low)
        return np.asarray(ON_TARGET * np.maximum(1 - distance, 0))
    return _towards(values, low, goal, far, cap)


def enough(values: npt.ArrayLike, denominators: npt.ArrayLike, least: npt.ArrayLike) -> Floats:
    """The values that may be scored: NaN where the denominator is too small or not recorded."""
    return np.where(_floats(denominators) >= _floats(least), _floats(values), np.nan)


def effective_weights(scores: npt.ArrayLike, weights: npt.ArrayLike) -> Floats:
    """The share of each score in the mean: (…, k), rows adding up to 1, 0 for a score that is NaN.

    The weight of what is not scored is spread over the others in proportion to their own. A row with nothing
    scored, or with weights of 0 only, is NaN throughout.
    Raises ValueError for a weight that is negative or missing.
    """
    marks, given = _floats(scores), _floats(weights)
    if not (given >= 0).all():
        raise ValueError("Weights must be known and not negative.")
    counted = np.where(np.isnan(marks), 0.0, given)
    sums = counted.sum(axis=-1, keepdims=True)
    return np.asarray(counted / np.where(sums > 0, sums, np.nan))


def weighted_mean(scores: npt.ArrayLike, weights: npt.ArrayLike) -> Floats:
    """The weighted mean of the scores that are there: (…, k) to (…), NaN where none is.

    Raises ValueError for a weight that is negative or missing.
    """
    marks = _floats(scores)
    shares = effective_weights(marks, weights)
    mean = (shares * np.where(np.isnan(marks), 0.0, marks)).sum(axis=-1)
    return np.asarray(mean)


@dataclass(frozen=True, eq=False, slots=True)
class Card:
    """The scores of n units: NaN = nothing scored."""

    capabilities: Floats  #: (n, c)
    index: Floats  #: (n,)
    points: Floats  #: (n, m), 0 where a metric is not scored; each row adds up to index − 100


def card(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    capability: npt.ArrayLike,
    capability_weights: npt.ArrayLike,
) -> Card:
    """Capability scores, the capability index and every metric's points in it.

    `scores` is (n, m), `weights` (m,) or (n, m), `capability` (m,) the row 0 … c − 1 of
    `capability_weights` (c,) that a metric belongs to. Points are what a metric adds to (or, below its
    target, takes from) an index of 100: its share of the index × (score − 100). Raises ValueError for a
    weight that is negative or missing.
    """
    marks, owner = np.atleast_2d(_floats(scores)), np.asarray(capability, dtype=np.intp)
    given = np.broadcast_to(_floats(weights), marks.shape)
    count = len(_floats(capability_weights))
    shares = np.zeros(marks.shape)
    capabilities = np.full((len(marks), count), np.nan)
    for number in range(count):
        own = owner == number
        shares[:, own] = np.nan_to_num(effective_weights(marks[:, own], given[:, own]))
        capabilities[:, number] = weighted_mean(marks[:, own], given[:, own])
    outer = np.nan_to_num(effective_weights(capabilities, capability_weights))[:, owner]
    points = np.where(np.isnan(marks), 0.0, shares * outer * (marks - ON_TARGET))
    return Card(capabilities, weighted_mean(capabilities, capability_weights), points)


def _towards(values: Floats, low: Floats, goal: Floats, far: Floats, cap: float) -> Floats:
    """The rising score; it serves both directions, as the signs of both differences turn together."""
    upto = ON_TARGET * np.clip((values - low) / (goal - low), 0, 1)
    beyond = (cap - ON_TARGET) * np.clip((values - goal) / (far - goal), 0, 1)
    # Without a stretch there is no bonus; a value that is not there is NaN in `upto` already.
    return np.asarray(upto + np.where(np.isnan(beyond), 0.0, beyond))


def _refuse_policy(low: Floats, goal: Floats, far: Floats, direction: Direction, cap: float) -> None:
    if cap < ON_TARGET:
        raise ValueError(f"The cap must be at least {ON_TARGET:g}, not {cap:g}.")
    if direction is Direction.TARGET:
        if (low == goal).any():
            raise ValueError("The floor must differ from the target.")
        return
    sign = -1 if direction is Direction.LOWER else 1
    if (sign * (goal - low) <= 0).any() or (sign * (far - goal) <= 0).any():
        raise ValueError("Floor, target and stretch must follow each other in the metric's direction.")


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
