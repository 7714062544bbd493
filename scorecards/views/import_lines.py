"""What the import pages show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from jobs.models import Job, State
from scorecards.importing.columns import LABELS
from scorecards.importing.reading import in_units
from scorecards.models import FigureImport, ImportState
from scorecards.services.figures.problems import sentence
from scorecards.services.figures.rows import MONEY


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
    return Counter(kept["column"] for kept in problems if kept["column"]).most_common(6)


def preview_of(made: FigureImport) -> Preview:
    """The preview of an import as a table."""
    names = list(made.preview[0]["values"]) if made.preview else []
    rows = [
        [
            kept["branch"],
            kept["day"],
            kept["staff"],
            *(_cell(name, kept["values"].get(name)) for name in names),
        ]
        for kept in made.preview
    ]
    return Preview([str(LABELS[name]) for name in names], rows, any(kept["staff"] for kept in made.preview))


def _cell(name: str, value: int | None) -> str:
    if value is None:
        return "–"
    return in_units(str(value)) if name in MONEY else str(value)


def job_of(made: FigureImport) -> Job | None:
    """The newest job that works or worked on an import."""
    return Job.objects.filter(subject=f"import {made.pk}").order_by("-created_at", "-pk").first()


def is_working(made: FigureImport, job: Job | None) -> bool:
    """True while the worker has something to do for this import."""
    busy = job is not None and job.state in (State.WAITING, State.RUNNING)
    return busy or made.state in (ImportState.READING, ImportState.APPLYING)


def same_file(made: FigureImport) -> FigureImport | None:
    """An earlier import of the very same file that is in force."""
    done = FigureImport.objects.filter(digest=made.digest, state=ImportState.DONE)
    return done.exclude(pk=made.pk).order_by("-applied_at").first()
