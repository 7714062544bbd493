"""What the import pages show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.text import capfirst

from jobs.models import Job, State
from scorecards.importing.columns import LABELS
from scorecards.importing.reading import in_units
from scorecards.models import FigureImport, ImportState
from scorecards.services.figures.problems import sentence
from scorecards.services.figures.rows import MONEY
from scorecards.services.imports import is_stuck
from scorecards.services.imports.receiving import UNDO
from ui import dates


@dataclass(frozen=True)
class Line:
    """A problem in the reader's language."""

    row: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """The first rows as they will be stored: headings, and cells as text ("–": not recorded)."""

    headings: list[str]
    rows: list[list[str]]
    has_staff: bool


def lines(problems: list[dict[str, Any]]) -> list[Line]:
    """Kept problems in the reader's language."""
    return [
        Line(kept["row"], kept["column"], kept["value"], sentence(kept["code"], kept["params"]))
        for kept in problems
    ]


def kinds_of_problem(problems: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """The columns in which the listed problems lie, with how many, the most frequent first."""
    return Counter(kept["column"] for kept in problems if kept["column"]).most_common()


def preview_of(made: FigureImport) -> Preview:
    """The preview of an import as a table."""
    names = list(made.preview[0]["values"]) if made.preview else []
    rows = [
        [
            kept["branch"],
            dates.day(date.fromisoformat(kept["day"])),
            kept["staff"],
            *(_cell(name, kept["values"].get(name)) for name in names),
        ]
        for kept in made.preview
    ]
    return Preview([_heading(name) for name in names], rows, any(kept["staff"] for kept in made.preview))


def _heading(name: str) -> str:
    """What an input is called; money with its currency."""
    label = capfirst(str(LABELS[name]))
    return f"{label} ({settings.CURRENCY})" if name in MONEY else label


def _cell(name: str, value: int | None) -> str:
    if value is None:
        return "–"
    return in_units(str(value)) if name in MONEY else str(value)


def is_working(made: FigureImport, job: Job | None) -> bool:
    """True while the worker has something to do for this import."""
    return job is not None and job.state in (State.WAITING, State.RUNNING)


def broke_off(made: FigureImport, job: Job | None) -> str:
    """What broke off: "reading", "applying" or "undoing"; "" if nothing did."""
    if is_stuck(made, job):
        return str(made.state)
    failed = job is not None and job.state == State.FAILED and job.kind == UNDO
    return "undoing" if failed and made.state == ImportState.DONE else ""


@dataclass(frozen=True)
class HeldDay:
    """A branch's day."""

    branch: str
    day: date


def held_days(made: FigureImport) -> list[HeldDay]:
    """The first of the days that are held back."""
    return _days(made.options.get("notes", {}).get("held", []))


@dataclass(frozen=True)
class Traded:
    """Days on which branches are closed by their calendar and have figures all the same: how many, the first few."""

    count: int
    first: list[HeldDay]


def traded_days(made: FigureImport) -> Traded:
    """What of the file lies on days that the calendar calls closed."""
    kept = made.options.get("notes", {}).get("traded", {"count": 0, "first": []})
    return Traded(kept["count"], _days(kept["first"]))


def _days(kept: list[list[str]]) -> list[HeldDay]:
    return [HeldDay(branch, date.fromisoformat(day)) for branch, day in kept]


@dataclass(frozen=True)
class Unrecorded:
    """A word that stands for "not recorded" in a column, and in how many cells."""

    column: str
    word: str
    cells: int


def unrecorded(made: FigureImport) -> list[Unrecorded]:
    """The words that were read as "not recorded", the most frequent first."""
    return [Unrecorded(*found) for found in made.options.get("notes", {}).get("unrecorded", [])]


def same_file(made: FigureImport) -> FigureImport | None:
    """An earlier import of the very same file that is in force."""
    done = FigureImport.objects.filter(digest=made.digest, state=ImportState.DONE)
    return done.exclude(pk=made.pk).order_by("-applied_at").first()
