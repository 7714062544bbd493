"""Today's meetings and the minutes of the past ones."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from branches.models import User
from meetings import permissions
from meetings.models import MeetingState
from meetings.queries import STATES, counts_of, meetings_of, mornings_of, today_by_state
from meetings.views.common import typed, user_of
from scorecards.queries.directory import Directory, Part, directory
from ui.pages import keyset_page

ORDER = {"day": ("day", "desc")}


def index(request: HttpRequest) -> HttpResponse:
    """Today's meetings, then the past ones with filters by branch and state."""
    user = user_of(request)
    branch, state = typed(request, "branch", 80), request.GET.get("state", "")
    units = directory(user) if user.role != "manager" else Directory()
    part = units.part(request.GET.get("region", ""), request.GET.get("format", ""))
    # Without a filter: what is over. This morning's stand above.
    rows = meetings_of(user, branch=branch, state=state if state in STATES else "begun", part=part)
    page = keyset_page(rows, order=ORDER, sort="day", after=request.GET.get("after"), size=30)
    counts = counts_of(page.rows)
    context = {
        "page": page,
        "rows": [(meeting, counts[meeting.pk]) for meeting in page.rows],
        "branch": branch,
        "state": state if state in STATES else "",
        "units": units,
        "part": part,
        "is_filtered": bool(branch or state in STATES or part),
        "is_one_branch": user.role == "manager" and len(user.scope.branch_ids) == 1,
        "now": timezone.now(),
    }
    return render(request, "meetings/index.html", context | _today(user, part))


def _today(user: User, part: Part) -> dict[str, Any]:
    """A manager's own mornings; for those who look after many branches how many are held, in the part they look at."""
    if user.role == "manager":
        return {"mornings": mornings_of(user), "can_run": permissions.can_run(user)}
    states = today_by_state(user, timezone.localdate(), part)
    return {"held": states[MeetingState.HELD], "due": sum(states.values())}
