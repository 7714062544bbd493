"""What stands beside the cards that a run computes, read from the stored ones as far as sums and ranks need it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from formulas.arrays import Floats, Ints
from formulas.periods import Period
from scorecards.models import Level
from scorecards.services.recompute.above import PARTS, RANKED_BY, Parts, Surroundings, ranks
from scorecards.services.recompute.blocks import PLACE, RANKS, Block, Moved
from scorecards.services.recompute.plan import Branches
from scorecards.services.recompute.stored import Asked, read
from scorecards.services.recompute.units import Company

_RANKS_AT = [PLACE[name] for name in RANKS]
_RANKED_BY_AT = [PLACE[name] for name in RANKED_BY]
_OF_A_RANK = ("format_id", *RANKED_BY, *RANKS)


def surroundings(
    blocks: Mapping[Period, Block], fresh: Mapping[Period, Branches], company: Company
) -> list[Surroundings]:
    """Of every block; one read for all. `fresh`: the branches that were computed, with a card or without; None: all."""
    touched = {period: company.touched(fresh[period]) for period in blocks}
    questions: list[Asked] = []
    for period in blocks:
        only = fresh[period]
        if only is not None:
            others = np.setdiff1d(company.beside(only), np.array(sorted(only), dtype=np.int64))
            below = company.above[company.untouched_below(touched[period])]
            questions += [Asked(period, Level.BRANCH, others), Asked(period, Level.REGION, below)]
    questions = [question for question in questions if question.units is not None and len(question.units)]
    found = dict(zip(((q.period, q.level) for q in questions), read(questions, PARTS), strict=True))
    return [
        Surroundings(
            block,
            touched[period],
            _parts(found.get((period, Level.BRANCH))),
            _parts(found.get((period, Level.REGION))),
        )
        for period, block in blocks.items()
    ]


def _parts(rows: Floats | None) -> Parts:
    return Parts.none() if rows is None else Parts(rows[:, 0].astype(np.int64), rows[:, 1:])


def set_ranks(
    blocks: Mapping[Period, Block],
    fresh: Mapping[Period, Branches],
    kept: Collection[Period],
    company: Company,
) -> list[Moved]:
    """Write each branch's place within its format, by growth against either base; NULL without growth.

    Gives the places of stored cards that have changed with it. Only `kept` periods have ranks.
    """
    ranked = [period for period in blocks if period in kept]
    some = {period: only for period in ranked if (only := fresh[period]) is not None}
    for period in ranked:
        if period not in some:
            block = blocks[period]
            block.values[:, _RANKS_AT] = ranks(block.values[:, _RANKED_BY_AT], block.column("format_id"))
    formats = {period: _formats(company, only) for period, only in some.items()}
    stored = _stored(formats, some)
    left = {period: _formats_left(stored[period], formats[period]) for period in some}
    if any(len(gone) for gone in left.values()):  # a branch has changed its format: two groups move
        formats = {period: np.union1d(formats[period], left[period]) for period in some}
        stored = _stored(formats, some)
    return [_ranked(period, blocks[period], stored[period], some[period]) for period in some]


def _formats(company: Company, only: frozenset[int]) -> Ints:
    return np.unique(company.formats[np.isin(company.branches, list(only))])


def _formats_left(stored: Floats, formats: Ints) -> Ints:
    known = stored[:, 1][~np.isnan(stored[:, 1])].astype(np.int64)
    return np.setdiff1d(known, formats)


def _stored(formats: Mapping[Period, Ints], some: Mapping[Period, frozenset[int]]) -> dict[Period, Floats]:
    """By period the stored cards of these formats and of the changed branches: unit, format, RANKED_BY, ranks."""
    asked = [
        Asked(period, Level.BRANCH, np.array(sorted(some[period]), dtype=np.int64), found)
        for period, found in formats.items()
    ]
    return dict(zip(formats, read(asked, _OF_A_RANK), strict=True))


def _ranked(period: Period, block: Block, stored: Floats, only: frozenset[int]) -> Moved:
    others = stored[~np.isin(stored[:, 0], list(only))]
    ranked_by = np.concatenate([block.values[:, _RANKED_BY_AT], others[:, 2 : 2 + len(RANKED_BY)]])
    found = ranks(ranked_by, np.concatenate([block.column("format_id"), others[:, 1]]))
    block.values[:, _RANKS_AT] = found[: len(block.values)]
    now, before = found[len(block.values) :], others[:, 2 + len(RANKED_BY) :]
    moved = ~((now == before) | (np.isnan(now) & np.isnan(before))).all(axis=1)
    return Moved(period, others[moved, 0].astype(np.int64), now[moved])
