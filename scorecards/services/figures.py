"""The one door by which figures enter: checked, completed, stored with their history, and marked for the recompute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from django.utils.functional import Promise

from branches.models import User
from scorecards.models import Source


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: `row` counts from 1 as the reader sees it (None: the whole), `reason` says what would be right."""

    row: int | None
    column: str
    value: str
    reason: str | Promise


@dataclass(frozen=True)
class Stored:
    """What storing did, in rows."""

    new: int
    changed: int
    same: int


class FiguresRefused(Exception):
    """Nothing was stored; `problems` says why, all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


def check(frame: pd.DataFrame, *, today: date) -> list[Problem]:
    """Every rule that a row of figures must meet; empty if all do.

    `frame`: columns day (datetime64), branch_id, staff_id (0: whole branch) and any of COMPONENTS as Int64 (NA: not
    recorded), optionally marked_open; optionally `row` (the reader's row number, else position + 1).
    """
    raise NotImplementedError


def store(
    frame: pd.DataFrame,
    *,
    by: User | None,
    source: Source,
    at: datetime,
    why: str = "",
    import_id: int | None = None,
) -> Stored:
    """Store rows shaped as for `check` in one transaction; FiguresRefused if any rule is broken.

    A column that is absent leaves what is stored; NA in a column that is present stores "not recorded". Completes the
    branch rows from the staff rows, writes one FigureChange per changed row, marks the (branch, month) pairs, and
    requests a recompute. The same frame again stores nothing.
    """
    raise NotImplementedError
