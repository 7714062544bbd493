"""A meeting while it is run: begin, tick, note, attendance, finish."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from branches.models import User
from branches.queries import team_of
from branches.services import audit
from meetings.models import AgendaItem, Attendance, Meeting, MeetingState
from meetings.services.building import refuse_other_days
from meetings.services.errors import Conflict, NotRunning, NotTheTeam
from scorecards.services.recompute import mark


@transaction.atomic
def start_meeting(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """Begin a planned meeting; from now on its agenda is frozen. One that runs already is given back as it is.

    NotItsDay on any other day than its own; NotRunning if it is held.
    """
    refuse_other_days(meeting, at)
    started = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.PLANNED).update(
        state=MeetingState.RUNNING, started_at=at, conducted_by=by
    )
    meeting.refresh_from_db()
    if started:
        audit("meeting started", f"meeting {meeting.pk}", by=by, after={"branch": meeting.branch_id}, at=at)
    elif not meeting.is_running:
        raise NotRunning
    return meeting


@transaction.atomic
def tick_item(item: AgendaItem, *, by: User, at: datetime) -> None:
    """Say that a point was talked about. Ticking twice changes nothing. NotRunning unless the meeting runs."""
    refuse_unless_running(item.meeting)
    if AgendaItem.objects.filter(pk=item.pk, ticked_at__isnull=True).update(ticked_at=at):
        audit("agenda item ticked", _subject(item), by=by, at=at)


@transaction.atomic
def untick_item(item: AgendaItem, *, by: User, at: datetime) -> None:
    """Take a tick back. NotRunning unless the meeting runs."""
    refuse_unless_running(item.meeting)
    if AgendaItem.objects.filter(pk=item.pk, ticked_at__isnull=False).update(ticked_at=None):
        audit("agenda item unticked", _subject(item), by=by, at=at)


@transaction.atomic
def note_item(item: AgendaItem, text: str, *, version: int, by: User, at: datetime) -> None:
    """Write a point's note. Conflict if it was saved since `version` was read; NotRunning unless the meeting runs.

    The audit row keeps the length of the text only: notes may name people.
    """
    refuse_unless_running(item.meeting)
    before = len(item.note)
    saved = AgendaItem.objects.filter(pk=item.pk, version=version).update(note=text, version=F("version") + 1)
    if not saved:
        raise Conflict(AgendaItem.objects.get(pk=item.pk))
    audit(
        "agenda item noted",
        _subject(item),
        by=by,
        before={"length": before},
        after={"length": len(text)},
        at=at,
    )


@transaction.atomic
def set_attendance(meeting: Meeting, present: Collection[int], *, by: User, at: datetime) -> None:
    """Say who of the team is there (staff ids), everybody else being away.

    NotTheTeam if somebody does not work at the branch on the day; NotRunning unless the meeting runs.
    """
    refuse_unless_running(meeting)
    team = set(team_of(meeting.branch, meeting.day).values_list("pk", flat=True))
    if not set(present) <= team:
        raise NotTheTeam
    Attendance.objects.filter(meeting=meeting).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, staff_id=pk, is_present=pk in present) for pk in sorted(team)
    )
    audit(
        "attendance",
        f"meeting {meeting.pk}",
        by=by,
        after={"present": len(set(present)), "team": len(team)},
        at=at,
    )


@transaction.atomic
def finish_meeting(meeting: Meeting, note: str, *, by: User, at: datetime) -> Meeting:
    """End a running meeting: its minutes stand from now on. One that is held already is given back as it is.

    Late is better than never: one that nobody finished on its day can be finished later, and counts as late.
    NotRunning if it has not begun.
    """
    held = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.RUNNING).update(
        state=MeetingState.HELD, held_at=at, note=note
    )
    meeting.refresh_from_db()
    if held:
        mark([(meeting.branch_id, _month(meeting.day))])
        audit(
            "meeting held", f"meeting {meeting.pk}", by=by, after={"in window": meeting.is_in_window}, at=at
        )
    elif not meeting.is_held:
        raise NotRunning
    return meeting


def refuse_unless_running(meeting: Meeting) -> None:
    """NotRunning unless the meeting runs; locked, so that it cannot be finished while its minutes are being written."""
    running = Meeting.objects.select_for_update().filter(pk=meeting.pk, state=MeetingState.RUNNING)
    if not list(running.values_list("pk")):
        raise NotRunning


def _month(day: date) -> date:
    return day.replace(day=1)


def _subject(item: AgendaItem) -> str:
    return f"meeting {item.meeting_id} item {item.position}"
