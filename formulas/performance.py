"""The performance formula: revenue = visitors × conversion × basket × repeat.

Source: the identity of docs/concepts.md; definitions of the five inputs as recorded per branch and day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Self

import numpy as np
import numpy.typing as npt

from formulas.arrays import Flags, Floats


class Chain(IntEnum):
    """How far up the formula can be written with what is recorded in both periods."""

    FULL = 4  #: visitors × conversion × basket × (1 + repurchase rate + extension rate), or × repeat
    BUYERS = 3  #: buyers × basket × (1 + repurchase rate + extension rate), or × repeat
    ORDERS = 2  #: orders × basket
    REVENUE = 1  #: revenue alone
    NONE = 0  #: revenue is not known in one of the periods


@dataclass(frozen=True, eq=False, slots=True)
class Inputs:
    """The summed inputs of n units in one period: float64 arrays of shape (n,), NaN = not recorded.

    Counts, and revenue in minor units. A unit that was not open in the period has zeros, not NaN: that is
    what tells an opening from a gap in the records (see `closed_where`).
    Raises ValueError when the arrays differ in shape.
    """

    visitors: Floats
    buyers: Floats
    orders: Floats
    repeat_orders: Floats
    extension_orders: Floats
    revenue: Floats

    def __post_init__(self) -> None:
        shapes = {getattr(self, name).shape for name in _NAMES}
        if len(shapes) > 1 or len(next(iter(shapes))) != 1:
            raise ValueError(f"The inputs must be arrays of one length, not {sorted(shapes)}.")

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.ArrayLike]) -> Self:
        """Inputs from columns by name; None in a column is "not recorded", and so is a missing column.

        Other names are ignored. Raises ValueError when the columns differ in length or none is given.
        """
        given = {n: np.asarray(arrays[n], dtype=np.float64) for n in _NAMES if n in arrays}
        if not given:
            raise ValueError(f"None of the formula's inputs is given: {', '.join(_NAMES)}.")
        absent = np.full(next(iter(given.values())).shape, np.nan)
        return cls(**{name: given.get(name, absent) for name in _NAMES})

    @classmethod
    def one(
        cls,
        visitors: float | None = None,
        buyers: float | None = None,
        orders: float | None = None,
        repeat_orders: float | None = None,
        extension_orders: float | None = None,
        revenue: float | None = None,
    ) -> Self:
        """The inputs of a single unit, as arrays of length 1; None = not recorded."""
        values = (visitors, buyers, orders, repeat_orders, extension_orders, revenue)
        return cls(*(np.array([value], dtype=np.float64) for value in values))

    def __len__(self) -> int:
        return len(self.revenue)

    def closed_where(self, closed: Flags) -> Self:
        """The same inputs with 0 for every unit that was not open at all in the period; `closed` is (n,)."""
        return type(self)(*(np.where(closed, 0.0, getattr(self, name)) for name in _NAMES))


_NAMES = tuple(field.name for field in fields(Inputs))


@dataclass(frozen=True, eq=False, slots=True)
class Factors:
    """The factors of n units: float64 (n,), NaN where not recorded or where the denominator is 0."""

    conversion: Floats  #: buyers / visitors, a fraction
    basket: Floats  #: revenue / orders, minor units per order
    repeat: Floats  #: orders / buyers
    repurchase_rate: Floats  #: repeat orders / buyers
    extension_rate: Floats  #: extension orders / buyers


def factors(inputs: Inputs) -> Factors:
    """The factors of the formula, each the ratio of summed inputs."""
    return Factors(
        conversion=ratio(inputs.buyers, inputs.visitors),
        basket=ratio(inputs.revenue, inputs.orders),
        repeat=ratio(inputs.orders, inputs.buyers),
        repurchase_rate=ratio(inputs.repeat_orders, inputs.buyers),
        extension_rate=ratio(inputs.extension_orders, inputs.buyers),
    )


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """numerator / denominator of equal shape, NaN where either is NaN or the denominator is 0."""
    defined = ~np.isnan(denominator) & (denominator != 0)
    quotient = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=defined)
    return quotient


def chain_of(base: Inputs, current: Inputs) -> npt.NDArray[np.int8]:
    """The longest `Chain` that can be calculated for each unit in both periods: int8 (n,).

    An input counts as recorded only where the factors exist that rest on it: 0 visitors beside buyers, 0
    orders beside revenue, buyers without orders or orders without buyers, and revenue below 0 (more returned
    than sold) shorten the chain.
    """
    revenue = ~np.isnan(base.revenue) & ~np.isnan(current.revenue)
    orders = revenue & _orders_usable(base) & _orders_usable(current)
    buyers = orders & _buyers_usable(base) & _buyers_usable(current)
    visitors = buyers & _visitors_usable(base) & _visitors_usable(current)
    # The four are nested, so their count is the chain.
    return revenue.astype(np.int8) + orders + buyers + visitors


def split_known(base: Inputs, current: Inputs) -> Flags:
    """Where repeat and extension orders are recorded in both periods and make up the orders: bool (n,)."""
    return _split_adds_up(base) & _split_adds_up(current)


# Comparisons with NaN are False, so each of these is also False where an input is not recorded.


def _orders_usable(inputs: Inputs) -> Flags:
    usable: Flags = (inputs.revenue >= 0) & (
        (inputs.orders > 0) | ((inputs.orders == 0) & (inputs.revenue == 0))
    )
    return usable


def _buyers_usable(inputs: Inputs) -> Flags:
    usable: Flags = (inputs.buyers >= 0) & ((inputs.buyers > 0) == (inputs.orders > 0))
    return usable


def _visitors_usable(inputs: Inputs) -> Flags:
    usable: Flags = (inputs.visitors > 0) | ((inputs.visitors == 0) & (inputs.buyers == 0))
    return usable


def _split_adds_up(inputs: Inputs) -> Flags:
    parts = inputs.buyers + inputs.repeat_orders + inputs.extension_orders
    adds_up: Flags = (parts == inputs.orders) & (inputs.repeat_orders >= 0) & (inputs.extension_orders >= 0)
    return adds_up
