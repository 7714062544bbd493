"""What this app shows on the page of a branch: its scores and what customers wrote last."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from branches.models import Branch, User
from formulas.periods import Span
from scorecards import panels
from scorecards.panels import Panel
from surveys import words
from surveys.permissions import READERS
from surveys.queries import answers_of, counts_of, live_link

SHOWN = 3


def connect() -> None:
    """Register it; called when the app has loaded."""
    panels.register(Panel("customers_voice", 60, "surveys/_panel.html", customers_voice))


def customers_voice(branch: Branch, user: User, span: Span) -> dict[str, Any] | None:
    """The scores of the span with interval and number of answers, and the latest comments; three queries.

    None for readers without a right to the answers, and for an empty span.
    """
    if span.is_empty or not READERS.admits(user):
        return None
    rows = answers_of(user, first=span.first, last=span.last).filter(branch=branch)
    counts = counts_of(rows)
    asked = {"branch": branch.code, "first": span.first.isoformat(), "last": span.last.isoformat()}
    return {
        "branch": branch,
        "counts": counts,
        "scores": words.scores(counts),
        "latest": list(rows.filter(comment__isnull=False).order_by("-at", "-pk")[:SHOWN])
        if counts.answers
        else [],
        "url": f"{reverse('surveys:voice')}?{urlencode(asked)}",
        "has_link": counts.answers > 0 or live_link(user, branch) is not None,
    }
