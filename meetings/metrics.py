"""The metrics that this app owns: whether meetings are held in time, and actions done by their day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from meetings.models import Action, ActionState, Meeting, MeetingState
from scorecards import metrics
from scorecards.metrics import Interval, Metric


def connect() -> None:
    """Register them; called when the app has loaded."""
    metrics.register(
        Metric(
            code="meeting_adherence",
            name=_("Meetings held in time"),
            capability="management_efficiency",
            rows=meeting_adherence,
            min_n=5,
            interval=Interval.WILSON,
            help_text=_("Meetings held within an hour after opening, of all that were due."),
        )
    )
    metrics.register(
        Metric(
            code="actions_on_time",
            name=_("Actions done in time"),
            capability="management_efficiency",
            rows=actions_on_time,
            min_n=5,
            interval=Interval.WILSON,
            help_text=_("Actions done by their due date, of all that were due."),
        )
    )


def meeting_adherence(first: date, last: date) -> Any:
    """Meetings held in their window / meetings due, by branch and day.

    A morning meeting counts when it was finished by `Meeting.window_closes_at`: an hour after the branch opened on
    the same day, noon where no hours are kept. Every meeting of a day was due, whether anybody opened it or not; the
    recompute asks only for days that are over.
    """
    held = Q(state=MeetingState.HELD, held_at__lte=F("window_closes_at"))
    rows = Meeting.objects.filter(day__range=(first, last)).order_by().values("branch_id", "day")
    return rows.annotate(numerator=Count("pk", filter=held), denominator=Count("pk"))


def actions_on_time(first: date, last: date) -> Any:
    """Actions done by their due date / actions due, by branch and due date; dropped actions were not due."""
    done = Q(state=ActionState.DONE, done_on__lte=F("due_on"))
    rows = Action.objects.filter(due_on__range=(first, last)).exclude(state=ActionState.DROPPED)
    return (
        rows.order_by()
        .values("branch_id", day=F("due_on"))
        .annotate(numerator=Count("pk", filter=done), denominator=Count("pk"))
    )
