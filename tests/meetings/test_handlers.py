from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from branches.models import Branch
from jobs import services as jobs
from jobs.models import Job
from meetings import handlers
from meetings.models import Meeting
from meetings.services.building import build_agendas
from scorecards.models import Freshness
from scorecards.signals import recomputed
from tests.meetings.factories import FRIDAY
from tests.worlds import World

BEFORE = datetime(2026, 11, 19, 17, 59, tzinfo=UTC)  # 01:59 on Friday in Shanghai
NIGHT = datetime(2026, 11, 19, 18, 1, tzinfo=UTC)  # 02:01


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NIGHT)


def _jobs() -> list[tuple[str, str]]:
    return list(Job.objects.filter(kind="agendas").order_by("subject").values_list("subject", "period"))


def test_agendas_are_asked_for_once_when_the_night_is_over(world: World) -> None:
    handlers.request_due(BEFORE)
    assert _jobs() == []
    handlers.request_due(NIGHT)
    handlers.request_due(NIGHT)
    assert _jobs() == [("Asia/Shanghai", "2026-11-20")]


def test_every_time_zone_has_its_own_day(world: World) -> None:
    Branch.objects.filter(pk=world.foreign.pk).update(time_zone="Europe/London")
    handlers.request_due(NIGHT)
    assert _jobs() == [("Asia/Shanghai", "2026-11-20"), ("Europe/London", "2026-11-19")]


def test_the_job_makes_the_meetings_of_its_zone_and_may_run_twice(world: World) -> None:
    Branch.objects.filter(pk=world.foreign.pk).update(time_zone="Europe/London")
    job = jobs.request("agendas", "Asia/Shanghai", "2026-11-20", at=NIGHT)
    assert jobs.run(job.pk, at=NIGHT)
    job.refresh_from_db()
    assert (job.state, job.result["meetings"], job.result["made"]) == ("done", 2, 2)
    again = jobs.request("agendas", "Asia/Shanghai", "2026-11-20", again=True, at=NIGHT)
    assert jobs.run(again.pk, at=NIGHT)
    assert sorted(Meeting.objects.values_list("branch__code", "day")) == [("N1", FRIDAY), ("N2", FRIDAY)]


def test_a_worker_that_takes_the_job_over_keeps_the_agendas_made_so_far(world: World) -> None:
    job = jobs.request("agendas", "Asia/Shanghai", "2026-11-20", at=NIGHT)
    build_agendas([world.branch], FRIDAY, at=NIGHT)
    Job.objects.filter(pk=job.pk).update(attempts=1)
    assert jobs.run(job.pk, at=NIGHT)
    job.refresh_from_db()
    assert (job.result["meetings"], job.result["made"]) == (3, 2)
    assert (job.progress_done, job.progress_total) == (3, 3)


def test_the_agendas_are_made_again_a_little_after_the_cards_have_changed(world: World) -> None:
    job = jobs.request("agendas", "Asia/Shanghai", "2026-11-20", at=NIGHT)
    jobs.run(job.pk, at=NIGHT)
    recomputed.send(sender=None, as_of=FRIDAY)
    job.refresh_from_db()
    assert (job.state, job.due_at) == ("waiting", NIGHT + handlers.SETTLE)


def test_a_recompute_that_ends_while_agendas_are_made_is_followed_by_new_ones(world: World) -> None:
    job = jobs.request("agendas", "Asia/Shanghai", "2026-11-20", at=NIGHT)
    Job.objects.filter(pk=job.pk).update(state="running", started_at=NIGHT)
    Freshness.objects.create(pk=1, computed_at=NIGHT + timedelta(seconds=5))
    recomputed.send(sender=None, as_of=FRIDAY)
    Job.objects.filter(pk=job.pk).update(state="done")

    handlers.request_due(NIGHT + timedelta(minutes=1))

    job.refresh_from_db()
    assert (job.state, job.due_at) == ("waiting", NIGHT + timedelta(minutes=1))


def test_agendas_made_after_the_cards_are_not_made_again(world: World) -> None:
    Freshness.objects.create(pk=1, computed_at=NIGHT - timedelta(seconds=5))
    job = jobs.request("agendas", "Asia/Shanghai", "2026-11-20", at=NIGHT)
    jobs.run(job.pk, at=NIGHT)
    handlers.request_due(NIGHT + timedelta(minutes=1))
    job.refresh_from_db()
    assert job.state == "done"
