"""What the import pages show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext

from jobs.models import Job, State
from scorecards.importing.columns import LABELS
from scorecards.importing.reading import in_units
from scorecards.models import FigureImport, ImportState
from scorecards.services.figures.problems import sentence
from scorecards.services.figures.rows import MONEY
from scorecards.services.imports import is_stuck
from scorecards.services.imports.receiving import UNDO
from ui import dates
from ui.numbers import count


@dataclass(frozen=True)
class Line:
    """A problem in the reader's language; `where`: the rows that have it, all or the first and how many more."""

    where: str
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
        Line(_where(kept), kept["column"], kept["value"], sentence(kept["code"], kept["params"]))
        for kept in problems
    ]


def _where(kept: dict[str, Any]) -> str:
    rows = kept.get("rows", [kept["row"]] if kept["row"] else [])
    more = kept.get("count", 1) - len(rows)
    if not rows:
        return "–"
    first = pgettext("between row numbers", ", ").join(count(row) for row in rows)
    if more > 0:
        return gettext("Rows %(rows)s and %(more)s more") % {"rows": first, "more": count(more)}
    return ngettext("Row %(rows)s", "Rows %(rows)s", len(rows)) % {"rows": first}


def listed(problems: list[dict[str, Any]]) -> int:
    """How many problems the kept list stands for."""
    return sum(kept.get("count", 1) for kept in problems)


def kinds_of_problem(made: FigureImport) -> list[tuple[str, int]]:
    """The columns in which the problems lie, with how many, the most frequent first; none unless all are counted."""
    found = Counter(made.options.get("notes", {}).get("columns", {}))
    if sum(found.values()) != made.counts.get("problems"):
        return []
    del found[""]
    return found.most_common()


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


@dataclass(frozen=True)
class Unknown:
    """Names in a column that mean no branch (`what` "branch") or person ("staff") known to who imports: how many `rows`
    and different `names`, the `first` with their rows, how many `more` there are; `is_most`: of all rows of the file.
    """

    what: str
    column: str
    rows: int
    names: int
    first: list[list[Any]]
    is_most: bool

    @property
    def more(self) -> int:
        """Names that are not among the first."""
        return self.names - len(self.first)


def unknown(made: FigureImport) -> list[Unknown]:
    """The names of branches and of people that are not known."""
    counts, kept = made.counts, made.options.get("notes", {}).get("unknown", {})
    rows = {what: counts.get(f"unknown_{what}", 0) for what in kept}
    return [
        Unknown(
            what, told["column"], rows[what], told["names"], told["first"], 2 * rows[what] > counts["read"]
        )
        for what, told in kept.items()
        if rows[what]
    ]


def same_file(made: FigureImport) -> FigureImport | None:
    """An earlier import of the very same file that is in force."""
    done = FigureImport.objects.filter(digest=made.digest, state=ImportState.DONE)
    return done.exclude(pk=made.pk).order_by("-applied_at").first()
