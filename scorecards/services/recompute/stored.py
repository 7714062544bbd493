"""What a run after a few changes reads of the cards that it does not compute: only what the changed units stand beside.

One statement for all periods of a batch. Names come from the model, ids are numbers, all else goes as parameters.
"""
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from formulas.arrays import Floats, Ints
from formulas.periods import Kind, Period
from scorecards.models import Card, Level
from scorecards.services.recompute.tables import read_rows

Parameters = list[Any]


@dataclass(frozen=True, eq=False)
class Asked:
    """Cards of one period and level: of these units, or of all (None); with `formats` those of these as well."""

    period: Period
    level: Level
    units: Ints | None = None
    formats: Ints | None = None


def read(asked: Sequence[Asked], columns: Sequence[str]) -> list[Floats]:
    """For each question its cards' columns, sorted by unit: (n, 1 + len(columns)), the unit first; NaN for NULL."""
    if not asked:
        return []
    parts, parameters = [], Parameters()
    names = ", ".join(map(connection.ops.quote_name, columns))
    for n, question in enumerate(asked):
        condition, values = _condition(question)
        parts.append(f"SELECT {n}, unit_id, {names} FROM {_table()} WHERE {condition}")
        parameters += values
    rows = read_rows(" UNION ALL ".join(parts), parameters, 2 + len(columns))
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    ends = np.searchsorted(rows[:, 0], np.arange(1, len(asked)))
    return [part[:, 1:] for part in np.split(rows, ends)]


def moved_branches(periods: Iterable[Period], branches: Mapping[int, int]) -> dict[int, frozenset[int]]:
    """Of these branches (id → region) those whose stored cards name other regions: branch → these regions."""
    condition, parameters = of_periods(periods)
    ids = numbers(branches)
    sql = (
        f"SELECT DISTINCT unit_id, region_id FROM {_table()} "
        f"WHERE level = {int(Level.BRANCH)} AND unit_id IN ({ids}) AND ({condition})"
    )
    found: dict[int, set[int]] = {}
    for branch, region in read_rows(sql, parameters, 2).tolist():
        if region == region and branches[int(branch)] != region:
            found.setdefault(int(branch), set()).add(int(region))
    return {branch: frozenset(regions) for branch, regions in found.items()}


def of_periods(periods: Iterable[Period]) -> tuple[str, Parameters]:
    """The condition that a card is of one of the periods, which are at least one."""
    firsts: dict[Kind, list[object]] = {}
    for period in periods:
        firsts.setdefault(period.kind, []).append(connection.ops.adapt_datefield_value(period.first))
    parts = [f"(kind = %s AND starts_on IN ({', '.join(['%s'] * len(found))}))" for found in firsts.values()]
    return " OR ".join(parts), [x for kind, found in firsts.items() for x in (kind.value, *found)]


def numbers(ids: Iterable[int]) -> str:
    """Ids as the inside of an SQL list."""
    return ", ".join(str(int(number)) for number in ids) or "NULL"


def _condition(asked: Asked) -> tuple[str, Parameters]:
    condition, parameters = of_periods([asked.period])
    condition += f" AND level = {int(asked.level)}"
    if asked.units is None:
        return condition, parameters
    chosen = f"unit_id IN ({numbers(asked.units.tolist())})"
    if asked.formats is not None:
        chosen = f"({chosen} OR format_id IN ({numbers(asked.formats.tolist())}))"
    return f"{condition} AND {chosen}", parameters


def _table() -> str:
    return connection.ops.quote_name(Card._meta.db_table)
