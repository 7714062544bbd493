"""The register of panels: an app of a higher floor says here what it shows on the pages of this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from branches.models import Branch, User
from formulas.periods import Span

PanelContext = Callable[[Branch, User, Span], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of a page: a template and what it needs for a branch, a reader and a span of days.

    `context` gives None where there is nothing to show; the panel is then left out. `pages`: "today", "branch",
    "own" (a staff member's own page; the branch is the workplace). The template finds its own values under the
    name `panel`.
    """

    code: str
    order: int
    template: str
    context: PanelContext
    pages: frozenset[str] = field(default_factory=lambda: frozenset({"branch"}))


@dataclass(frozen=True)
class Filled:
    """A panel ready to be included."""

    code: str
    template: str
    values: dict[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; called by an app's `ready`. ValueError if another panel has its code."""
    if _panels.get(panel.code, panel) != panel:
        raise ValueError(f"two panels are called {panel.code}")
    _panels[panel.code] = panel


def filled(page: str, branch: Branch, user: User, span: Span) -> list[Filled]:
    """The panels of a page that have something to show, in their order."""
    chosen = sorted((p for p in _panels.values() if page in p.pages), key=lambda p: (p.order, p.code))
    values = ((panel, panel.context(branch, user, span)) for panel in chosen)
    return [Filled(panel.code, panel.template, found) for panel, found in values if found is not None]
