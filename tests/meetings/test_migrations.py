"""What was agreed in the meetings held before minutes kept it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from meetings.models import Outcome
from tests.meetings.factories import MORNING, make_held, make_open, make_running
from tests.worlds import World

keeping = import_module("meetings.migrations.0003_outcomes_of_held_meetings")
ENDED = datetime(2026, 11, 20, 1, 20, tzinfo=UTC)


def test_held_meetings_get_their_actions_and_others_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BATCH", 1)
    held = make_held(world.branch, world.manager, held_at=ENDED)
    make_held(world.sister, world.manager, held_at=ENDED)
    running = make_running(world.foreign, world.foreign_manager)
    item = held.items.first()
    done = {"state": "done", "done_by": world.manager, "done_on": date(2026, 11, 20)}
    made = make_open(world.branch, world.member, world.manager, from_item=item, done_at=ENDED, **done)
    after = ENDED + timedelta(1)
    beside = make_open(world.branch, world.member, world.manager, text="Beside", done_at=after, **done)
    make_open(world.branch, world.member, world.manager, text="Before", made_at=MORNING - timedelta(1))
    make_open(world.branch, world.member, world.manager, text="Dropped", from_item=item, state="dropped")
    make_open(world.foreign, world.foreign_member, world.foreign_manager, from_item=running.items.first())
    for _again in (1, 2):
        keeping.keep(apps, None)
        kept = Outcome.objects.values_list("meeting", "item", "action", "text", "is_done", "is_new")
        assert set(kept) == {
            (held.pk, item.pk, made.pk, "Call ten customers", True, True),
            (held.pk, None, beside.pk, "Beside", False, True),
        }
    keeping.forget(apps, None)
    assert not Outcome.objects.exists()
