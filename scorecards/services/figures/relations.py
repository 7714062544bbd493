"""The rules between the inputs of one row: buyers within visitors, orders from their parts, waits within waits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from formulas.components import COMPONENTS
from scorecards.services.figures.completion import Completion
from scorecards.services.figures.findings import Findings, Params
from scorecards.services.figures.rows import MISSING, MONEY, Rows, joined, stored_rows

MOST_MONEY = 10**12
MOST_COUNT = 10**8
RELATIONS = (
    ("visitors", "buyers"),
    ("buyers", "orders", "repeat_orders", "extension_orders"),
    ("waits_measured", "waits_in_standard"),
)


@dataclass(frozen=True)
class _Related:
    """Inputs to be related, and for each of their rows the place of the row to blame."""

    values: dict[str, np.ndarray]
    origin: np.ndarray

    def known(self, *names: str) -> np.ndarray:
        return np.logical_and.reduce([self.values[name] != MISSING for name in names])


def relate(rows: Rows, completion: Completion, summed: np.ndarray, findings: Findings) -> None:
    """Find the rows whose inputs contradict each other; an input that is absent counts as it is stored.

    `completion` is that of the rows at the places `summed`. The others, and branch rows that contradict their staff
    rows, are judged by what they say themselves, so that all errors of a row come at once.
    """
    related = _related(rows, completion, summed, findings.bad)
    values = related.values
    if {"visitors", "buyers"} <= values.keys():
        broken = related.known("visitors", "buyers") & (values["buyers"] > values["visitors"])
        told = {"buyers": values["buyers"], "visitors": values["visitors"]}
        _blame(findings, related, broken, "buyers", "buyers_exceed_visitors", told)
    if set(RELATIONS[1]) <= values.keys():
        total = values["buyers"] + values["repeat_orders"] + values["extension_orders"]
        broken = related.known(*RELATIONS[1]) & (values["orders"] != total)
        _blame(findings, related, broken, "orders", "orders_do_not_add_up", {"sum": total})
    if set(RELATIONS[2]) <= values.keys():
        broken = related.known(*RELATIONS[2]) & (values["waits_in_standard"] > values["waits_measured"])
        told = {"measured": values["waits_measured"]}
        _blame(findings, related, broken, "waits_in_standard", "waits_exceed_measured", told)


def _blame(
    findings: Findings,
    related: _Related,
    broken: np.ndarray,
    column: str,
    code: str,
    told: dict[str, np.ndarray],
) -> None:
    """Note the rows to blame once each, with the values that the words need."""
    places = np.flatnonzero(broken)
    if not len(places):
        return
    blamed = np.zeros(len(findings.bad), bool)
    blamed[related.origin[places]] = True
    findings.add(blamed, column, code, _words(places, related.origin, told))


def _words(places: np.ndarray, origin: np.ndarray, told: dict[str, np.ndarray]) -> Params:
    """The words' values by the place of the row that is blamed; of several the first."""
    first = dict(zip(origin[places][::-1].tolist(), places[::-1].tolist(), strict=True))
    return lambda place: {name: int(values[first[place]]) for name, values in told.items()}


def _related(rows: Rows, completion: Completion, summed: np.ndarray, bad: np.ndarray) -> _Related:
    """The completed rows; contradicted and unsound ones with their own inputs, as far as each can be right."""
    completed, origin = completion.rows, summed[completion.origin]
    contradicted = np.zeros(len(completed), bool)
    contradicted[: len(summed)] = bad[summed]
    if contradicted.any():
        completed = completed.with_values(
            {
                name: np.where(contradicted, rows.values[name][origin], values)
                for name, values in completed.values.items()
            }
        )
    unsound = np.ones(len(rows), bool)
    unsound[summed] = False
    if unsound.any():
        completed = joined([completed, _possible(rows.take(unsound))])
        origin = np.concatenate([origin, np.flatnonzero(unsound)])
        contradicted = np.concatenate([contradicted, np.zeros(int(unsound.sum()), bool)])
    return _Related(_with_stored(completed, contradicted), origin)


def _possible(rows: Rows) -> Rows:
    """Without the inputs that are refused by themselves."""
    values = {}
    for name, column in rows.values.items():
        most = MOST_MONEY if name in MONEY else MOST_COUNT
        values[name] = np.where((column < 0) | (column > most), MISSING, column)
    return rows.with_values(values)


def _with_stored(rows: Rows, own_only: np.ndarray) -> dict[str, np.ndarray]:
    """The inputs of the relations that concern these rows, those that are absent filled in from what is
    stored, but for rows of `own_only`.
    """
    present = rows.values.keys()
    values = dict(rows.values)
    absent = {
        name
        for relation in RELATIONS
        if present & set(relation) and not set(relation) <= present
        for name in relation
        if name not in present
    }
    for name in sorted(absent):
        stored = stored_rows(rows, [name], **{f"{name}__isnull": False})
        if len(stored):
            values[name] = np.where(own_only, MISSING, _looked_up(rows, stored, name))
    for relation in RELATIONS:
        if present & set(relation):
            for name in relation:
                values.setdefault(name, np.full(len(rows), MISSING))
    return {name: values[name] for name in COMPONENTS if name in values}


def _looked_up(rows: Rows, stored: Rows, name: str) -> np.ndarray:
    """The stored input for each row, MISSING where nothing is stored."""
    index = pd.MultiIndex.from_arrays([stored.day, stored.branch, stored.staff])
    places = index.get_indexer(pd.MultiIndex.from_arrays([rows.day, rows.branch, rows.staff]))
    return np.where(places >= 0, stored.values[name][places], MISSING)
