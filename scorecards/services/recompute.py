"""The recompute: from the facts to the cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

Progress = Callable[[int, int], None]


def mark(pairs: Iterable[tuple[int, date]]) -> None:
    """Mark (branch id, first day of month) pairs as changed, each with a new stamp; inside the change's transaction."""
    raise NotImplementedError


def recompute(*, today: date, everything: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Compute the cards of what is marked (or of everything) and write them in one transaction; returns counts.

    Cards affected: the periods that hold a marked month, and the later ones that are compared with it. Always from the
    facts; running it again gives the same rows.
    """
    raise NotImplementedError


def request(*, everything: bool = False) -> int:
    """Ask for a recompute in the background; returns the job's id. Asking while one waits changes nothing."""
    raise NotImplementedError
