from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from branches.models import AuditEntry
from meetings.models import Action
from meetings.services import actions
from meetings.services.actions import Wanted
from meetings.services.errors import Conflict, NotRunning, NotTheTeam, Twice, WrongState
from scorecards.models import DirtyMonth
from tests.meetings.factories import MORNING, make_held, make_open, make_running
from tests.worlds import World

DUE = date(2026, 11, 23)
NEXT_MONTH = date(2026, 12, 1)
EVENING = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # already the 21st in Shanghai


def test_an_action_from_an_agenda_line_keeps_where_it_came_from(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    wanted = Wanted("Call ten customers", world.member, DUE, what_for="Visitors fell")
    action = actions.make_action(world.branch, wanted, from_item=item, by=world.manager, at=MORNING)
    assert (action.text, action.owner, action.due_on, action.what_for) == (
        "Call ten customers",
        world.member,
        DUE,
        "Visitors fell",
    )
    assert (action.from_item, action.made_by, action.made_at, action.state) == (
        item,
        world.manager,
        MORNING,
        "open",
    )
    assert list(DirtyMonth.objects.values_list("branch_id", "month")) == [
        (world.branch.pk, date(2026, 11, 1))
    ]
    assert AuditEntry.objects.get().after["due_on"] == "2026-11-23"


def test_a_second_tap_makes_no_second_action(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    wanted = Wanted("Call ten customers", world.member, DUE)
    first, second = (
        actions.make_action(world.branch, wanted, from_item=item, by=world.manager, at=MORNING)
        for _ in range(2)
    )
    assert first == second
    assert Action.objects.count() == 1


def test_an_undone_action_that_is_made_again_is_taken_up(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    wanted = Wanted("Call ten customers", world.member, DUE)
    first = actions.make_action(world.branch, wanted, from_item=item, by=world.manager, at=MORNING)
    actions.drop_action(first, by=world.manager, at=MORNING)
    again = actions.make_action(world.branch, wanted, from_item=item, by=world.manager, at=MORNING)
    assert (again.pk, again.state) == (first.pk, "open")


def test_an_action_is_given_to_the_branch_own_team_only(world: World) -> None:
    with pytest.raises(NotTheTeam):
        actions.make_action(
            world.branch, Wanted("Spy", world.foreign_member, DUE), by=world.manager, at=MORNING
        )
    assert not Action.objects.exists()


def test_no_action_is_added_to_minutes_that_stand(world: World) -> None:
    item = make_held(world.branch, world.manager).items.first()
    with pytest.raises(NotRunning):
        actions.make_action(
            world.branch, Wanted("Too late", world.member, DUE), from_item=item, by=world.manager, at=MORNING
        )


def test_editing_saves_and_marks_both_months(world: World) -> None:
    action = make_open(world.branch, world.member, world.manager)
    wanted = Wanted("Call twenty", world.colleague, NEXT_MONTH, "More visitors", 500_000)
    edited = actions.edit_action(action, wanted, version=1, by=world.manager, at=MORNING)
    assert (edited.text, edited.owner, edited.due_on, edited.expected_effect, edited.version) == (
        "Call twenty",
        world.colleague,
        NEXT_MONTH,
        500_000,
        2,
    )
    months = sorted(DirtyMonth.objects.values_list("month", flat=True))
    assert months == [date(2026, 11, 1), date(2026, 12, 1)]


def test_the_second_of_two_edits_is_refused_and_sees_the_first(world: World) -> None:
    action = make_open(world.branch, world.member, world.manager)
    actions.edit_action(action, Wanted("First", world.member, DUE), version=1, by=world.manager, at=MORNING)
    with pytest.raises(Conflict) as conflict:
        actions.edit_action(
            action, Wanted("Second", world.member, DUE), version=1, by=world.manager, at=MORNING
        )
    assert conflict.value.current.text == "First"


def test_an_action_that_is_done_cannot_be_edited(world: World) -> None:
    action = make_open(world.branch, world.member, world.manager)
    actions.finish_action(action, by=world.manager, at=MORNING)
    with pytest.raises(Conflict):
        actions.edit_action(
            action, Wanted("More", world.member, DUE), version=2, by=world.manager, at=MORNING
        )


def test_an_owner_who_left_may_keep_an_action_but_a_stranger_gets_none(world: World) -> None:
    action = make_open(world.branch, world.foreign_member, world.manager)
    kept = actions.edit_action(
        action, Wanted("Call", world.foreign_member, DUE), version=1, by=world.manager, at=MORNING
    )
    assert kept.text == "Call"
    other = make_open(world.branch, world.member, world.manager)
    with pytest.raises(NotTheTeam):
        actions.edit_action(
            other, Wanted("Call", world.foreign_member, DUE), version=1, by=world.manager, at=MORNING
        )


def test_the_same_action_cannot_be_there_twice_by_editing(world: World) -> None:
    item = make_running(world.branch, world.manager).items.first()
    make_open(world.branch, world.member, world.manager, from_item=item, text="One")
    other = make_open(world.branch, world.member, world.manager, from_item=item, text="Two")
    with pytest.raises(Twice):
        actions.edit_action(other, Wanted("One", world.member, DUE), version=1, by=world.manager, at=MORNING)
    assert Action.objects.get(pk=other.pk).text == "Two"


def test_done_keeps_the_branch_own_date(world: World) -> None:
    action = actions.finish_action(
        make_open(world.branch, world.member, world.manager), by=world.staff, at=EVENING
    )
    assert (action.state, action.done_at, action.done_on, action.done_by) == (
        "done",
        EVENING,
        date(2026, 11, 21),
        world.staff,
    )
    assert not action.is_late


def test_done_twice_keeps_the_first_time(world: World) -> None:
    action = make_open(world.branch, world.member, world.manager)
    actions.finish_action(action, by=world.staff, at=MORNING)
    again = actions.finish_action(action, by=world.manager, at=EVENING)
    assert (again.done_at, again.done_by) == (MORNING, world.staff)
    assert AuditEntry.objects.count() == 1


def test_a_done_action_is_taken_up_again(world: World) -> None:
    action = actions.finish_action(
        make_open(world.branch, world.member, world.manager), by=world.staff, at=MORNING
    )
    again = actions.take_up_action(action, by=world.manager, at=EVENING)
    assert (again.state, again.done_at, again.done_on, again.done_by) == ("open", None, None, None)


def test_a_dropped_action_cannot_be_done_and_a_done_one_not_dropped(world: World) -> None:
    dropped = actions.drop_action(
        make_open(world.branch, world.member, world.manager), by=world.manager, at=MORNING
    )
    with pytest.raises(WrongState):
        actions.finish_action(dropped, by=world.manager, at=MORNING)
    done = actions.finish_action(
        make_open(world.branch, world.member, world.manager), by=world.manager, at=MORNING
    )
    with pytest.raises(WrongState):
        actions.drop_action(done, by=world.manager, at=MORNING)
