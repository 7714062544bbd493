"""The history of a branch's day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.models import Branch, User
from scorecards.forms.entry import label_of, shown
from scorecards.queries.history import Change, Save, changes_of, has_figures, last_save, loads_of
from scorecards.views.pages.common import user_of


@dataclass(frozen=True)
class Shown:
    """A change as the page shows it: each input as (label, from, to)."""

    change: Change
    inputs: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Saved:
    """What was stored at one instant: one line of the history. `first` stands for who, when, why and from where."""

    first: Change
    parts: list[Shown]


@require_safe
def day_history(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Who changed which figure of the day, when and why; a staff member sees the changes of own figures."""
    branch = get_object_or_404(Branch.objects.for_user(user_of(request)), code=code)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    changes, loads = changes_of(user_of(request), branch, on), loads_of(user_of(request), branch, on)
    context = {
        "nav": "figures",
        "branch": branch,
        "day": on,
        "saves": saves_of(changes),
        "loads": loads,
        "stands": not (changes or loads) and has_figures(user_of(request), branch, on),
        "undoable": _undoable(user_of(request), branch, on),
    }
    return render(request, "scorecards/entry/history.html", context)


def _undoable(user: User, branch: Branch, day: date) -> Save | None:
    """The newest change, if the reader may take it back; staff members enter nothing."""
    return None if user.role == "staff" else last_save(branch, day, by=user, at=timezone.now())


def saves_of(changes: Iterable[Change]) -> list[Saved]:
    """The changes of one press together, the branch's own before its members'."""
    groups = (list(group) for _key, group in groupby(changes, key=_press))
    return [
        Saved(group[0], [as_shown(one) for one in sorted(group, key=lambda one: one.change.staff_id)])
        for group in groups
    ]


def _press(change: Change) -> tuple[object, ...]:
    found = change.change
    return found.at, found.by_id, found.source, found.import_id, found.why


def as_shown(change: Change) -> Shown:
    """The inputs of a change with their names and as the reader writes them."""
    return Shown(
        change, [(label_of(name), shown(name, old), shown(name, new)) for name, old, new in change.inputs]
    )
