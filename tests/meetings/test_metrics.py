from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from meetings.metrics import actions_on_time, meeting_adherence
from meetings.models import ActionState
from scorecards.metrics import registered
from tests.meetings.factories import CLOSES, FRIDAY, MORNING, make_held, make_meeting, make_open
from tests.worlds import World

SECOND = timedelta(seconds=1)


def _rows(rows) -> list[tuple[str, str, int, int]]:  # noqa: ANN001
    return sorted((r["branch_id"], str(r["day"]), r["numerator"], r["denominator"]) for r in rows)


def test_both_metrics_are_registered_under_management_efficiency() -> None:
    found = {code: metric.capability for code, metric in registered().items()}
    assert found["meeting_adherence"] == found["actions_on_time"] == "management_efficiency"


def test_meetings_held_up_to_the_end_of_their_window_count(world: World) -> None:
    for day, held_at in [(19, CLOSES), (20, CLOSES + SECOND)]:
        make_held(world.branch, world.manager, day=date(2026, 11, day), held_at=held_at)
    make_meeting(world.branch, day=date(2026, 11, 18))
    make_held(world.foreign, world.foreign_manager, day=FRIDAY)
    assert _rows(meeting_adherence(date(2026, 11, 18), FRIDAY)) == [
        (world.branch.pk, "2026-11-18", 0, 1),
        (world.branch.pk, "2026-11-19", 1, 1),
        (world.branch.pk, "2026-11-20", 0, 1),
        (world.foreign.pk, "2026-11-20", 1, 1),
    ]


def test_meetings_outside_the_days_asked_for_are_left_out(world: World) -> None:
    make_held(world.branch, world.manager, day=FRIDAY)
    assert _rows(meeting_adherence(date(2026, 11, 1), date(2026, 11, 19))) == []
    assert _rows(meeting_adherence(date(2026, 11, 21), date(2026, 11, 30))) == []


def test_actions_count_on_the_day_they_are_due_and_dropped_ones_do_not(world: World) -> None:
    done = {
        "state": ActionState.DONE,
        "done_at": datetime(2026, 11, 20, tzinfo=UTC),
        "done_by": world.manager,
    }
    due = date(2026, 11, 20)
    make_open(world.branch, world.member, world.manager, due_on=due, done_on=due, **done)
    make_open(world.branch, world.member, world.manager, due_on=due, done_on=date(2026, 11, 21), **done)
    make_open(world.branch, world.member, world.manager, due_on=due)
    make_open(world.branch, world.member, world.manager, due_on=due, state=ActionState.DROPPED)
    make_open(world.branch, world.member, world.manager, due_on=date(2026, 11, 21))
    assert _rows(actions_on_time(due, due)) == [(world.branch.pk, "2026-11-20", 1, 3)]


def test_nothing_gives_no_rows(world: World) -> None:
    assert _rows(meeting_adherence(FRIDAY, FRIDAY)) == _rows(actions_on_time(FRIDAY, FRIDAY)) == []
    assert MORNING < CLOSES
