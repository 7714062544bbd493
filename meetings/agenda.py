"""The register of agenda sections: an app says here what it wants said in a meeting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import override

from branches.models import Branch

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True)
class Line:
    """One thing to say, as text in both languages, fixed when the agenda is built so that minutes stay as they were.

    `url`: where the evidence stands (a path of this site). `suggests`: an action's text to begin with, may be empty.
    `action_id`: the action that the line speaks of, so that it can be marked done in the meeting.
    """

    text_en: str
    text_zh: str
    url: str = ""
    suggests_en: str = ""
    suggests_zh: str = ""
    action_id: int | None = None


Lines = Callable[[Sequence[Branch], date], Mapping[int, Sequence[Line]]]


@dataclass(frozen=True)
class Section:
    """A part of an agenda.

    `lines(branches, day)` is asked once for all branches that meet on the day (their own date) and gives
    branch id → lines; branches with nothing to say are left out. Its number of queries must not grow with the
    number of branches.
    """

    code: str
    title: str | Promise
    order: int
    lines: Lines
    kinds: frozenset[str] = field(default_factory=lambda: frozenset({"morning"}))


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


def line(
    text: Callable[[], str],
    *,
    suggests: Callable[[], str] | None = None,
    url: str = "",
    action_id: int | None = None,
) -> Line:
    """A line from functions that say it in the language that is active; each is called once per language."""
    said: list[str] = []
    suggested: list[str] = []
    for language in LANGUAGES:
        with override(language):
            said.append(text())
            suggested.append(suggests() if suggests else "")
    return Line(said[0], said[1], url, suggested[0], suggested[1], action_id)
