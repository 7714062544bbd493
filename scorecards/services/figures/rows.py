"""Figures on their way through the door, as plain arrays: a million rows are checked in a second, not in
minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from formulas.components import COMPONENTS
from scorecards.models import DailyFigures

MISSING = np.iinfo(np.int64).min
"""An input that is not recorded (NULL in the table)."""
UNREADABLE = MISSING + 1
"""An input that is no whole number; the rules refuse it."""
MONEY = ("revenue", "cost_of_goods", "operating_cost")
MOST_IDS_IN_A_QUERY = 500


@dataclass
class Rows:
    """Parallel arrays: day (datetime64[D]), branch and staff ids, the inputs present, marks, the reader's
    row numbers.
    """

    day: np.ndarray
    branch: np.ndarray
    staff: np.ndarray
    values: dict[str, np.ndarray]
    marked_open: np.ndarray
    number: np.ndarray

    def __len__(self) -> int:
        return len(self.day)

    @property
    def months(self) -> np.ndarray:
        """The first day of each row's month."""
        return self.day.astype("datetime64[M]").astype("datetime64[D]")

    def take(self, chosen: np.ndarray) -> Rows:
        """The rows at these places (a boolean mask or positions); these rows themselves if the mask takes all."""
        if chosen.dtype == bool and chosen.all():
            return self  # a copy of a million rows is 100 MB
        return Rows(
            self.day[chosen],
            self.branch[chosen],
            self.staff[chosen],
            {name: values[chosen] for name, values in self.values.items()},
            self.marked_open[chosen],
            self.number[chosen],
        )

    def by_key(self) -> np.ndarray:
        """The places in the order of the table's key, in which writing is quickest."""
        if self.staff.any():
            return np.lexsort((self.staff, self.branch, self.day))
        # One number per row is sorted in a tenth of the time.
        return np.argsort(self.day.astype(np.int64) * (self.branch.max(initial=0) + 1) + self.branch)

    def pair(self) -> np.ndarray:
        """One number per (branch, day)."""
        return self.branch * 1_000_000 + self.day.astype(np.int64)

    def with_values(self, values: dict[str, np.ndarray]) -> Rows:
        """The same rows with other inputs."""
        return Rows(self.day, self.branch, self.staff, values, self.marked_open, self.number)


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after the other; all parts hold the same inputs."""
    if len(parts) == 1:
        return parts[0]
    values = {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values}
    fields = ("day", "branch", "staff", "marked_open", "number")
    return Rows(
        values=values, **{field: np.concatenate([getattr(part, field) for part in parts]) for field in fields}
    )


def rows_of(frame: pd.DataFrame) -> Rows:
    """The rows of a frame shaped as for `check`; blank days become NaT, blank ids −1."""
    size = len(frame)
    numbers = frame["row"].to_numpy(np.int64) if "row" in frame else np.arange(1, size + 1, dtype=np.int64)
    marked = (
        frame["marked_open"].fillna(False).to_numpy(bool) if "marked_open" in frame else np.zeros(size, bool)
    )
    return Rows(
        day=pd.to_datetime(frame["day"]).to_numpy().astype("datetime64[D]"),
        branch=_ids(frame["branch_id"]),
        staff=_ids(frame["staff_id"]) if "staff_id" in frame else np.zeros(size, np.int64),
        values={name: whole_numbers(frame[name]) for name in COMPONENTS if name in frame},
        marked_open=marked,
        number=numbers,
    )


def _ids(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        return column.to_numpy(np.int64)
    return pd.to_numeric(column, errors="coerce").fillna(-1).to_numpy().astype(np.int64)


def whole_numbers(column: pd.Series) -> np.ndarray:
    """A column as int64 with MISSING for blanks and UNREADABLE for fractions, infinities and text."""
    if pd.api.types.is_integer_dtype(column.dtype):
        return (
            column.to_numpy(dtype=np.int64, na_value=MISSING) if column.hasnans else column.to_numpy(np.int64)
        )
    blank = column.isna().to_numpy()
    floats = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    whole = np.isfinite(floats) & (np.abs(floats) < 2**53) & (np.floor(floats) == floats)
    return np.where(blank, MISSING, np.where(whole, np.where(whole, floats, 0).astype(np.int64), UNREADABLE))


def stored_rows(like: Rows, columns: Iterable[str], **filters: Any) -> Rows:
    """The stored rows of the branches and days of `like` (a few more may come: the span is taken as a
    whole).
    """
    names = list(columns)
    empty = np.zeros(0, np.int64)
    found: list[tuple[Any, ...]] = []
    known = ~np.isnat(like.day)
    if known.any():
        found = list(_stored(like, known, filters).values_list("day", "branch_id", "staff_id", *names))
    parts = list(zip(*found, strict=True)) if found else []
    return Rows(
        day=np.array(parts[0] if parts else [], dtype="datetime64[D]"),
        branch=np.array(parts[1], np.int64) if parts else empty,
        staff=np.array(parts[2], np.int64) if parts else empty,
        values={name: _with_blanks(parts[place + 3]) if parts else empty for place, name in enumerate(names)},
        marked_open=np.zeros(len(found), bool),
        number=np.zeros(len(found), np.int64),
    )


def _stored(like: Rows, known: np.ndarray, filters: dict[str, Any]) -> Any:
    first, last = like.day[known].min().item(), like.day[known].max().item()
    found = DailyFigures.objects.filter(day__range=(first, last), **filters)
    branches = np.unique(like.branch[known])
    if len(branches) <= MOST_IDS_IN_A_QUERY:
        found = found.filter(branch__in=branches.tolist())
    return found.order_by()


def _with_blanks(values: tuple[int | None, ...]) -> np.ndarray:
    return np.array([MISSING if value is None else value for value in values], np.int64)


def has_stored(like: Rows, **filters: Any) -> bool:
    """True if anything is stored for these branches in this span of days."""
    known = ~np.isnat(like.day)
    return bool(known.any()) and _stored(like, known, filters).exists()


def as_dates(days: np.ndarray) -> list[date]:
    """Days as Python dates."""
    return days.astype("datetime64[D]").tolist()
