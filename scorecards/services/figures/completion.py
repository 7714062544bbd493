"""The row of the whole branch from the rows of its staff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from formulas.components import COMPONENTS
from scorecards.services.figures.rows import MISSING, Rows, joined, stored_rows

KEY = ["pair", "staff"]
FROM_STORE = "from store"
"""How many of the staff rows that a sum is made of are stored, and not handed in."""


@dataclass(frozen=True)
class Clash:
    """Where a branch row says something else than its staff rows add up to: masks and sums over the rows
    handed in. `stored`: where staff rows that are stored, and not handed in, are in the sum.
    """

    broken: np.ndarray
    sums: np.ndarray
    stored: np.ndarray


@dataclass(frozen=True)
class Completion:
    """The rows with the branch rows completed or added.

    `origin`: for each row the place of the handed-in row to blame for it; `clashes` by input.
    """

    rows: Rows
    origin: np.ndarray
    clashes: dict[str, Clash]


def complete(rows: Rows) -> Completion:
    """Where staff rows record an input, the branch row of that day holds their sum; else it keeps its own.

    Staff rows that are stored and not among the rows count as they are. Nothing happens where a branch's
    day has no staff rows at all.
    """
    as_they_are = Completion(rows, np.arange(len(rows)), {})
    if not len(rows):
        return as_they_are
    stored = _stored_staff(rows)
    pairs = np.unique(np.concatenate([rows.pair()[rows.staff > 0], stored.pair()]))
    if not len(pairs):
        return as_they_are
    sums = _sums(rows, stored, pairs)
    return _completed(rows, sums)


def _stored_staff(rows: Rows) -> Rows:
    stored = stored_rows(rows, rows.values, staff_id__gt=0)
    if not len(stored):
        return stored  # the usual case of a large file: nothing to compare a million rows with
    return stored.take(np.isin(stored.pair(), rows.pair()))


def _frame(rows: Rows) -> pd.DataFrame:
    """Inputs as floats with NaN: sums of a branch's day are far below 2^53, so they stay exact."""
    values = {name: np.where(column == MISSING, np.nan, column) for name, column in rows.values.items()}
    return pd.DataFrame({"pair": rows.pair(), "staff": rows.staff, **values})


def _sums(rows: Rows, stored: Rows, pairs: np.ndarray) -> pd.DataFrame:
    """Per (branch, day) the sums of the staff rows, NaN for an input that none of them records; and FROM_STORE."""
    parts = [
        _frame(stored).assign(**{FROM_STORE: 1.0}),
        _frame(rows.take(rows.staff > 0)).assign(**{FROM_STORE: 0.0}),
    ]
    staff = pd.concat(parts).drop_duplicates(KEY, keep="last")
    return staff[staff["pair"].isin(pairs)].drop(columns="staff").groupby("pair").sum(min_count=1)


def _completed(rows: Rows, sums: pd.DataFrame) -> Completion:
    whole = rows.staff == 0
    place = sums.index.get_indexer(pd.Index(np.where(whole, rows.pair(), -1)))
    from_store = (place >= 0) & (sums[FROM_STORE].to_numpy()[place] > 0)
    values, clashes = {}, {}
    for name, column in rows.values.items():
        summed = sums[name].to_numpy()
        expected = np.where(place >= 0, summed[place], np.nan)
        ruled = ~np.isnan(expected)
        as_int = np.where(ruled, expected, 0).astype(np.int64)
        values[name] = np.where(ruled, as_int, column)
        clashes[name] = Clash(ruled & (column != MISSING) & (column != as_int), as_int, from_store)
    completed = rows.with_values(values)
    return _with_new_branch_rows(completed, sums, clashes)


def _with_new_branch_rows(rows: Rows, sums: pd.DataFrame, clashes: dict[str, Clash]) -> Completion:
    """Add the branch rows that the rows do not bring; an input that no staff row records keeps its stored
    value.
    """
    present = rows.pair()[rows.staff == 0]
    lacking = np.flatnonzero((rows.staff > 0) & ~np.isin(rows.pair(), present))
    _, first = np.unique(rows.pair()[lacking], return_index=True)
    origin = lacking[first]
    model = rows.take(origin)
    own = _stored_own(model)
    values = {name: _sum_or_own(sums[name], own[name], model.pair()) for name in rows.values}
    added = Rows(
        model.day, model.branch, np.zeros(len(model), np.int64), values, model.marked_open, model.number
    )
    return Completion(joined([rows, added]), np.concatenate([np.arange(len(rows)), origin]), clashes)


def _stored_own(model: Rows) -> pd.DataFrame:
    names = [name for name in COMPONENTS if name in model.values]
    stored = stored_rows(model, names, staff_id=0)
    return _frame(stored).set_index("pair").reindex(model.pair())


def _sum_or_own(sums: pd.Series, own: pd.Series, pairs: np.ndarray) -> np.ndarray:
    summed = sums.reindex(pairs).to_numpy()
    value = np.where(np.isnan(summed), own.to_numpy(), summed)
    blank = np.isnan(value)
    return np.where(blank, MISSING, np.where(blank, 0, value).astype(np.int64))
