from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from formulas.periods import Span
from meetings import steps
from scorecards.next_steps import Moment
from tests.meetings.factories import FRIDAY, make_held, make_meeting, make_open, make_running
from tests.scorecards.factories import make_fresh
from tests.worlds import World

SPAN = Span(FRIDAY, FRIDAY)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 0, 50, tzinfo=UTC))


def _moment(world: World, who: str = "manager") -> Moment:
    return Moment(world.branch, getattr(world, who), FRIDAY)


def test_a_meeting_that_waits_is_the_next_step(world: World) -> None:
    make_meeting(world.branch, items=1)
    step = steps.morning_meeting(_moment(world))
    assert step is not None
    assert (step.text, step.url) == (
        "The morning meeting is ready, with 1 point.",
        "/meetings/N1/2026-11-20/",
    )


def test_a_meeting_whose_time_is_over_is_not_called_ready(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes = make_meeting(world.branch, items=1).window_closes_at
    monkeypatch.setattr(timezone, "now", lambda: closes + timedelta(minutes=1))
    step = steps.morning_meeting(_moment(world))
    assert step is not None
    assert step.text == "This morning's meeting has not been held; its time was until 10:00."


def test_a_running_meeting_is_to_be_gone_on_with(world: World) -> None:
    make_running(world.branch, world.manager)
    step = steps.morning_meeting(_moment(world))
    assert step is not None
    assert step.text == "The morning meeting is running."


def test_there_is_no_step_once_it_is_held_or_for_those_who_only_read(world: World) -> None:
    assert steps.morning_meeting(_moment(world)) is None
    meeting = make_meeting(world.branch)
    assert steps.morning_meeting(_moment(world, "regional")) is None
    meeting.delete()
    make_held(world.branch, world.manager)
    assert steps.morning_meeting(_moment(world)) is None


def test_overdue_actions_of_the_branch_are_a_step(world: World) -> None:
    make_open(world.branch, world.member, world.manager, due_on=FRIDAY)
    make_open(world.foreign, world.foreign_member, world.foreign_manager, due_on=date(2026, 11, 1))
    assert steps.overdue_actions(_moment(world)) is None
    make_open(world.branch, world.member, world.manager, due_on=date(2026, 11, 19))
    step = steps.overdue_actions(_moment(world))
    assert step is not None
    assert (step.text, step.url) == ("1 action is overdue.", "/meetings/actions/?state=overdue&branch=N1")


def test_the_panel_shows_the_first_five_open_actions_of_the_branch(world: World) -> None:
    assert steps.open_actions(world.branch, world.manager, SPAN) is None
    for n in range(6):
        make_open(world.branch, world.member, world.manager, text=f"Action {n}")
    make_open(world.foreign, world.foreign_member, world.foreign_manager)
    values = steps.open_actions(world.branch, world.manager, SPAN)
    assert values is not None
    assert [action.text for action in values["actions"]] == [f"Action {n}" for n in range(5)]
    assert values["has_more"]
    assert steps.open_actions(world.foreign, world.manager, SPAN) is None


def test_a_staff_members_own_page_shows_own_open_actions(
    world: World, client_of: Callable[[object], Client]
) -> None:
    """Of whatever branch; neither a colleague's nor what is done."""
    make_fresh()
    make_open(world.branch, world.member, world.manager, text="Call ten customers")
    make_open(
        world.sister, world.member, world.administrator, text="Count the stock", due_on=date(2026, 11, 19)
    )
    make_open(world.branch, world.colleague, world.manager, text="Write a letter")

    page = client_of(world.staff).get(f"/staff/{world.member.number}/").content.decode()

    assert page.index("Count the stock") < page.index("Call ten customers")
    assert "overdue since Thu 19 Nov" in page
    assert "Write a letter" not in page


def test_a_page_of_figures_of_somebody_else_shows_no_actions(
    world: World, client_of: Callable[[object], Client]
) -> None:
    make_fresh()
    make_open(world.branch, world.colleague, world.manager, text="Write a letter")

    page = client_of(world.manager).get(f"/staff/{world.member.number}/").content.decode()

    assert "Write a letter" not in page
