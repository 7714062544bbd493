"""What these views share: the unit in scope, the newest day, and the page for "no figures yet"."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from branches.models import Branch, User
from scorecards.models import Freshness
from scorecards.queries.branch import figures_changed


def user_of(request: HttpRequest) -> User:
    """The signed-in user (the access middleware lets nobody else in)."""
    return cast(User, request.user)


def branch_or_404(request: HttpRequest, code: str) -> Branch:
    """The branch with this code, if the reader may see it."""
    branches = Branch.objects.for_user(user_of(request)).select_related("region", "format")
    return get_object_or_404(branches, code=code)


def freshness() -> Freshness:
    """How fresh the cards are; an empty row before the first run."""
    return Freshness.objects.filter(pk=1).first() or Freshness()


def freshness_of(branch: Branch) -> tuple[Freshness, bool]:
    """How fresh the cards are, and whether figures of the branch have changed since. One query."""
    found = Freshness.objects.filter(pk=1).annotate(is_waiting=Exists(figures_changed(branch))).first()
    return found or Freshness(), bool(getattr(found, "is_waiting", False))


def asks_when_ready(request: HttpRequest) -> bool:
    """Whether this is the note on waiting that asks, every few seconds, and not a reader: see `ready_or_not`."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by its middleware
    return htmx.trigger == "waiting"


def ready_or_not(waiting: bool) -> HttpResponse:
    """What the note on waiting is told: nothing yet, or to read the page anew."""
    return HttpResponse(status=204) if waiting else HttpResponseClientRefresh()


def local_today(branch: Branch) -> date:
    """The date at the branch."""
    return timezone.localdate(timezone=ZoneInfo(branch.time_zone))


def newest_day(branch: Branch, as_of: date) -> date:
    """The newest day that a branch's pages look at: that of the cards, and for a closed branch its last day."""
    return as_of if branch.closed_on is None else min(as_of, branch.closed_on)


def no_figures(request: HttpRequest, fresh: Freshness, **context: Any) -> HttpResponse:
    """The page of a unit before any figures have been computed."""
    return render(request, "scorecards/no_figures.html", {"fresh": fresh, **context})
