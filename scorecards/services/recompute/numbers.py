"""Step two, for any unit: sums become the columns of a card. No database; columns are float64 (n,), NaN for NULL."""

from __future__ import annotations

from typing import Final

import numpy as np

from formulas.arrays import Flags, Floats
from formulas.components import COMPONENTS, FORMULA_INPUTS, KNOWN_BIT
from formulas.intervals import Z_95
from formulas.lmdi import PARTS, attribute, rounded
from formulas.performance import Chain, Inputs, ratio
from scorecards.services.recompute.sums import AT

Columns = dict[str, Floats]
BASES: Final = ("previous", "year_before")
BASE_SUMS: Final = ("buyers_counted", *FORMULA_INPUTS)
"""What a card keeps of a base besides its days and its bits."""
DRIVERS: Final = tuple(f"driver_{part}" for part in PARTS)
_GROWTH_DIGITS: Final = 6


def recorded(sums: Floats) -> Columns:
    """The columns of one span: `sums` is (n, len(SUMMED)); an input that was recorded on no day becomes NaN."""
    days = sums[:, AT["days"]]
    columns = {"days": days, "known": np.zeros(len(sums)), "visitor_days": sums[:, AT["visitors_days"]]}
    for name in COMPONENTS:
        count = sums[:, AT[f"{name}_days"]]
        columns[name] = np.where(count > 0, sums[:, AT[name]], np.nan)
        if name in KNOWN_BIT:
            columns["known"] += KNOWN_BIT[name] * ((count == days) & (days > 0))
    columns["buyers_counted"] = np.where(columns["visitor_days"] > 0, sums[:, AT["buyers_counted"]], np.nan)
    columns["revenue_variance"] = variance_of_sum(
        sums[:, AT["revenue_days"]], sums[:, AT["revenue"]], sums[:, AT["revenue_squares"]]
    )
    return columns


def variance_of_sum(n: Floats, total: Floats, squares: Floats) -> Floats:
    """The variance of a sum of n daily values, in squared units, from Σx and Σx²; NaN below two days.

    Days are taken as independent draws: Var(Σx) = n s² = n / (n − 1) · (Σx² − (Σx)² / n). Rounded to whole squared
    minor units, so that the order in which a database adds floats does not show.
    """
    enough = n > 1
    size = np.where(enough, n, 2.0)
    spread = np.maximum(squares - total * total / size, 0.0)
    return np.where(enough, np.rint(size / (size - 1) * spread), np.nan)


def factors(columns: Columns) -> Columns:
    """Conversion, basket and repeat of the current span; NaN where an input they rest on has gaps.

    Conversion rests on the days with visitors, so a broken counter leaves it true.
    """
    buyers, orders, revenue = (has(columns["known"], name) for name in ("buyers", "orders", "revenue"))
    conversion = ratio(columns["buyers_counted"], columns["visitors"])
    return {
        "conversion": np.where(buyers, conversion, np.nan),
        "basket": np.where(orders & revenue, ratio(columns["revenue"], columns["orders"]), np.nan),
        "repeat": np.where(orders & buyers, ratio(columns["orders"], columns["buyers"]), np.nan),
    }


def comparison(current: Columns, base: Columns | None) -> Columns:
    """What a card says about a base, names without the base's prefix; `base` None: there is nothing to compare with."""
    if base is None:
        return nothing(len(current["days"]))
    kept = ("days", "known", "visitor_days", "revenue_variance", *BASE_SUMS)
    return {name: base[name] for name in kept} | drivers(current, base) | growth(current, base)


def nothing(n: int) -> Columns:
    """The columns of a base that does not exist."""
    names = ("revenue_variance", *BASE_SUMS, "change", *DRIVERS, "growth", "growth_low", "growth_high")
    zeros = {name: np.zeros(n) for name in ("days", "known", "visitor_days", "chain")}
    return zeros | {name: np.full(n, np.nan) for name in names}


def drivers(current: Columns, base: Columns) -> Columns:
    """Chain, change of revenue and its parts in whole minor units, each unit by its own chain."""
    found = attribute(_inputs(base), _inputs(current))
    parts = rounded(found, np.nan_to_num(found.total)).astype(np.float64)
    parts[found.chain == Chain.NONE] = np.nan
    columns = {"chain": found.chain.astype(np.float64), "change": found.total}
    return columns | {name: parts[:, n] for n, name in enumerate(DRIVERS)}


def growth(current: Columns, base: Columns) -> Columns:
    """Growth of revenue with its 95 % interval, as fractions rounded to six digits.

    With revenues R1 and R0 and the variances V1 and V0 of these sums (`variance_of_sum`), the delta method gives
    Var(ln(R1 / R0)) = V1 / R1² + V0 / R0², and the ends are R1 / R0 · exp(∓1.96 √Var) − 1. The weekday pattern counts
    as variation, so the interval is on the wide side. NaN without revenue in the base; the ends also
    without revenue in the current span, or with a single day in one of them.
    """
    now, before = current["revenue"], base["revenue"]
    before = np.where(before > 0, before, np.nan)
    rest, lasting = now / before, np.where(now > 0, now, np.nan)
    spread = np.sqrt(current["revenue_variance"] / lasting**2 + base["revenue_variance"] / before**2)
    low, high = rest * np.exp(-Z_95 * spread), rest * np.exp(Z_95 * spread)
    ends = {"growth": rest, "growth_low": low, "growth_high": high}
    return {name: np.round(value - 1, _GROWTH_DIGITS) for name, value in ends.items()}


def has(known: Floats, name: str) -> Flags:
    """Where the bit of an input is set."""
    return np.asarray(known.astype(np.int64) & KNOWN_BIT[name] > 0)


def _inputs(columns: Columns) -> Inputs:
    """The formula's inputs, NaN for one with gaps: a chain of factors needs them over the same days."""
    known = columns["known"]
    whole = {name: np.where(has(known, name), columns[name], np.nan) for name in FORMULA_INPUTS}
    whole["orders"] = np.where(has(known, "revenue"), whole["orders"], np.nan)
    whole["revenue"] = columns["revenue"]
    return Inputs.from_arrays(whole).closed_where(columns["days"] == 0)
