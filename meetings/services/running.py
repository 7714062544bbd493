"""A meeting while it is run: begin, tick, note, attendance, finish."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from branches.models import User
from branches.queries import team_of
from branches.services import audit
from meetings.models import Action, ActionState, AgendaItem, Attendance, Meeting, MeetingState, Outcome
from meetings.queries import other_actions
from meetings.services.building import refuse_other_days
from meetings.services.errors import Conflict, NotRunning, NotTheTeam, TooLate
from scorecards.services.recompute import mark_records

REGRET = timedelta(minutes=15)
"""For so long a meeting that was finished can be gone on with."""


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
def set_attendance(
    meeting: Meeting, come: Collection[int], gone: Collection[int] = (), *, by: User, at: datetime
) -> None:
    """Say who of the team is there and who is not (staff ids); nothing changes for others, who are away at first.

    So two telephones that tick different people keep both ticks. NotTheTeam if somebody does not work at the branch on
    the day; NotRunning unless the meeting runs.
    """
    refuse_unless_running(meeting)
    team = set(team_of(meeting.branch, meeting.day).values_list("pk", flat=True))
    if not {*come, *gone} <= team:
        raise NotTheTeam
    before = Attendance.objects.filter(meeting=meeting)
    there = set(before.filter(is_present=True).values_list("staff_id", flat=True))
    present = (there | set(come)) - set(gone)
    before.delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, staff_id=pk, is_present=pk in present) for pk in sorted(team)
    )
    audit(
        "attendance",
        f"meeting {meeting.pk}",
        by=by,
        after={"present": len(present & team), "team": len(team)},
        at=at,
    )


@transaction.atomic
def finish_meeting(meeting: Meeting, note: str, *, by: User, at: datetime) -> Meeting:
    """End a running meeting: its minutes stand from now on, with what was agreed as it is now.

    One that is held already is given back as it is; Conflict if its note is another than the one that was typed. Late
    is better than never: one that nobody finished on its day can be finished later, and counts as late. NotRunning if
    it has not begun.
    """
    held = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.RUNNING).update(
        state=MeetingState.HELD, held_at=at, note=note
    )
    meeting.refresh_from_db()
    if held:
        # An action may be met twice, as made beside the agenda and as spoken of by a line: once is enough.
        Outcome.objects.bulk_create(_outcomes(meeting), ignore_conflicts=True)
        mark_records([(meeting.branch_id, meeting.day)])
        audit(
            "meeting held", f"meeting {meeting.pk}", by=by, after={"in window": meeting.is_in_window}, at=at
        )
    elif not meeting.is_held:
        raise NotRunning
    elif note not in ("", meeting.note):
        raise Conflict(meeting)
    return meeting


def _outcomes(meeting: Meeting) -> Iterator[Outcome]:
    """The actions made in the meeting, from its lines and beside them, and the earlier ones that were done in it."""
    made = Action.objects.filter(from_item__meeting=meeting).exclude(state=ActionState.DROPPED)
    for action in made:
        yield _outcome(meeting, action, action.from_item_id)
    for action in other_actions(meeting):
        yield _outcome(meeting, action, None)
    for item in meeting.items.filter(about__done_at__gte=meeting.started_at).select_related("about"):
        if item.about:
            yield _outcome(meeting, item.about, item.pk, is_new=False)


def _outcome(meeting: Meeting, action: Action, item_id: int | None, *, is_new: bool = True) -> Outcome:
    return Outcome(
        meeting=meeting,
        item_id=item_id,
        action=action,
        owner_id=action.owner_id,
        text=action.text,
        due_on=action.due_on,
        is_done=action.is_done,
        is_new=is_new,
    )


@transaction.atomic
def reopen_meeting(meeting: Meeting, *, by: User, at: datetime) -> Meeting:
    """Take back that a meeting was finished, within REGRET of it. One that runs again is given back as it is.

    TooLate afterwards: then the minutes stand. NotRunning if it has not begun.
    """
    regretted = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.HELD, held_at__gte=at - REGRET)
    reopened = regretted.update(state=MeetingState.RUNNING, held_at=None)
    meeting.refresh_from_db()
    if reopened:
        meeting.outcomes.all().delete()
        mark_records([(meeting.branch_id, meeting.day)])
        audit("meeting reopened", f"meeting {meeting.pk}", by=by, at=at)
    elif meeting.is_held:
        raise TooLate
    elif not meeting.is_running:
        raise NotRunning
    return meeting


def refuse_unless_running(meeting: Meeting) -> None:
    """NotRunning unless the meeting runs; locked, so that it cannot be finished while its minutes are being written."""
    running = Meeting.objects.select_for_update().filter(pk=meeting.pk, state=MeetingState.RUNNING)
    if not list(running.values_list("pk")):
        raise NotRunning


def _subject(item: AgendaItem) -> str:
    return f"meeting {item.meeting_id} item {item.position}"
