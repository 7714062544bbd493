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
from meetings.views.common import user_of
from ui.pages import keyset_page

ORDER = {"day": ("day", "desc")}


def index(request: HttpRequest) -> HttpResponse:
    """Today's meetings, then the past ones with filters by branch and state."""
    user = user_of(request)
    branch = request.GET.get("branch", "").replace("\x00", "").strip()[:80]
    state = request.GET.get("state", "")
    # Without a filter: what is over. This morning's stand above.
    rows = meetings_of(user, branch=branch, state=state if state in STATES else "begun")
    page = keyset_page(rows, order=ORDER, sort="day", after=request.GET.get("after"), size=30)
    counts = counts_of(page.rows)
    context = {
        "page": page,
        "rows": [(meeting, counts[meeting.pk]) for meeting in page.rows],
        "branch": branch,
        "state": state if state in STATES else "",
        "is_filtered": bool(branch or state in STATES),
        "is_one_branch": user.role == "manager" and len(user.scope.branch_ids) == 1,
        "now": timezone.now(),
    }
    return render(request, "meetings/index.html", context | _today(user))


def _today(user: User) -> dict[str, Any]:
    """A manager's own mornings; for those who look after many branches how many are held."""
    if user.role == "manager":
        return {"mornings": mornings_of(user), "can_run": permissions.can_run(user)}
    states = today_by_state(user, timezone.localdate())
    return {"held": states[MeetingState.HELD], "due": sum(states.values())}
