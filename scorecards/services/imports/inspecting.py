"""Looking at a file: recognise it, ask what it does not tell, show what would be stored. Nothing is stored yet."""

from __future__ import annotations

from collections import Counter
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
from scorecards.importing.refusals import UNKNOWN_BRANCH, UNKNOWN_STAFF, Group
from scorecards.importing.table import Opened
from scorecards.models import FigureImport, ImportState
from scorecards.services.figures.problems import Stored
from scorecards.services.figures.rows import MISSING, Rows
from scorecards.services.figures.storing import compare_examined
from scorecards.services.imports.opening import lookup_for, opened, plan_for, refuse
from scorecards.services.imports.refused import handed_back, keep, kept_problem

PREVIEWED = 12
SHOWN_PROBLEMS = 200
NAMED = 20
CODES = {"branch": UNKNOWN_BRANCH, "staff": UNKNOWN_STAFF}
PLACES = 2**32  # a day and a branch's id as one number, to be sorted at once


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
        refuse(made, error, ImportState.READING)
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
        error="",
    )
    return {"asked": len(found.asks)}


def _show(made: FigureImport, file: Opened, found: Guess, run: Run, at: datetime) -> dict[str, Any]:
    plan = replace(found.plan, sheet=file.sheet)
    judged = judge(file.table, plan, lookup_for(made), at=at, progress=run.progress)
    stored = compare_examined(judged.examined)
    first, last = judged.span
    options = plan.options() | {"notes": noted(judged)}
    counts = counted(judged, stored)
    if len(judged.refused):
        back = handed_back(file, plan, judged)
        counts["handed_back"] = len(back["rows"])
        options["refused_rows"] = keep(made, back | {"unknown": names_of(judged)})
    _end(
        made,
        state=ImportState.READY,
        question=described(file, found),
        options=options,
        mapping=plan.mapping,
        counts=counts,
        problems=[kept_group(group) for group in listed(judged)[:SHOWN_PROBLEMS]],
        preview=previewed(judged.examined.completed),
        first_day=first,
        last_day=last,
    )
    return counts


def counted(judged: Judged, stored: Stored) -> dict[str, int]:
    """Rows by outcome: `read`, `closed`, `refused` (with `problems` in all), `held` back on `held_days`; of the
    refused those that name no branch (`nowhere`) or one that is not known (`unknown_branch`, `unknown_staff`);
    `receipts` and `returns`; `new`, `changed`, `same` of what would be stored.
    """
    return {
        "read": judged.read,
        "closed": judged.closed,
        "refused": len(judged.refused),
        "problems": judged.found,
        "held": len(judged.held.numbers),
        "held_days": len(judged.held.days),
        "nowhere": judged.nowhere,
        "unknown_branch": judged.unknown["branch"].rows if "branch" in judged.unknown else 0,
        "unknown_staff": judged.unknown["staff"].rows if "staff" in judged.unknown else 0,
        "receipts": judged.receipts,
        "returns": judged.returns,
        "new": stored.new,
        "changed": stored.changed,
        "same": stored.same,
    }


def listed(judged: Judged, names: int = NAMED) -> list[Group]:
    """The groups of problems in the order of the file. Where names are unknown in large number, only the first so many
    and behind all others: they are told apart anyway and would leave no room.
    """
    many = {CODES[what] for what, found in judged.unknown.items() if found.names > NAMED}
    groups = [group for group in judged.groups if group.problem.code not in many]
    for code in sorted(many):
        groups += [group for group in judged.groups if group.problem.code == code][:names]
    return groups


def kept_group(group: Group) -> dict[str, Any]:
    """Equal problems as kept with the import: the first, with how many there are and the first `rows`."""
    return kept_problem(group.problem) | {"count": group.count, "rows": group.rows}


def names_of(judged: Judged) -> dict[str, list[str]]:
    """All names that mean no branch or person, the most frequent first: from them new ones can be made."""
    return {what: [name for name, _ in names.found] for what, names in judged.unknown.items()}


def noted(judged: Judged) -> dict[str, Any]:
    """What the page tells beside the counts: the first days that are held back, words read as "not recorded", and names
    that mean no branch or person.
    """
    days = judged.held.days[:NAMED]
    codes = dict(Branch.objects.filter(pk__in=[pk for pk, _ in days]).values_list("pk", "code"))
    words = Counter(judged.unrecorded).most_common(NAMED)
    return {
        "held": [[codes.get(pk, ""), day.isoformat()] for pk, day in days],
        "traded": traded(judged.examined.rows),
        "unrecorded": [[heading, word, cells] for (heading, word), cells in words],
        "columns": problems_by_column(judged),
        "unknown": {
            what: {"column": names.column, "names": names.names, "first": names.found[:NAMED]}
            for what, names in judged.unknown.items()
        },
    }


def problems_by_column(judged: Judged) -> dict[str, int]:
    """How many problems lie in each column of the file ("" for those of whole rows), listed or not."""
    found: Counter[str] = Counter()
    for group in judged.groups:
        found[group.problem.column] += group.count
    return dict(found)


def traded(rows: Rows) -> dict[str, Any]:
    """Days on which the calendar calls the branch closed and the file has figures, which are stored as days of
    trading: `count` branch-days, and the `first` of them as (branch code, day).
    """
    marked = rows.take(rows.marked_open)
    keys = np.unique(marked.day.astype("datetime64[D]").astype(np.int64) * PLACES + marked.branch)
    first = [(str(np.datetime64(int(key // PLACES), "D")), int(key % PLACES)) for key in keys[:NAMED]]
    codes = dict(Branch.objects.filter(pk__in=[pk for _, pk in first]).values_list("pk", "code"))
    return {"count": len(keys), "first": [[codes.get(pk, ""), day] for day, pk in first]}


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
