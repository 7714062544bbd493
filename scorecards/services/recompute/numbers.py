"""Step two, for any unit: sums become the columns of a card. No database; columns are float64 (n,), NaN for NULL."""

from __future__ import annotations

from typing import Final

import numpy as np

from formulas.arrays import Flags, Floats
from formulas.components import COMPONENTS, FORMULA_INPUTS, KNOWN_BIT
from formulas.growth import (
    Days,
    Pairs,
    Variance,
    first_known,
    pairs_of_weekdays,
    variance_apart,
    variance_of_pairs,
    variance_of_sum,
    weekday_mix,
)
from formulas.growth import growth as growth_of
from formulas.lmdi import PARTS, attribute, rounded
from formulas.performance import Chain, Inputs, ratio
from scorecards.services.recompute.columns import AT, WEEKDAY_DAYS, WEEKDAY_REVENUE
from scorecards.services.recompute.pairs import PAIRS

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
    columns["revenue_variance"] = np.rint(variance_of_sum(_days_of(sums)).value)
    return columns


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
    """What a card says about a base, names without the base's prefix; `base` None: there is nothing to compare with.

    The base is what was recorded in it, with `sureness` over it.
    """
    if base is None:
        return nothing(len(current["days"]))
    kept = ("days", "known", "visitor_days", "revenue_variance", *BASE_SUMS)
    return {name: base[name] for name in kept} | drivers(current, base) | growth(current, base)


def sureness(current: Floats, base: Floats, name: str) -> Columns:
    """How sure the growth against the base `name` is, from the sums of both spans, (n, columns) each.

    `revenue_variance`: of revenue − (1 + growth) × revenue before, in squared minor units, rounded to whole ones, so
    that the order in which a database adds floats does not show; `freedom`: its degrees; `mix`: of weekdays.
    A year before is the same weekdays, so day meets day (`variance_of_pairs`), as in two weeks Monday meets Monday;
    elsewhere, as where too few days have their counterpart, the two spans vary apart, each within its weekdays
    (`variance_apart`). Without revenue before,
    the variance is that of the revenue alone: a branch has no growth then, but is part of its region's.
    """
    now, before = _days_of(current), _days_of(base)
    longer = np.maximum(now.days, before.days)
    found = first_known(
        variance_of_pairs(pairs_of_weekdays(now, before), longer), variance_apart(now, before)
    )
    if name == "year_before":
        found = first_known(_paired(current, longer), found)
    opened = ~(before.total > 0)
    return {
        "revenue_variance": np.rint(np.where(opened, variance_of_sum(now).value, found.value)),
        "freedom": found.freedom,
        "mix": weekday_mix(now, before),
    }


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
    """Growth of revenue with its 95 % interval, as fractions rounded to six digits (`formulas.growth.growth`).

    `revenue_variance` of the base: see `sureness`. Without `freedom`, as for a region, whose variance is the sum of
    its branches', the interval is the normal one; without `mix` that of the weekdays as they are.
    """
    ends = growth_of(
        current["revenue"],
        base["revenue"],
        base["revenue_variance"],
        base.get("freedom", np.inf),
        base.get("mix", 0.0),
    )
    names = ("growth", "growth_low", "growth_high")
    return {name: np.round(value, _GROWTH_DIGITS) for name, value in zip(names, ends, strict=True)}


def _paired(current: Floats, days: Floats) -> Variance:
    if current.shape[1] < len(AT):  # staff members: no pairs are kept
        return Variance(np.full(len(current), np.nan), np.full(len(current), np.nan))
    return variance_of_pairs(Pairs(*(current[:, AT[name]] for name in PAIRS)), days)


def _days_of(sums: Floats) -> Days:
    """A span's days as the formulas take them; staff members' sums do not have the weekdays."""
    weekdays = [
        [AT[name] for name in names if AT[name] < sums.shape[1]] for names in (WEEKDAY_DAYS, WEEKDAY_REVENUE)
    ]
    days, total, squares = (sums[:, AT[name]] for name in ("revenue_days", "revenue", "revenue_squares"))
    return Days(days, total, squares, sums[:, weekdays[0]], sums[:, weekdays[1]])


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
