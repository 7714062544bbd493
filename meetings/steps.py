"""What this app puts on the pages of the floor below: the next step, and the open actions of a branch or a person."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from branches.models import Branch, User
from formulas.periods import Span
from meetings import permissions
from meetings.models import Action, Meeting, MeetingKind
from meetings.models.actions import ActionQuerySet
from meetings.queries import local_day
from scorecards import next_steps, panels
from scorecards.next_steps import Moment, Step
from scorecards.panels import Panel
from ui import numbers

SHOWN = 5


def connect() -> None:
    """Register them; called when the app has loaded. Missing figures come before, what-if after."""
    next_steps.register("morning_meeting", 30, morning_meeting)
    next_steps.register("overdue_actions", 40, overdue_actions)
    panels.register(
        Panel("open_actions", 40, "meetings/_panel.html", open_actions, frozenset({"today", "branch"}))
    )
    panels.register(Panel("own_actions", 40, "meetings/_panel.html", own_actions, frozenset({"own"})))


def morning_meeting(moment: Moment) -> Step | None:
    """Hold today's morning meeting; nothing for those who do not run meetings, or once it is held."""
    meetings = Meeting.objects.for_user(moment.user).select_related("branch")
    found = meetings.filter(branch=moment.branch, kind=MeetingKind.MORNING, day=moment.today).first()
    if found is None or found.is_held or not permissions.can_run(moment.user):
        return None
    url = reverse("meetings:meeting", args=[moment.branch.code, moment.today.isoformat()])
    if found.is_running:
        return Step(gettext("The morning meeting is running."), gettext("Go on with it"), url, "play")
    text = _not_held(found) if found.window_closes_at < timezone.now() else _ready(found.items.count())
    return Step(text, gettext("To the meeting"), url, "calendar-check")


def _ready(points: int) -> str:
    text = ngettext(
        "The morning meeting is ready, with %(points)s point.",
        "The morning meeting is ready, with %(points)s points.",
        points,
    )
    return text % {"points": numbers.count(points)}


def _not_held(meeting: Meeting) -> str:
    """That the window has closed, in the branch's own time."""
    closed = timezone.localtime(meeting.window_closes_at, timezone=ZoneInfo(meeting.branch.time_zone))
    return gettext("This morning's meeting has not been held; its time was until %(time)s.") % {
        "time": f"{closed:%H:%M}"
    }


def overdue_actions(moment: Moment) -> Step | None:
    """Look after the actions whose day has passed."""
    overdue = Action.objects.for_user(moment.user).filter(branch=moment.branch).overdue(moment.today).count()
    if not overdue:
        return None
    text = ngettext("%(overdue)s action is overdue.", "%(overdue)s actions are overdue.", overdue) % {
        "overdue": numbers.count(overdue)
    }
    url = f"{reverse('meetings:actions')}?state=overdue&branch={moment.branch.code}"
    return Step(text, gettext("See what is overdue"), url, "list-checks")


def open_actions(branch: Branch, user: User, span: Span) -> dict[str, Any] | None:
    """The branch's open actions, the longest due first; None without any."""
    rows = Action.objects.for_user(user).open().filter(branch=branch)
    return _listed(rows, branch, f"{reverse('meetings:actions')}?branch={branch.code}")


def own_actions(branch: Branch, user: User, span: Span) -> dict[str, Any] | None:
    """What a staff member is still to do, at whatever branch it was agreed; None without any."""
    return _listed(Action.objects.for_user(user).open(), branch, reverse("meetings:actions"))


def _listed(rows: ActionQuerySet, branch: Branch, url: str) -> dict[str, Any] | None:
    """The panel's values: the first five of the open actions, and where the others are."""
    found = list(rows.select_related("owner").order_by("due_on", "pk")[: SHOWN + 1])
    if not found:
        return None
    return {
        "actions": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "today": local_day(branch),
        "url": url,
    }
