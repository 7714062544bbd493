"""Step two, continued: what follows from the branches' cards: regions, the company, and the places in the ranking.

A region is the sum of its own branches and of the regions right below it; the company that of the top regions. So a
change at one branch needs its region's branches, and above that only the cards of a few regions. Everywhere parts are
added in the order of their ids, branches before regions, so that a run after a change gives the same bits as one from
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formulas.arrays import Flags, Floats, Ints
from formulas.components import COMPONENTS, FORMULA_INPUTS, KNOWN_BIT
from formulas.ranks import rank, rank_range
from scorecards.models import Level
from scorecards.services.recompute import numbers
from scorecards.services.recompute.blocks import NUMBERS, PLACE, Block
from scorecards.services.recompute.numbers import BASES, DRIVERS, Columns
from scorecards.services.recompute.units import COMPANY, Company

_OF_A_SPAN = ("days", "visitor_days", "revenue_variance", "buyers_counted")
_OF_A_BASE = (*_OF_A_SPAN, *FORMULA_INPUTS, "change", *DRIVERS)
_ADDED = (
    *_OF_A_SPAN,
    *COMPONENTS,
    "branches",
    "days_due",
    *(f"{base}_{name}" for base in BASES for name in _OF_A_BASE),
)
"""The columns of a card that are sums over the parts below."""
_PREFIXES = ("", *(f"{base}_" for base in BASES))
_CHAINS = tuple(f"{base}_chain" for base in BASES)
_LENGTHS = (4, 3, 2, 1)
PARTS = (*_ADDED, *(f"{prefix}known" for prefix in _PREFIXES), *_CHAINS)
"""What a card gives to the one above it."""
_AT = {name: n for n, name in enumerate(PARTS)}
_IN_BLOCK = np.array([PLACE[name] for name in PARTS])
GROWTHS = tuple(f"{base}_{name}" for base in BASES for name in ("growth", "growth_low", "growth_high"))
RANKED_BY = (*GROWTHS, *(f"{base}_days" for base in BASES), "days", "days_due")
"""What ranks rest on."""


@dataclass(frozen=True, eq=False)
class Parts:
    """What stands beside or below the cards that a run computes: units and their (n, len(PARTS)), sorted by unit."""

    units: Ints
    values: Floats

    @classmethod
    def none(cls) -> Parts:
        """Nothing: a run that computes every card."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros((0, len(PARTS))))


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A period's computed branches, the units above that change, and the stored parts that these need besides.

    `branches`: the other branches of touched regions; `regions`: those right below a touched unit that are not touched.
    """

    block: Block
    touched: Flags
    branches: Parts
    regions: Parts


def region_cards(periods: Sequence[Surroundings], company: Company) -> list[tuple[Block, Block]]:
    """(regions, company) of each period for the touched units above; one without anything below has no card.

    Drivers are sums of the branches' own, so that every level adds up. Growth is that of the sums; its variance the
    sum of the branches' variances (independent branches).
    """
    size = len(company.above)
    rows = np.concatenate([_branch_rows(period, company, n * size) for n, period in enumerate(periods)])
    total = add_up(_given(rows[:, 1:]), rows[:, 0].astype(np.int64), len(periods) * size)
    cards = np.full((len(total), len(NUMBERS)), np.nan)
    held = np.zeros(len(total), dtype=bool)
    for n, period in enumerate(periods):
        place = n * size + np.searchsorted(company.above, period.regions.units)
        cards[np.ix_(place, _IN_BLOCK)] = period.regions.values
        held[place] = True
    _climb(total, cards, held, np.concatenate([period.touched for period in periods]), company)
    return [_blocks(period, cards, held, n, company) for n, period in enumerate(periods)]


def _branch_rows(period: Surroundings, company: Company, start: int) -> Floats:
    """(n, 1 + len(PARTS)) of all branches of a period, ascending: place of the region in the totals, and the parts.

    `start`: where the units above of this period begin in the totals.
    """
    units = np.concatenate([period.block.units, period.branches.units])
    values = np.concatenate([period.block.values[:, _IN_BLOCK], period.branches.values])
    place = company.place(units)
    order = np.argsort(units, kind="stable")
    order = order[place[order] >= 0]
    regions = start + company.region_place[place[order]]
    return np.column_stack([regions.astype(np.float64), values[order]])


def _climb(total: Floats, cards: Floats, held: Flags, touched: Flags, company: Company) -> None:
    """Make the cards of the touched units from the deepest level up, in place; each is then a part of the one above."""
    size = len(company.above)
    periods = len(total) // size
    depth, parent = np.tile(company.depth, periods), np.tile(company.parent, periods)
    parent += np.repeat(np.arange(periods) * size, size)
    for level in range(int(depth.max(initial=0)), -1, -1):
        here = depth == level
        made = np.flatnonzero(here & touched)
        held[made] = total[made, _COUNT] > 0
        made = made[held[made]]
        for name, column in _summed(total[made]).items():
            cards[made, PLACE[name]] = column
        if level:
            parts = np.flatnonzero(here & held)
            total += add_up(_given(cards[np.ix_(parts, _IN_BLOCK)]), parent[parts], len(total))


def add_up(values: Floats, place: Ints, size: int) -> Floats:
    """Rows (n, k) added up by their place, in the order of the rows: (size, k)."""
    found = np.zeros((size, values.shape[1]))
    if len(values):
        for n in range(values.shape[1]):
            found[:, n] = np.bincount(place, weights=values[:, n], minlength=size)
    return found


# What a part gives to the one above: values, how many there are of each, and flags that are counted.
_FLAGS = (
    *(f"{prefix}{name}" for prefix in _PREFIXES for name in ("trading", *KNOWN_BIT)),
    *(f"{chain}{length}" for chain in _CHAINS for length in _LENGTHS),
)
_WEIGHTS = (*_ADDED, *(f"has {name}" for name in _ADDED), *_FLAGS, "parts")
_FLAG_AT = {name: 2 * len(_ADDED) + n for n, name in enumerate(_FLAGS)}
_COUNT = len(_WEIGHTS) - 1


def _given(parts: Floats) -> Floats:
    """(n, len(_WEIGHTS)) from (n, len(PARTS))."""
    added = parts[:, : len(_ADDED)]
    present = ~np.isnan(added)
    flags = []
    for prefix in _PREFIXES:
        trading, known = parts[:, _AT[f"{prefix}days"]] > 0, np.nan_to_num(parts[:, _AT[f"{prefix}known"]])
        flags += [trading, *(trading & numbers.has(known, name) for name in KNOWN_BIT)]
    flags += [parts[:, _AT[chain]] == length for chain in _CHAINS for length in _LENGTHS]
    return np.column_stack([np.where(present, added, 0.0), present, *flags, np.ones(len(parts))])


def _summed(total: Floats) -> Columns:
    """The columns of units above from what their parts gave."""
    width = len(_ADDED)
    sums = np.where(total[:, width : 2 * width] > 0, total[:, :width], np.nan)
    columns = dict(zip(_ADDED, sums.T, strict=True))
    for prefix in _PREFIXES:
        for name in ("days", "visitor_days"):
            columns[prefix + name] = np.nan_to_num(columns[prefix + name])
        columns[f"{prefix}known"] = _known_everywhere(total, prefix)
    columns |= numbers.factors(columns)
    for base in BASES:
        columns[f"{base}_chain"] = _shortest(total, f"{base}_chain")
        before = {name: columns[f"{base}_{name}"] for name in ("revenue", "revenue_variance")}
        columns |= {f"{base}_{name}": found for name, found in numbers.growth(columns, before).items()}
    return columns


def _known_everywhere(total: Floats, prefix: str) -> Floats:
    """The bits that are set at every part with figures."""
    trading = total[:, _FLAG_AT[f"{prefix}trading"]]
    known = np.zeros(len(total))
    for name, bit in KNOWN_BIT.items():
        known += bit * ((total[:, _FLAG_AT[prefix + name]] == trading) & (trading > 0))
    return known


def _shortest(total: Floats, chain: str) -> Floats:
    """The shortest chain among the parts that have one, 0 if none has."""
    shortest = np.zeros(len(total))
    for length in _LENGTHS:
        shortest[total[:, _FLAG_AT[f"{chain}{length}"]] > 0] = length
    return shortest


def _blocks(
    period: Surroundings, cards: Floats, held: Flags, number: int, company: Company
) -> tuple[Block, Block]:
    rows = slice(number * len(company.above), (number + 1) * len(company.above))
    values, shown = cards[rows], held[rows] & period.touched
    values[:, PLACE["unit_id"]] = company.above
    values[:, PLACE["region_id"]] = np.where(company.above == COMPANY, np.nan, company.above)
    regions = shown & (company.above != COMPANY)
    return (
        _block(period.block, Level.REGION, values[regions]),
        _block(period.block, Level.COMPANY, values[shown & ~regions]),
    )


def _block(branches: Block, level: Level, values: Floats) -> Block:
    return Block(branches.period, branches.ends_on, level, values, np.zeros((len(values), 0)))


def ranks(found: Floats, formats: Floats) -> Floats:
    """Places within the format by growth against either base: (n, 10) in the order of RANKED_BY → (n, len(RANKS)).

    A branch that lacks two of twenty days seems a tenth below whatever it sold, so the upper end of its growth is that
    with the missing days filled up with days like those that are in: its best place, and the worst one of the branches
    that would then no longer be surely ahead of it. A day is missing that was due and that the base has: where nobody
    told the calendar of closed Sundays, both lack them. NaN without growth.
    """
    days, due = found.T[-2:]
    places = []
    for number in range(len(BASES)):
        growth, low, high = found.T[3 * number : 3 * number + 3]
        expected = np.fmax(np.fmin(due, found.T[len(GROWTHS) + number]), days)
        filled = (1 + high) * expected / np.where(days > 0, days, 1.0) - 1
        some = [*rank(growth, formats), *rank_range(growth, low, filled, formats)]
        places += [np.where(np.isnan(growth), np.nan, place) for place in some]
    return np.stack(places, axis=1)
