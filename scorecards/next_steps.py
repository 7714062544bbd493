"""The register of next steps: the one thing that a manager should do now, by the first app that knows one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from branches.models import Branch, User


@dataclass(frozen=True)
class Step:
    """One thing to do: what and why in a sentence, the words on its button, and where it is done.

    `urgent`: it stands in the way of everything else (missing figures).
    """

    text: str
    action: str
    url: str
    icon: str = "arrow-right"
    urgent: bool = False


@dataclass(frozen=True)
class Moment:
    """For whom and when the next step is asked, and what the page knows already.

    `today`: the branch's local date. `missing`: recent trading days without figures, newest first. `month`: the first
    day of the month that the page shows, None without figures in it. `is_compared`: whether its change is explained at
    all; `loss` is then the part of formulas.lmdi.PARTS that cost most and its money (minor units, below 0), None where
    nothing was lost.
    """

    branch: Branch
    user: User
    today: date
    missing: tuple[date, ...] = ()
    month: date | None = None
    is_compared: bool = False
    loss: tuple[str, int] | None = None


Provider = Callable[[Moment], Step | None]

_providers: dict[str, tuple[int, Provider]] = {}


def register(code: str, order: int, provider: Provider) -> None:
    """Add a provider; called by an app's `ready`. Small orders are asked first. ValueError on a second `code`."""
    if _providers.get(code, (order, provider)) != (order, provider):
        raise ValueError(f"two next steps are called {code}")
    _providers[code] = (order, provider)


def next_step(moment: Moment) -> Step | None:
    """The first step that any app knows; None if there is none."""
    for _order, provider in sorted(_providers.values(), key=lambda pair: pair[0]):
        step = provider(moment)
        if step is not None:
            return step
    return None
