"""Meetings and actions for tests: a fixed Friday, ten minutes to nine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from branches.models import Branch, StaffMember, User
from meetings.models import Action, AgendaItem, Meeting, MeetingState

FRIDAY = date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 0, 50, tzinfo=UTC)  # 08:50 in Shanghai
CLOSES = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def make_meeting(branch: Branch, *, day: date = FRIDAY, items: int = 2, **fields: Any) -> Meeting:
    """A planned meeting with so many points."""
    meeting = Meeting.objects.create(
        branch=branch, day=day, **{"window_closes_at": CLOSES, "built_at": MORNING, **fields}
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=n,
            section="yesterday",
            text_en=f"Point {n} of {branch.code}",
            text_zh=f"{branch.code}第{n}项",
            suggests_en=f"Suggestion {n}",
            suggests_zh=f"建议{n}",
        )
        for n in range(1, items + 1)
    )
    return meeting


def make_running(branch: Branch, by: User, **fields: Any) -> Meeting:
    """A meeting that has begun."""
    return make_meeting(branch, state=MeetingState.RUNNING, started_at=MORNING, conducted_by=by, **fields)


def make_held(branch: Branch, by: User, *, held_at: datetime = MORNING, **fields: Any) -> Meeting:
    """A meeting that is over."""
    return make_meeting(
        branch,
        **{
            "state": MeetingState.HELD,
            "started_at": MORNING,
            "held_at": held_at,
            "conducted_by": by,
            **fields,
        },
    )


def make_open(branch: Branch, owner: StaffMember, by: User, **fields: Any) -> Action:
    """An open action, due on the Monday after."""
    defaults = {"text": "Call ten customers", "due_on": date(2026, 11, 23), "made_at": MORNING}
    return Action.objects.create(branch=branch, owner=owner, made_by=by, **{**defaults, **fields})
