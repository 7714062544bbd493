"""Opening a page as somebody and reading what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
"""Nine in the morning at the branches, the day after the newest figures."""
LogIn = Callable[[object], Client]
BRANCH_PAGES = ["today", "branch", "whatif", "scorecard"]


def get(log_in: LogIn, user: object, name: str, *args: object, **query: str) -> Any:
    return log_in(user).get(reverse(f"scorecards:{name}", args=args), query)


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u2060", "")
