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
from scorecards.importing.refusals import UNKNOWN_BRANCH, UNKNOWN_STAFF, Group, Refusals, Unknown
from scorecards.importing.table import Table
from scorecards.importing.whole_days import Held, Incomplete, Lines, held_back, lines_of
from scorecards.services.figures.findings import Findings
from scorecards.services.figures.problems import Problem
from scorecards.services.figures.rows import MONEY, Rows, joined
from scorecards.services.figures.rules import FIRST_DAY, Examined, Today, closed_days, examine

Progress = Callable[[int], None]
SUMS = ("staff_do_not_add_up", "stored_staff_do_not_add_up")


@dataclass
class Judged:
    """A file after reading and checking.

    `examined`: the good rows, completed. `read`: rows of the file; `closed`: closed days left out; `refused`: their
    row numbers; `problems` in the order of the file, at most refusals.MOST_LISTED of `found` (a row and reason is one);
    `groups`: equal ones put together. `unknown`: "branch" and "staff", as far as rows name some that are not known.
    `held`: what is not stored although nothing is wrong with it, because its day lacks a refused row; `nowhere`:
    refused rows that name no branch. `receipts` and, among them, `returns` of the days that are whole.
    `unrecorded`: (heading, as written) → cells that say "not recorded" in words. `marks`: field → decimal mark.
    """

    examined: Examined
    read: int
    closed: int
    refused: np.ndarray
    problems: list[Problem]
    found: int
    groups: list[Group]
    unknown: dict[str, Unknown]
    held: Held
    nowhere: int
    receipts: int
    returns: int
    unrecorded: dict[tuple[str, str], int]
    marks: dict[str, str]

    @property
    def span(self) -> tuple[Any, Any]:
        """First and last day of the good rows; None without any."""
        days = self.examined.rows.day
        return (days.min().item(), days.max().item()) if len(days) else (None, None)


@dataclass
class _Read:
    """The rows of a file; which of them are refused already (`wrong`); the lines that they are made of."""

    rows: Rows
    wrong: np.ndarray
    lines: Lines | Rows
    read: int
    marks: dict[str, str]
    closed: int = 0
    receipts: int = 0
    returns: int = 0


def judge(
    table: Table, plan: Plan, lookup: Lookup, *, at: datetime, progress: Progress | None = None
) -> Judged:
    """Read a table by its plan and check every row by the rules; `progress` is told the rows read so far.
    FileRefused if no column holds figures.

    Days on which the branch is closed by its calendar are marked as traded: a till that sold was open. Where several
    rows make one day of a branch, a day that lacks one is not among the good rows.
    """
    if not plan.has_figures:
        raise FileRefused("no_figure_columns")
    refusals, incomplete = Refusals(), Incomplete()
    found = _read(table, plan, lookup, refusals, incomplete, progress or (lambda done: None))
    rows = _marked(found.rows, Today(at=at))
    examined = _good(rows, found.wrong, Today(at=at), plan, refusals, incomplete)
    refused = refusals.numbers
    lines = found.lines if plan.parts else found.rows.take(np.zeros(0, np.int64))
    unknown = _unknown(refusals)
    named = unknown["branch"].rows if "branch" in unknown else 0
    return Judged(
        examined,
        found.read,
        found.closed,
        refused,
        refusals.ordered(),
        refusals.found,
        refusals.groups(),
        unknown,
        held_back(lines, incomplete, refused),
        incomplete.nowhere - named if plan.parts else 0,
        found.receipts,
        found.returns,
        dict(refusals.unrecorded),
        found.marks,
    )


def _unknown(refusals: Refusals) -> dict[str, Unknown]:
    found = {"branch": refusals.unknown(UNKNOWN_BRANCH), "staff": refusals.unknown(UNKNOWN_STAFF)}
    return {what: names for what, names in found.items() if names}


def _read(
    table: Table, plan: Plan, lookup: Lookup, refusals: Refusals, incomplete: Incomplete, progress: Progress
) -> _Read:
    wanted = list(dict.fromkeys(plan.mapping.values()))
    parts: list[tuple[Rows, np.ndarray]] = []
    reader: DailyReader | ReceiptReader | None = None
    marks: dict[str, str] = {}
    read = 0
    for portion in table.portions(wanted, plan.numbers):
        if reader is None:
            marks = decimals(plan, portion.frame, list(plan.mapping))
            kind = ReceiptReader if plan.kind == RECEIPTS else DailyReader
            reader = kind(plan, lookup, marks, refusals, incomplete)
        _refuse_ragged(portion.ragged, len(table.headings), refusals, incomplete)
        read += len(portion.frame) + len(portion.ragged)
        if isinstance(reader, ReceiptReader):
            reader.add(portion.frame)
        else:
            parts.append(reader.rows(portion.frame))
        progress(read)
    assert reader is not None, "a table has rows"
    if isinstance(reader, ReceiptReader):
        rows, wrong, lines = reader.figures()
        return _Read(rows, wrong, lines or rows, read, marks, 0, reader.receipts, reader.returns)
    return _daily(parts, plan, read, marks, reader.closed)


def _daily(
    parts: list[tuple[Rows, np.ndarray]], plan: Plan, read: int, marks: dict[str, str], closed: int
) -> _Read:
    rows = joined([rows for rows, _ in parts])
    wrong = np.concatenate([wrong for _, wrong in parts])
    if not plan.add_up:
        return _Read(rows, wrong, rows, read, marks, closed)
    lines = lines_of([rows])
    return _Read(*added_up(rows, wrong), lines, read, marks, closed)


def _refuse_ragged(
    ragged: list[tuple[int, int]], expected: int, refusals: Refusals, incomplete: Incomplete
) -> None:
    incomplete.nowhere += len(ragged)
    for number, found in ragged:
        refusals.add(np.array([number]), "", [""], "wrong_number_of_cells", found=found, expected=expected)


def _marked(rows: Rows, today: Today) -> Rows:
    """With the mark on days that the calendar calls closed; days out of any range are left to the rules."""
    assert today.at is not None
    sane = (rows.day >= np.datetime64(FIRST_DAY)) & (rows.day <= np.datetime64(today.at.date()) + 1)
    known = np.isin(rows.branch, np.array(Branch.objects.values_list("pk", flat=True), np.int64))
    return replace(rows, marked_open=closed_days(rows, sane & known))


def _good(
    rows: Rows, wrong: np.ndarray, today: Today, plan: Plan, refusals: Refusals, incomplete: Incomplete
) -> Examined:
    """Check, leave out what is refused, and check again: without a refused staff row a sum may no longer be right."""
    while True:
        examined = examine(rows, today, wrong)
        findings = examined.findings
        bad = findings.bad | wrong
        if plan.parts:
            incomplete.lacks(rows, bad)
            bad |= incomplete.among(rows)
        if not bad.any():
            return examined
        refusals.add_problems(as_read(findings, plan), rows.number[findings.bad], findings.size)
        rows, wrong = rows.take(~bad), wrong[~bad]


def as_read(findings: Findings, plan: Plan) -> list[Problem]:
    """The rules' problems in the words of the file: its headings, codes instead of ids, money in its unit; a row and
    reason is one."""
    found = findings.problems(refused.MOST_LISTED)
    staff = _numbers_of({problem.value for problem in found if problem.column == "staff_id"})
    return _together([_in_words(problem, plan, staff) for problem in found])


def _together(found: list[Problem]) -> list[Problem]:
    """With one problem for all inputs of a row that differ from the sum of its staff rows."""
    together: dict[tuple[int | None, str], list[Problem]] = {}
    for place, problem in enumerate(found):
        key = problem.code if problem.code in SUMS else str(place)
        together.setdefault((problem.row, key), []).append(problem)
    return [same[0] if len(same) == 1 else _one_of(same) for same in together.values()]


def _one_of(same: list[Problem]) -> Problem:
    sums = ", ".join(f"{problem.column} {problem.params['sum']}" for problem in same)
    columns, values = (
        ", ".join(texts) for texts in zip(*((one.column, one.value) for one in same), strict=True)
    )
    return replace(same[0], column=columns, value=values, params={"sum": sums})


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
