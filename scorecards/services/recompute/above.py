"""Step two, continued: what follows from the branches' cards: regions, the company, and the places in the ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formulas.arrays import Flags, Floats
from formulas.components import COMPONENTS, FORMULA_INPUTS, KNOWN_BIT
from formulas.ranks import rank, rank_range
from scorecards.models import Level
from scorecards.services.recompute import numbers
from scorecards.services.recompute.blocks import NUMBERS, RANKS, Block
from scorecards.services.recompute.numbers import BASES, DRIVERS, Columns
from scorecards.services.recompute.units import COMPANY, Company

_OF_A_SPAN = ("days", "visitor_days", "revenue_variance", "buyers_counted")
_OF_A_BASE = (*_OF_A_SPAN, *FORMULA_INPUTS, "change", *DRIVERS)
_ADDED = (*_OF_A_SPAN, *COMPONENTS, "days_due", *(f"{base}_{name}" for base in BASES for name in _OF_A_BASE))
"""The columns of a card that are sums of the branches' below."""


def region_cards(branches: Sequence[Block], company: Company) -> list[tuple[Block, Block]]:
    """(regions, company) of each period: the sums of all its branches' cards; a unit without any has no card.

    A block must hold every branch's card of its period. Drivers are sums of the branches' own, so that every level
    adds up. Growth is that of the sums; its variance the sum of the branches' variances (independent branches).
    """
    spread = _spread(branches, company)
    held = company.roll_up((spread["days"] >= 0)[:, None].astype(np.float64))[:, 0] > 0
    columns = _summed(spread, company)
    columns["unit_id"] = np.tile(company.above.astype(np.float64), len(branches))
    columns["region_id"] = np.where(columns["unit_id"] == COMPANY, np.nan, columns["unit_id"])
    regions = columns["unit_id"] != COMPANY
    cards = []
    for n, block in enumerate(branches):
        own = np.zeros(len(held), dtype=bool)
        own[n * len(company.above) : (n + 1) * len(company.above)] = True
        own &= held
        cards.append(
            (
                _block(block, Level.REGION, columns, own & regions),
                _block(block, Level.COMPANY, columns, own & ~regions),
            )
        )
    return cards


def set_ranks(branches: Block) -> None:
    """Write each branch's place within its format, by growth against either base; NULL without growth."""
    groups = branches.column("format_id")
    for base in BASES:
        growth, low, high = (
            branches.column(f"{base}_{name}") for name in ("growth", "growth_low", "growth_high")
        )
        found = [*rank(growth, groups), *rank_range(growth, low, high, groups)]
        for name, places in zip(("rank", "rank_of", "rank_best", "rank_worst"), found, strict=True):
            column = branches.column(f"{base}_{name}")
            column[:] = np.where(np.isnan(growth), np.nan, places)


def ranks_that_differ(before: Floats, branches: Block) -> Flags:
    """Which rows of the block have other ranks than `before`, (n, len(RANKS))."""
    now = np.stack([branches.column(name) for name in RANKS], axis=1)
    return np.asarray(~np.isclose(before, now, equal_nan=True).all(axis=1))


def ranks_of(branches: Block) -> Floats:
    """A copy of the block's ranks: (n, len(RANKS))."""
    return np.stack([branches.column(name) for name in RANKS], axis=1)


def _spread(branches: Sequence[Block], company: Company) -> Columns:
    """The cards' columns in the company's order, one period below the other; NaN for a branch without a card."""
    values = np.full((len(branches), len(company.branches), len(NUMBERS)), np.nan)
    for n, block in enumerate(branches):
        place = company.place(block.units)
        values[n, place[place >= 0]] = block.values[place >= 0]
    flat = values.reshape(-1, len(NUMBERS))
    return {name: flat[:, n] for n, name in enumerate(NUMBERS)}


def _summed(spread: Columns, company: Company) -> Columns:
    """Columns of every unit above from the branches' columns (in the company's order, NaN without a card)."""
    columns = _totals(spread, company)
    for prefix in ("", *(f"{base}_" for base in BASES)):
        for name in ("days", "visitor_days"):
            columns[prefix + name] = np.nan_to_num(columns[prefix + name])
        trading = spread[f"{prefix}days"] > 0
        columns[f"{prefix}known"] = _known_everywhere(spread[f"{prefix}known"], trading, company)
    columns |= numbers.factors(columns)
    for base in BASES:
        columns[f"{base}_chain"] = _shortest(spread[f"{base}_chain"], company)
        before = {name: columns[f"{base}_{name}"] for name in ("revenue", "revenue_variance")}
        columns |= {f"{base}_{name}": found for name, found in numbers.growth(columns, before).items()}
    return columns


def _totals(spread: Columns, company: Company) -> Columns:
    """Sums over the branches below, all columns in one go; NaN where no branch has a value."""
    values = np.stack([spread[name] for name in _ADDED], axis=1)
    present = ~np.isnan(values)
    sums = company.roll_up(np.concatenate([np.where(present, values, 0.0), present], axis=1))
    totals, counts = sums[:, : len(_ADDED)], sums[:, len(_ADDED) :]
    return dict(zip(_ADDED, np.where(counts > 0, totals, np.nan).T, strict=True))


def _known_everywhere(known: Floats, trading: Flags, company: Company) -> Floats:
    """The bits that are set at every branch with figures."""
    bits = np.nan_to_num(known)
    flags = [trading, *(trading & numbers.has(bits, name) for name in KNOWN_BIT)]
    counts = company.roll_up(np.stack(flags, axis=1).astype(np.float64))
    everywhere = (counts[:, 1:] == counts[:, :1]) & (counts[:, :1] > 0)
    return np.asarray(everywhere @ np.array(list(KNOWN_BIT.values()), dtype=np.float64))


def _shortest(chain: Floats, company: Company) -> Floats:
    """The shortest chain among the branches below that have one, 0 if none has."""
    lengths = [4, 3, 2, 1]
    present = (
        company.roll_up(np.stack([(chain == length).astype(np.float64) for length in lengths], axis=1)) > 0
    )
    shortest = np.zeros(len(present))
    for n, length in enumerate(lengths):
        shortest[present[:, n]] = length
    return shortest


def _block(branches: Block, level: Level, columns: Columns, shown: Flags) -> Block:
    chosen = {name: column[shown] for name, column in columns.items()}
    return Block.of(branches.period, branches.ends_on, level, chosen)
