from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from branches.models import AuditEntry
from meetings.models import AgendaItem, Attendance, Meeting, Outcome
from meetings.services import actions, running
from meetings.services.actions import Wanted
from meetings.services.errors import Conflict, NotItsDay, NotRunning, NotTheTeam, TooLate
from scorecards.models import DirtyMonth
from tests.meetings.factories import FRIDAY, MORNING, make_held, make_meeting, make_open, make_running
from tests.worlds import World

AFTER = datetime(2026, 11, 20, 1, 20, tzinfo=UTC)
LATE = datetime(2026, 11, 20, 2, 1, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 20, 16, 1, tzinfo=UTC)  # a minute past midnight in Shanghai


def test_beginning_a_meeting_says_when_and_who(world: World) -> None:
    meeting = running.start_meeting(make_meeting(world.branch), by=world.manager, at=MORNING)
    assert (meeting.state, meeting.started_at, meeting.conducted_by) == ("running", MORNING, world.manager)
    assert AuditEntry.objects.get().what == "meeting started"


def test_beginning_twice_keeps_the_first_beginning(world: World) -> None:
    meeting = make_meeting(world.branch)
    running.start_meeting(meeting, by=world.manager, at=MORNING)
    again = running.start_meeting(meeting, by=world.administrator, at=AFTER)
    assert (again.started_at, again.conducted_by) == (MORNING, world.manager)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
def test_a_meeting_begins_on_its_own_day_only(world: World, day: date) -> None:
    with pytest.raises(NotItsDay):
        running.start_meeting(make_meeting(world.branch, day=day), by=world.manager, at=MORNING)
    assert Meeting.objects.get().state == "planned"


def test_a_held_meeting_does_not_begin_again(world: World) -> None:
    with pytest.raises(NotRunning):
        running.start_meeting(make_held(world.branch, world.manager), by=world.manager, at=AFTER)


def test_a_point_is_ticked_once_and_unticked(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    running.tick_item(item, by=world.manager, at=MORNING)
    running.tick_item(item, by=world.manager, at=AFTER)
    item.refresh_from_db()
    assert item.ticked_at == MORNING
    running.untick_item(item, by=world.manager, at=AFTER)
    item.refresh_from_db()
    assert item.ticked_at is None
    assert sorted(AuditEntry.objects.values_list("what", flat=True)) == [
        "agenda item ticked",
        "agenda item unticked",
    ]


@pytest.mark.parametrize("make", [lambda w: make_meeting(w.branch), lambda w: make_held(w.branch, w.manager)])
def test_nothing_is_written_into_a_meeting_that_does_not_run(world: World, make) -> None:  # noqa: ANN001
    meeting = make(world)
    item = meeting.items.first()
    at, by = MORNING, world.manager
    with pytest.raises(NotRunning):
        running.tick_item(item, by=by, at=at)
    with pytest.raises(NotRunning):
        running.untick_item(item, by=by, at=at)
    with pytest.raises(NotRunning):
        running.note_item(item, "Late thought", version=1, by=by, at=at)
    with pytest.raises(NotRunning):
        running.set_attendance(meeting, {world.member.pk}, by=by, at=at)
    item.refresh_from_db()
    assert (item.ticked_at, item.note, Attendance.objects.count()) == (None, "", 0)
    assert not AuditEntry.objects.exists()


def test_a_note_is_saved_and_the_audit_keeps_its_length_only(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    running.note_item(item, "Li Lei will call", version=1, by=world.manager, at=MORNING)
    item.refresh_from_db()
    assert (item.note, item.version) == ("Li Lei will call", 2)
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"length": 0}, {"length": 16})


def test_the_second_of_two_notes_is_refused_and_sees_the_first(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    running.note_item(item, "First", version=1, by=world.manager, at=MORNING)
    with pytest.raises(Conflict) as conflict:
        running.note_item(item, "Second", version=1, by=world.administrator, at=AFTER)
    assert conflict.value.current.note == "First"
    assert AgendaItem.objects.get(pk=item.pk).note == "First"


def test_attendance_says_of_everybody_in_the_team_whether_they_are_there(world: World) -> None:
    meeting = make_running(world.branch, world.manager)
    running.set_attendance(meeting, {world.member.pk, world.colleague.pk}, by=world.manager, at=MORNING)
    running.set_attendance(meeting, (), {world.colleague.pk}, by=world.manager, at=AFTER)
    assert list(Attendance.objects.values_list("staff__number", "is_present")) == [
        ("E1", True),
        ("E2", False),
    ]


def test_two_telephones_that_tick_different_people_keep_both_ticks(world: World) -> None:
    meeting = make_running(world.branch, world.manager)
    running.set_attendance(meeting, {world.member.pk}, by=world.manager, at=MORNING)
    running.set_attendance(meeting, {world.colleague.pk}, by=world.administrator, at=MORNING)
    assert Attendance.objects.filter(is_present=True).count() == 2


def test_somebody_of_another_branch_cannot_be_present(world: World) -> None:
    meeting = make_running(world.branch, world.manager)
    with pytest.raises(NotTheTeam):
        running.set_attendance(meeting, {world.foreign_member.pk}, by=world.manager, at=MORNING)
    assert not Attendance.objects.exists()


def test_finishing_writes_the_minutes_and_marks_the_month(world: World) -> None:
    meeting = make_running(world.branch, world.manager)
    held = running.finish_meeting(meeting, "Ten calls today", by=world.manager, at=AFTER)
    assert (held.state, held.held_at, held.note, held.is_in_window) == (
        "held",
        AFTER,
        "Ten calls today",
        True,
    )
    mark = DirtyMonth.objects.get()
    assert (mark.branch_id, mark.month) == (world.branch.pk, date(2026, 11, 1))
    assert AuditEntry.objects.get().after == {"in window": True}


@pytest.mark.parametrize("at", [LATE, TOMORROW])
def test_a_meeting_finished_after_its_window_is_held_late(world: World, at: datetime) -> None:
    held = running.finish_meeting(make_running(world.branch, world.manager), "", by=world.manager, at=at)
    assert (held.is_held, held.is_in_window) == (True, False)


@pytest.mark.parametrize("note", ["First", ""])
def test_finishing_twice_changes_nothing(world: World, note: str) -> None:
    meeting = make_running(world.branch, world.manager)
    running.finish_meeting(meeting, "First", by=world.manager, at=AFTER)
    again = running.finish_meeting(meeting, note, by=world.administrator, at=LATE)
    assert (again.note, again.held_at) == ("First", AFTER)
    assert AuditEntry.objects.count() == 1


def test_the_second_of_two_people_who_finish_with_words_learns_that_theirs_are_not_saved(
    world: World,
) -> None:
    meeting = make_running(world.branch, world.manager)
    running.finish_meeting(meeting, "First", by=world.manager, at=AFTER)
    with pytest.raises(Conflict) as conflict:
        running.finish_meeting(meeting, "Second", by=world.administrator, at=LATE)
    assert (conflict.value.current.note, conflict.value.current.held_at) == ("First", AFTER)


def test_the_minutes_keep_what_was_agreed_whatever_becomes_of_it(world: World) -> None:
    meeting = make_running(world.branch, world.manager)
    earlier = make_open(
        world.branch, world.colleague, world.manager, text="Earlier", made_at=MORNING - timedelta(1)
    )
    first, second = meeting.items.all()
    AgendaItem.objects.filter(pk=second.pk).update(about=earlier)
    made = make_open(world.branch, world.member, world.manager, from_item=first)
    beside = make_open(world.branch, world.member, world.manager, text="Beside", made_at=AFTER)
    make_open(world.branch, world.member, world.manager, text="Yesterday's", made_at=MORNING - timedelta(1))
    make_open(world.branch, world.member, world.manager, text="Dropped", from_item=first, state="dropped")
    actions.finish_action(earlier, by=world.manager, at=AFTER)
    running.finish_meeting(meeting, "", by=world.manager, at=AFTER)
    changed = Wanted("Another text", world.colleague, date(2026, 12, 1))
    actions.edit_action(made, changed, version=1, by=world.manager, at=LATE)
    actions.drop_action(beside, by=world.manager, at=LATE)
    kept = Outcome.objects.values_list("item", "text", "owner__name", "due_on", "is_done", "is_new")
    assert set(kept) == {
        (first.pk, "Call ten customers", "Li Lei", date(2026, 11, 23), False, True),
        (None, "Beside", "Li Lei", date(2026, 11, 23), False, True),
        (second.pk, "Earlier", "Han Mei", date(2026, 11, 23), True, False),
    }


def test_a_meeting_that_was_just_finished_can_be_gone_on_with(world: World) -> None:
    meeting = make_running(world.branch, world.manager)
    make_open(world.branch, world.member, world.manager, from_item=meeting.items.first())
    running.finish_meeting(meeting, "First", by=world.manager, at=AFTER)
    again = running.reopen_meeting(meeting, by=world.manager, at=AFTER + timedelta(minutes=15))
    assert (again.state, again.held_at, again.note) == ("running", None, "First")
    assert not Outcome.objects.exists()
    assert running.reopen_meeting(meeting, by=world.manager, at=AFTER).is_running
    held = running.finish_meeting(again, "Second", by=world.manager, at=LATE)
    assert (held.note, Outcome.objects.count()) == ("Second", 1)
    audited = AuditEntry.objects.order_by("pk").values_list("what", flat=True)
    assert list(audited) == ["meeting held", "meeting reopened", "meeting held"]


def test_minutes_that_have_stood_for_a_quarter_of_an_hour_stand_for_good(world: World) -> None:
    meeting = make_held(world.branch, world.manager, held_at=AFTER)
    with pytest.raises(TooLate):
        running.reopen_meeting(meeting, by=world.manager, at=AFTER + timedelta(minutes=15, seconds=1))
    assert Meeting.objects.get().is_held


def test_a_meeting_that_has_not_begun_cannot_be_gone_on_with(world: World) -> None:
    with pytest.raises(NotRunning):
        running.reopen_meeting(make_meeting(world.branch), by=world.manager, at=AFTER)


def test_a_meeting_that_has_not_begun_cannot_be_finished(world: World) -> None:
    with pytest.raises(NotRunning):
        running.finish_meeting(make_meeting(world.branch, day=FRIDAY), "", by=world.manager, at=AFTER)
