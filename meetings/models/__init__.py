"""Meetings with their agenda, attendance and outcomes, and the actions that come out of them."""

from meetings.models.actions import Action, ActionState
from meetings.models.meetings import AgendaItem, Attendance, Meeting, MeetingKind, MeetingState
from meetings.models.outcomes import Outcome

__all__ = [
    "Action",
    "ActionState",
    "AgendaItem",
    "Attendance",
    "Meeting",
    "MeetingKind",
    "MeetingState",
    "Outcome",
]
