"""The register of agenda sections: an app says here what it wants said in a meeting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from branches.models import Branch


@dataclass(frozen=True)
class Line:
    """One thing to say, as text in both languages, fixed when the agenda is built so that minutes stay as they were.

    `url`: where the evidence stands (a path of this site). `suggests`: an action's text to begin with, may be empty.
    """

    text_en: str
    text_zh: str
    url: str = ""
    suggests_en: str = ""
    suggests_zh: str = ""


Lines = Callable[[Branch, date], list[Line]]


@dataclass(frozen=True)
class Section:
    """A part of an agenda: asked for a branch and the day of the meeting, it gives its lines, or none."""

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
