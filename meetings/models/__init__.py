"""Meetings with their agenda and attendance, and the actions that come out of them."""

from meetings.models.actions import Action, ActionState
from meetings.models.meetings import AgendaItem, Attendance, Meeting, MeetingKind, MeetingState

__all__ = [
    "Action",
    "ActionState",
    "AgendaItem",
    "Attendance",
    "Meeting",
    "MeetingKind",
    "MeetingState",
]
