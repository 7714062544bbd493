"""Driver attribution: how much money of a change in revenue each factor of the formula explains.

Additive LMDI-I (Ang 2005, Energy Policy 33:867-871), zeros by their analytical limits (Ang & Liu 2007,
Energy Policy 35:238-246). Revenue is written as a sum over the kinds of order,
V_j = visitors × conversion × basket × y_j with y = (1, repurchase rate, extension rate), so that both
halves of repeat come out exactly as well.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from formulas.arrays import Flags, Floats, Ints
from formulas.performance import Chain, Inputs, chain_of, split_known
from formulas.rounding import largest_remainder

#: The columns of `Attribution.parts`.
PARTS: Final = (
    "visitors",
    "conversion",
    "buyers",
    "orders",
    "basket",
    "repurchase",
    "extension",
    "repeat",
    "revenue",
    "openings",
)
_AT: Final = {name: i for i, name in enumerate(PARTS)}


@dataclass(frozen=True, eq=False, slots=True)
class Attribution:
    """The change in revenue of n units, part by part, in minor units.

    `parts` is float64 (n, 10), columns as `PARTS`, 0 for a part that is not in the unit's chain; each row
    adds up to `total`. `chain` is int8 (n,) of `Chain`. `total` is float64 (n,), NaN (with parts all 0) for
    `Chain.NONE`.
    """

    parts: Floats
    chain: npt.NDArray[np.int8]
    total: Floats


def log_mean(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """The logarithmic mean (a − b) / (ln a − ln b), elementwise; L(a, a) = a, L(a, 0) = 0, NaN below 0.

    Symmetric to the last bit, and exact for neighbours, where the plain formula loses its digits.
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    low, high = np.minimum(first, second), np.maximum(first, second)
    gap = high - low
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = gap / np.log1p(gap / low)
    mean = np.where(gap == 0, low, mean)
    return np.where(low > 0, mean, np.where(low == 0, 0.0, np.nan))


def attribute(base: Inputs, current: Inputs) -> Attribution:
    """The parts of each unit's change in revenue from `base` to `current`, by the unit's own chain.

    `FULL`: visitors, conversion, basket, repurchase, extension; `BUYERS`: buyers in the place of the first
    two; `ORDERS`: orders, basket; `REVENUE`: revenue. Where the kinds of order are not recorded in both
    periods, `repeat` stands for repurchase and extension. A unit without buyers in one of the periods
    (without orders, without revenue in the shorter chains) has its whole change in `openings`; where there
    were orders but no revenue, `basket` takes it all.
    Raises ValueError when the two hold different numbers of units.
    """
    if len(base) != len(current):
        raise ValueError(f"Both periods need the same units, not {len(base)} and {len(current)}.")
    chain = chain_of(base, current)
    total = current.revenue - base.revenue
    opened = _starts_or_ends(base, current, chain)
    for_nothing = ~opened & (chain >= Chain.ORDERS) & ((base.revenue == 0) | (current.revenue == 0))
    inner = ~opened & ~for_nothing & (chain >= Chain.ORDERS)
    parts = np.zeros((len(base), len(PARTS)))
    _fill_inner(parts, base, current, chain, inner)
    parts[opened, _AT["openings"]] = total[opened]
    parts[for_nothing, _AT["basket"]] = total[for_nothing]
    alone = ~opened & (chain == Chain.REVENUE)
    parts[alone, _AT["revenue"]] = total[alone]
    return Attribution(parts=parts, chain=chain, total=total)


def rounded(attribution: Attribution, totals: npt.ArrayLike) -> Ints:
    """The parts in whole minor units: int64 (n, 10), each row adding up exactly to its total.

    `totals` (n,) are the integer changes in revenue; they are not looked at where the chain is `NONE` (all
    parts are 0 there).
    Raises ValueError when the totals are not those of the attribution.
    """
    known = attribution.chain != Chain.NONE
    whole = np.zeros(attribution.parts.shape, dtype=np.int64)
    goal = np.asarray(totals)[known].astype(np.int64)
    whole[known] = largest_remainder(attribution.parts[known], goal)
    return whole


def roll_up(parts: Ints, parent: npt.ArrayLike, count: int) -> Ints:
    """The parts of the units above: the sums of their children's parts, so every level adds up exactly.

    `parts` is (n, k), `parent` (n,) the row 0 … count − 1 of the unit above; the result is (count, k).
    """
    above = np.zeros((count, parts.shape[1]), dtype=np.int64)
    np.add.at(above, np.asarray(parent, dtype=np.intp), parts)
    return above


def attribute_general(factors_base: npt.ArrayLike, factors_current: npt.ArrayLike) -> Floats:
    """Additive LMDI-I of a sum of products: V = Σ over rows of the product of the row's factors.

    Both arrays are (rows, k); the result (k,) adds up to V_current − V_base. A factor that is 0 in one of the
    periods takes its row's whole change (shared equally where several are).
    Raises ValueError for negative or missing factors, or shapes that differ.
    Source: Ang 2005; Ang & Liu 2007.
    """
    base, current = _checked_factors(factors_base, factors_current)
    value_base, value_current = base.prod(axis=1), current.prod(axis=1)
    zero = (base == 0) | (current == 0)
    logs = np.log(np.where(zero, 1.0, current) / np.where(zero, 1.0, base))
    shares = log_mean(value_current, value_base)[:, None] * logs
    change = (value_current - value_base)[:, None]
    limits = zero * change / np.maximum(zero.sum(axis=1, keepdims=True), 1)
    return np.asarray((np.where(zero, 0.0, shares) + limits).sum(axis=0))


def attribute_general_ratio(factors_base: npt.ArrayLike, factors_current: npt.ArrayLike) -> Floats:
    """Multiplicative LMDI-I: (k,) whose product is V_current / V_base; NaN where one of the two is 0.

    Arguments and errors as `attribute_general`. Source: Ang 2005, D_x = exp(ΔV_x / L(V_T, V_0)).
    """
    base, current = _checked_factors(factors_base, factors_current)
    mean = log_mean(current.prod(axis=1).sum(), base.prod(axis=1).sum())
    if not mean > 0:
        return np.full(base.shape[1], np.nan)
    return np.exp(attribute_general(base, current) / mean)


def _starts_or_ends(base: Inputs, current: Inputs, chain: npt.NDArray[np.int8]) -> Flags:
    """Where the count at the head of the chain is 0 in one of the periods."""

    def is_zero(inputs: Inputs) -> Flags:
        heads = [chain >= Chain.BUYERS, chain == Chain.ORDERS, chain == Chain.REVENUE]
        return np.select(heads, [inputs.buyers == 0, inputs.orders == 0, inputs.revenue == 0], default=False)

    return is_zero(base) | is_zero(current)


def _fill_inner(
    parts: Floats, base: Inputs, current: Inputs, chain: npt.NDArray[np.int8], inner: Flags
) -> None:
    """Write the LMDI parts of the rows `inner`, whose counts and revenue are positive in both periods."""
    full, buyers = inner & (chain == Chain.FULL), inner & (chain == Chain.BUYERS)
    split = (full | buyers) & split_known(base, current)
    visitor_log = _log_change(base.visitors, current.visitors, full)
    buyer_log = _log_change(base.buyers, current.buyers, full | buyers)
    order_log = _log_change(base.orders, current.orders, inner)
    weight = _kinds_of_order(parts, base, current, split, buyer_log)
    weight = np.where(inner & ~split, log_mean(base.revenue, current.revenue), weight)
    parts[:, _AT["visitors"]] = weight * visitor_log
    parts[:, _AT["conversion"]] = weight * np.where(full, buyer_log - visitor_log, 0.0)
    parts[:, _AT["buyers"]] = weight * np.where(buyers, buyer_log, 0.0)
    parts[:, _AT["orders"]] = weight * np.where(chain == Chain.ORDERS, order_log, 0.0)
    parts[:, _AT["repeat"]] = weight * np.where((full | buyers) & ~split, order_log - buyer_log, 0.0)
    revenue_log = _log_change(base.revenue, current.revenue, inner)
    parts[:, _AT["basket"]] = weight * (revenue_log - order_log)


def _kinds_of_order(parts: Floats, base: Inputs, current: Inputs, split: Flags, buyer_log: Floats) -> Floats:
    """Write repurchase and extension of the rows `split`; give the weight of the other factors.

    The weight is Σ_j L(V_j,T, V_j,0) over the kinds of order: (n,), 0 outside `split`.
    """
    basket_base = _where(split, base.revenue, 0.0) / _where(split, base.orders, 1.0)
    basket_current = _where(split, current.revenue, 0.0) / _where(split, current.orders, 1.0)
    weight = log_mean(
        basket_base * _where(split, base.buyers, 0.0), basket_current * _where(split, current.buyers, 0.0)
    )
    for part, name in (("repurchase", "repeat_orders"), ("extension", "extension_orders")):
        count_base, count_current = getattr(base, name), getattr(current, name)
        value_base = basket_base * _where(split, count_base, 0.0)
        value_current = basket_current * _where(split, count_current, 0.0)
        mean = log_mean(value_base, value_current)
        both = split & (count_base > 0) & (count_current > 0)
        own = mean * (_log_change(count_base, count_current, both) - buyer_log)
        # A rate that is 0 in one period takes the limit: the whole change of its own term.
        parts[:, _AT[part]] = np.where(both, own, value_current - value_base)
        weight = weight + mean
    return weight


def _log_change(base: Floats, current: Floats, where: Flags) -> Floats:
    """ln(current / base) in the rows `where`, 0 elsewhere."""
    return np.log(_where(where, current, 1.0) / _where(where, base, 1.0))


def _where(condition: Flags, values: Floats, other: float) -> Floats:
    return np.where(condition, values, other)


def _checked_factors(base: npt.ArrayLike, current: npt.ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.asarray(base, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError(
            f"Both periods need factors of one shape (rows, k), not {first.shape}, {second.shape}."
        )
    if not ((first >= 0).all() and (second >= 0).all()):
        raise ValueError("Factors must be known and not negative.")
    return first, second
