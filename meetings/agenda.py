"""The register of agenda sections: an app says here what it wants said in a meeting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import activate, deactivate_all, get_language

from branches.models import Branch

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True)
class Line:
    """One thing to say, as text in both languages, fixed when the agenda is built so that minutes stay as they were.

    `url`: where the evidence stands (a path of this site). `suggests`: an action's text to begin with, may be empty.
    `action_id`: the action that the line speaks of, so that it can be marked done in the meeting. `quoted_id`: what a
    customer wrote, by a number that the section's `quotes` understands; see there.
    """

    text_en: str
    text_zh: str
    url: str = ""
    suggests_en: str = ""
    suggests_zh: str = ""
    action_id: int | None = None
    quoted_id: int | None = None


@dataclass(frozen=True)
class Quote:
    """What a customer wrote, shortened for a meeting, and the language it is written in."""

    text: str
    language: str


Lines = Callable[[Sequence[Branch], date], Mapping[int, Sequence[Line]]]

Quotes = Callable[[Collection[int]], Mapping[int, Quote]]


@dataclass(frozen=True)
class Section:
    """A part of an agenda.

    `lines(branches, day)` is asked once for all branches that meet on the day (their own date) and gives
    branch id → lines; branches with nothing to say are left out. Its number of queries must not grow with the
    number of branches.

    `quotes(ids)` reads customers' words back when an agenda or minutes are shown. An agenda keeps their number only, so
    that the words lie in one place, encrypted, and are gone everywhere once they are erased there.
    """

    code: str
    title: str | Promise
    order: int
    lines: Lines
    kinds: frozenset[str] = field(default_factory=lambda: frozenset({"morning"}))
    quotes: Quotes | None = None


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section; called by an app's `ready`. ValueError if another section has its code."""
    if _sections.get(section.code, section) != section:
        raise ValueError(f"two agenda sections are called {section.code}")
    _sections[section.code] = section


def sections(kind: str) -> list[Section]:
    """The sections of a kind of meeting, in their order."""
    return sorted((s for s in _sections.values() if kind in s.kinds), key=lambda s: (s.order, s.code))


def title_of(code: str) -> str:
    """The heading of a section; its code where no app registers it any more."""
    section = _sections.get(code)
    return str(section.title) if section else code


def quotes(code: str, ids: Collection[int]) -> Mapping[int, Quote]:
    """What customers wrote, by number, as far as it is still there; nothing from a section that quotes nobody."""
    section = _sections.get(code)
    return section.quotes(ids) if section and section.quotes and ids else {}


def line(
    text: Callable[[], str],
    *,
    suggests: Callable[[], str] | None = None,
    url: str = "",
    action_id: int | None = None,
    quoted_id: int | None = None,
) -> Line:
    """A line from functions that say it in the language that is active; each is called once per language."""
    said: list[str] = []
    suggested: list[str] = []
    # A night makes a hundred thousand lines: one way back at the end is cheaper than `override` for each language.
    before = get_language()
    try:
        for language in LANGUAGES:
            activate(language)
            said.append(text())
            suggested.append(suggests() if suggests else "")
    finally:
        activate(before) if before else deactivate_all()
    return Line(said[0], said[1], url, suggested[0], suggested[1], action_id, quoted_id)
