"""Looking at a file: recognise it, ask what it does not tell, show what would be stored. Nothing is stored yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from branches.models import Branch, StaffMember
from jobs.services import Run
from scorecards.importing.plan import Guess, guess
from scorecards.importing.problems import FileRefused
from scorecards.importing.reading import Judged, judge
from scorecards.importing.refusals import clean
from scorecards.importing.table import Opened
from scorecards.models import FigureImport, ImportState
from scorecards.services.figures.problems import Problem, Stored
from scorecards.services.figures.rows import MISSING, Rows
from scorecards.services.figures.storing import compare_examined
from scorecards.services.imports.opening import keep_refused, lookup_for, opened, plan_for, refusal

PREVIEWED = 12
SHOWN_PROBLEMS = 200
MOST_CELLS_KEPT = 60


def inspect(run: Run) -> dict[str, Any]:
    """Job: read the file by its plan and keep preview, counts and problems, or the questions. May run twice."""
    made = FigureImport.objects.select_related("by").filter(pk=run.job.arguments["import"]).first()
    if made is None or made.state != ImportState.READING:
        return {}
    try:
        with opened(made) as file:
            found = guess(file, plan_for(made))
            if found.asks:
                return _ask(made, file, found)
            return _show(made, file, found, run, timezone.now())
    except FileRefused as error:
        _end(made, state=ImportState.REFUSED, error=refusal(error), question={})
        return {"refused": 1}


def _end(made: FigureImport, **fields: Any) -> None:
    """Write the outcome, unless the reader has changed the plan meanwhile."""
    FigureImport.objects.filter(pk=made.pk, state=ImportState.READING).update(**fields)


def described(file: Opened, found: Guess) -> dict[str, Any]:
    """What the page about the columns needs to know of the file."""
    return {
        "asks": list(found.asks),
        "headings": found.headings,
        "samples": found.samples,
        "customers": found.customers,
        "date_sample": found.date_sample,
        "sheets": file.sheets,
        "sheet": file.sheet,
        "encoding": file.encoding,
        "separator": file.separator,
        "heading": file.heading,
    }


def _ask(made: FigureImport, file: Opened, found: Guess) -> dict[str, Any]:
    plan = replace(found.plan, sheet=file.sheet)
    _end(
        made,
        state=ImportState.UPLOADED,
        question=described(file, found),
        options=plan.options(),
        mapping=plan.mapping,
        preview=[],
        problems=[],
        counts={},
    )
    return {"asked": len(found.asks)}


def _show(made: FigureImport, file: Opened, found: Guess, run: Run, at: datetime) -> dict[str, Any]:
    plan = replace(found.plan, sheet=file.sheet)
    judged = judge(file.table, plan, lookup_for(made), at=at, progress=run.progress)
    stored = compare_examined(judged.examined)
    counts = counted(judged, stored)
    first, last = judged.span
    kept = keep_refused(made, _refused(file, judged)) if judged.problems else ""
    _end(
        made,
        state=ImportState.READY,
        question=described(file, found),
        options=plan.options() | {"refused_rows": kept},
        mapping=plan.mapping,
        counts=counts,
        problems=[kept_problem(problem) for problem in judged.problems[:SHOWN_PROBLEMS]],
        preview=previewed(judged.examined.completed),
        first_day=first,
        last_day=last,
        error="",
    )
    return counts


def counted(judged: Judged, stored: Stored) -> dict[str, int]:
    """Rows by outcome: `read`, `closed`, `refused` of the file; `new`, `changed`, `same` of what would be stored."""
    return {
        "read": judged.read,
        "closed": judged.closed,
        "refused": len(judged.refused),
        "new": stored.new,
        "changed": stored.changed,
        "same": stored.same,
    }


def kept_problem(problem: Problem) -> dict[str, Any]:
    """A problem as kept with the import: the code, not the sentence, so that every reader gets their language."""
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "params": problem.params,
    }


def previewed(rows: Rows) -> list[dict[str, Any]]:
    """The first rows as they will be stored: branch code, day, staff number, inputs (null: not recorded)."""
    rows = rows.take(np.argsort(rows.number, kind="stable")[:PREVIEWED])
    branches = dict(Branch.objects.filter(pk__in=rows.branch.tolist()).values_list("pk", "code"))
    staff = dict(StaffMember.objects.filter(pk__in=rows.staff.tolist()).values_list("pk", "number"))
    return [
        {
            "row": int(rows.number[place]),
            "branch": branches.get(int(rows.branch[place]), ""),
            "day": str(rows.day[place]),
            "staff": staff.get(int(rows.staff[place]), ""),
            "values": {
                name: None if values[place] == MISSING else int(values[place])
                for name, values in rows.values.items()
            },
        }
        for place in range(len(rows))
    ]


def _refused(file: Opened, judged: Judged) -> dict[str, Any]:
    """The refused rows as they stand in the file, with what is wrong with each, to be mended and sent again."""
    problems = defaultdict(list)
    for problem in judged.problems:
        problems[problem.row].append(kept_problem(problem))
    rows = [
        {
            "row": number,
            "cells": [clean(cell) for cell in cells[:MOST_CELLS_KEPT]],
            "problems": problems[number],
        }
        for number, cells in file.table.rows()
        if number in problems
    ]
    return {"headings": file.table.headings[:MOST_CELLS_KEPT], "rows": rows}
