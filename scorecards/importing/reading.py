"""A whole file: read by its plan, checked by the rules, ready to be shown or stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings

from branches.models import Branch, StaffMember
from scorecards.importing import refusals as refused
from scorecards.importing.columns import LABELS, RECEIPTS
from scorecards.importing.daily import DailyReader, added_up
from scorecards.importing.lookup import Lookup
from scorecards.importing.plan import Plan, decimals
from scorecards.importing.problems import FileRefused
from scorecards.importing.receipts import ReceiptReader
from scorecards.importing.refusals import Refusals
from scorecards.importing.table import Table
from scorecards.services.figures.findings import Findings
from scorecards.services.figures.problems import Problem
from scorecards.services.figures.rows import MONEY, Rows
from scorecards.services.figures.rules import FIRST_DAY, Examined, Today, closed_days, examine

Progress = Callable[[int], None]


@dataclass
class Judged:
    """A file after reading and checking.

    `examined`: the good rows, completed. `read`: rows of the file; `closed`: closed days left out; `refused`: their
    row numbers; `problems` in the order of the file, at most refusals.MOST_LISTED.
    """

    examined: Examined
    read: int
    closed: int
    refused: np.ndarray
    problems: list[Problem]

    @property
    def span(self) -> tuple[Any, Any]:
        """First and last day of the good rows; None without any."""
        days = self.examined.rows.day
        return (days.min().item(), days.max().item()) if len(days) else (None, None)


def judge(
    table: Table, plan: Plan, lookup: Lookup, *, at: datetime, progress: Progress | None = None
) -> Judged:
    """Read a table by its plan and check every row by the rules; `progress` is told the rows read so far.
    FileRefused if no column holds figures.

    Days on which the branch is closed by its calendar are marked as traded: a till that sold was open.
    """
    if not plan.has_figures:
        raise FileRefused("no_figure_columns")
    refusals = Refusals()
    rows, read, closed = _read(table, plan, lookup, refusals, progress or (lambda done: None))
    rows = _marked(rows, Today(at=at))
    examined = _good(rows, Today(at=at), plan, refusals)
    return Judged(examined, read, closed, refusals.numbers, refusals.ordered())


def _read(
    table: Table, plan: Plan, lookup: Lookup, refusals: Refusals, progress: Progress
) -> tuple[Rows, int, int]:
    wanted = list(dict.fromkeys(plan.mapping.values()))
    parts: list[Rows] = []
    reader: DailyReader | ReceiptReader | None = None
    read = 0
    for portion in table.portions(wanted):
        if reader is None:
            marks = decimals(plan, portion.frame, list(plan.mapping))
            kind = ReceiptReader if plan.kind == RECEIPTS else DailyReader
            reader = kind(plan, lookup, marks, refusals)
        _refuse_ragged(portion.ragged, len(table.headings), refusals)
        read += len(portion.frame) + len(portion.ragged)
        if isinstance(reader, ReceiptReader):
            reader.add(portion.frame)
        else:
            parts.append(reader.rows(portion.frame))
        progress(read)
    if isinstance(reader, ReceiptReader):
        return reader.figures(), read, 0
    rows = _joined(parts)
    return (added_up(rows) if plan.add_up else rows), read, reader.closed if reader else 0


def _refuse_ragged(ragged: list[tuple[int, int]], expected: int, refusals: Refusals) -> None:
    for number, found in ragged:
        refusals.add(np.array([number]), "", [""], "wrong_number_of_cells", found=found, expected=expected)


def _joined(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    names = parts[0].values if parts else {}
    joined = {name: np.concatenate([part.values[name] for part in parts]) for name in names}
    fields = ("day", "branch", "staff", "marked_open", "number")
    arrays = {field: np.concatenate([getattr(part, field) for part in parts]) for field in fields}
    return Rows(values=joined, **arrays)


def _marked(rows: Rows, today: Today) -> Rows:
    """With the mark on days that the calendar calls closed; days out of any range are left to the rules."""
    assert today.at is not None
    sane = (rows.day >= np.datetime64(FIRST_DAY)) & (rows.day <= np.datetime64(today.at.date()) + 1)
    known = np.isin(rows.branch, np.array(Branch.objects.values_list("pk", flat=True), np.int64))
    return replace(rows, marked_open=closed_days(rows, sane & known))


def _good(rows: Rows, today: Today, plan: Plan, refusals: Refusals) -> Examined:
    """Check, leave out what is refused, and check again: without a refused staff row a sum may no longer be right."""
    while True:
        examined = examine(rows, today)
        bad = examined.findings.bad
        if not bad.any():
            return examined
        refusals.add_problems(_as_read(examined.findings, plan), rows.number[bad])
        rows = rows.take(~bad)


def _as_read(findings: Findings, plan: Plan) -> list[Problem]:
    """The rules' problems in the words of the file: its headings, codes instead of ids, money in its unit."""
    found = findings.problems(refused.MOST_LISTED)
    staff = _numbers_of({problem.value for problem in found if problem.column == "staff_id"})
    return [_in_words(problem, plan, staff) for problem in found]


def _numbers_of(ids: set[str]) -> dict[str, str]:
    known = StaffMember.objects.filter(pk__in=[int(value) for value in ids if value])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def _in_words(problem: Problem, plan: Plan, staff: dict[str, str]) -> Problem:
    field = {"staff_id": "staff", "branch_id": "branch"}.get(problem.column, problem.column)
    column = plan.mapping.get(field) or str(LABELS.get(field, field))
    value = staff.get(problem.value, problem.value) if field == "staff" else problem.value
    params = dict(problem.params)
    if field in MONEY:
        value = in_units(value)
        params = {name: in_units(str(amount)) for name, amount in params.items()}
    return replace(problem, column=column, value=value, params=params)


def in_units(minor: str) -> str:
    """An amount in minor units as people write it."""
    if not minor.lstrip("-").isdigit():
        return minor
    digits = settings.CURRENCY_DIGITS
    return f"{int(minor) / 10**digits:.{digits}f}"
