"""The rows that are handed back to be mended: as they stand in the file, so that the mended file is read the same."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from formulas.components import COMPONENTS
from scorecards.importing import dates, numbers
from scorecards.importing.columns import RATIOS
from scorecards.importing.plan import Plan
from scorecards.importing.reading import Judged
from scorecards.importing.refusals import MOST_LISTED
from scorecards.importing.table import Opened
from scorecards.models import FigureImport
from scorecards.services.figures.problems import Problem

MOST_ROWS = MOST_LISTED
MOST_CHARACTERS = 20_000_000
MOST_COLUMNS = 500
MOST_OF_A_CELL = 32_767
"""As many characters as a cell of a spreadsheet holds."""
NUMBERS = frozenset({*COMPONENTS, *RATIOS, "price", "quantity", "amount"})
Rewrite = Callable[[str], str]


def handed_back(file: Opened, plan: Plan, judged: Judged) -> dict[str, Any]:
    """The refused rows, and the sound ones that wait for them, with what is wrong with each.

    All of them or, if they are too many, the first. Rows that are parts of a day are handed back all or not at all:
    a mended file with half a day would be stored as the whole of it.
    """
    wanted = np.union1d(judged.refused, judged.held.numbers)
    rows = list(_rows(file, plan, judged, set(wanted[:MOST_ROWS].tolist())))
    if plan.parts and len(rows) < len(wanted):
        rows = []
    return {"headings": file.table.headings[:MOST_COLUMNS], "rows": rows}


def _rows(file: Opened, plan: Plan, judged: Judged, wanted: set[int]) -> Iterator[dict[str, Any]]:
    problems = _by_row(judged)
    rewrites = _rewrites(file, plan, judged.marks)
    left = MOST_CHARACTERS
    for number, cells in file.table.rows():
        if number not in wanted:
            continue
        texts = [str(cell).replace("\x00", "")[:MOST_OF_A_CELL] for cell in cells[:MOST_COLUMNS]]
        texts = [rewrites[place](text) if place in rewrites else text for place, text in enumerate(texts)]
        left -= sum(map(len, texts))
        if left < 0:
            return
        yield {"row": number, "cells": texts, "problems": problems[number]}


def _by_row(judged: Judged) -> dict[int | None, list[dict[str, Any]]]:
    problems: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for problem in judged.problems:
        problems[problem.row].append(kept_problem(problem))
    for number in judged.held.numbers.tolist():
        problems[number].append(kept_problem(Problem(number, "", "", "incomplete_day")))
    return problems


def kept_problem(problem: Problem) -> dict[str, Any]:
    """A problem as kept with the import: the code, not the sentence, so that every reader gets their language."""
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "params": problem.params,
    }


def _rewrites(file: Opened, plan: Plan, marks: dict[str, str]) -> dict[int, Rewrite]:
    """For the place of a column how to write cells that only the whole column explains: a few of its rows no longer
    tell whether 1.234 is a thousand, or 01/02 the second of January.
    """
    rewrites: dict[int, Rewrite] = {}
    for code, heading in plan.mapping.items():
        place = file.table.headings.index(heading)
        if code == "day" and plan.date_order:
            rewrites[place] = lambda text: _plain_day(text, plan.date_order)
        elif code in NUMBERS and marks.get(code) == ",":
            rewrites[place] = _plain_number
    return rewrites


def _plain_day(text: str, order: str) -> str:
    try:
        return dates.parse(text, order).isoformat()
    except ValueError:
        return text


def _plain_number(text: str) -> str:
    try:
        number = numbers.parse(text, ",")
    except ValueError:
        return text
    return text if number is None else format(number, "f")


def name_of(made: FigureImport) -> str:
    """Where the rows of an import are kept."""
    return str(made.options.get("refused_rows") or f"{made.file.name}.refused.json")


def keep(made: FigureImport, content: dict[str, Any]) -> str:
    """Keep the rows beside the file in place of those of an earlier reading; returns the stored name."""
    drop(made)
    data = json.dumps(content, ensure_ascii=False).encode()
    return default_storage.save(f"{made.file.name}.refused.json", ContentFile(data))


def drop(made: FigureImport) -> None:
    """Drop what an earlier reading kept."""
    if made.file:
        for name in {name_of(made), f"{made.file.name}.refused.json"}:
            default_storage.delete(name)


def refused_rows(made: FigureImport) -> dict[str, Any]:
    """What `keep` kept: headings, rows with number, cells and problems, and names that are `unknown`; empty if there
    are none.
    """
    if not made.file or not default_storage.exists(name_of(made)):
        return {"headings": [], "rows": []}
    with default_storage.open(name_of(made)) as file:
        return dict(json.load(file))
