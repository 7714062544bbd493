from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from kombu.exceptions import OperationalError as QueueAway

from jobs import services
from jobs.models import Job, State

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_handlers", {})
    monkeypatch.setattr(services, "_schedules", [])


def test_a_job_is_done_once_and_keeps_its_counts() -> None:
    done: list[int] = []
    services.register("count", lambda run: done.append(run.job.pk) or {"rows": 7})
    job = services.request("count", "company", at=AT)
    assert services.run(job.pk, at=AT) is True
    assert services.run(job.pk, at=AT) is False
    job.refresh_from_db()
    assert (done, job.state, job.result, job.attempts) == ([job.pk], State.DONE, {"rows": 7}, 1)


def test_asking_twice_makes_one_job() -> None:
    first = services.request("count", "company", "2026-11-21", at=AT)
    second = services.request("count", "company", "2026-11-21", at=AT)
    assert first.pk == second.pk
    assert Job.objects.count() == 1


def test_asking_again_puts_a_job_that_is_over_back_to_its_start_and_leaves_one_that_runs() -> None:
    services.register("count", lambda run: {"rows": 7})
    job = services.request("count", "company", at=AT)
    services.run(job.pk, at=AT)
    again = services.request("count", "company", again=True, at=AT)
    assert (again.pk, again.state, again.attempts, again.result) == (job.pk, State.WAITING, 0, {})
    Job.objects.update(state=State.RUNNING)
    assert services.request("count", "company", again=True, at=AT).state == State.RUNNING


def test_a_job_held_by_a_living_worker_is_left_alone_and_one_whose_lease_ran_out_is_taken_up() -> None:
    services.register("count", lambda run: {})
    job = services.request("count", "company", at=AT)
    Job.objects.update(state=State.RUNNING, lease_until=AT + timedelta(seconds=30), lease_holder="other")
    assert services.run(job.pk, at=AT) is False
    assert services.run(job.pk, at=AT + timedelta(seconds=31)) is True
    job.refresh_from_db()
    assert job.state == State.DONE


def test_a_worker_that_lost_its_lease_does_not_overwrite_its_successor() -> None:
    def lose(run: services.Run) -> dict[str, Any]:
        Job.objects.filter(pk=run.job.pk).update(lease_holder="successor")
        return {"rows": 1}

    services.register("count", lose)
    job = services.request("count", "company", at=AT)
    services.run(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.lease_holder, job.result) == (State.RUNNING, "successor", {})


def test_a_job_that_fails_is_tried_again_later_and_given_up_after_the_last_attempt() -> None:
    def fail(run: services.Run) -> dict[str, Any]:
        raise ValueError("no table")

    services.register("count", fail)
    job = services.request("count", "company", at=AT)
    services.run(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.WAITING, "ValueError: no table")
    assert job.due_at > AT
    Job.objects.update(attempts=services.MOST_ATTEMPTS - 1, due_at=AT)
    services.run(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "ValueError: no table")


def test_a_refusal_fails_at_once_with_its_text() -> None:
    def refuse(run: services.Run) -> dict[str, Any]:
        raise services.Refused("The file is empty.")

    services.register("count", refuse)
    job = services.request("count", "company", at=AT)
    services.run(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (State.FAILED, "The file is empty.", 1)


def test_a_job_that_kills_its_worker_every_time_is_given_up() -> None:
    services.register("count", lambda run: {})
    job = services.request("count", "company", at=AT)
    Job.objects.update(state=State.RUNNING, lease_until=AT, attempts=services.MOST_ATTEMPTS)
    assert services.run(job.pk, at=AT + timedelta(seconds=1)) is False
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_the_sweep_asks_the_schedules_and_finds_what_was_left_lying() -> None:
    asked: list[datetime] = []
    services.register_schedule(asked.append)
    waiting = services.request("count", "a", at=AT)
    lost = services.request("count", "b", at=AT)
    later = services.request("count", "c", at=AT + timedelta(hours=1))
    Job.objects.filter(pk=lost.pk).update(state=State.RUNNING, lease_until=AT - timedelta(seconds=1))
    assert services.sweep(at=AT) == [waiting.pk, lost.pk]
    assert asked == [AT]
    assert later.pk in services.sweep(at=AT + timedelta(hours=1))


def test_a_schedule_with_a_fault_keeps_neither_the_others_nor_what_waits_from_their_turn() -> None:
    def faulty(at: datetime) -> None:
        raise ValueError("no such zone")

    asked: list[datetime] = []
    services.register_schedule(faulty)
    services.register_schedule(asked.append)
    waiting = services.request("count", "a", at=AT)
    assert services.sweep(at=AT) == [waiting.pk]
    assert asked == [AT]


def test_a_sweep_without_its_database_says_so_to_its_caller() -> None:
    def away(at: datetime) -> None:
        raise OperationalError("gone")

    services.register_schedule(away)
    with pytest.raises(OperationalError):
        services.sweep(at=AT)


@pytest.mark.parametrize("state", [State.DONE, State.FAILED])
def test_the_sweep_forgets_what_was_over_three_months_ago(state: State) -> None:
    services.request("count", "a", at=AT)
    recent = services.request("count", "b", at=AT)
    Job.objects.update(state=state, finished_at=AT - timedelta(days=91))
    Job.objects.filter(pk=recent.pk).update(finished_at=AT - timedelta(days=89))
    services.sweep(at=AT)
    assert [job.pk for job in Job.objects.all()] == [recent.pk]


def test_progress_is_seen_while_the_job_runs() -> None:
    seen: list[float | None] = []

    def work(run: services.Run) -> dict[str, Any]:
        run.progress(1, 4)
        seen.append(Job.objects.get(pk=run.job.pk).share_done)
        return {}

    services.register("count", work)
    services.run(services.request("count", "company", at=AT).pk, at=AT)
    assert seen == [0.25]


def test_the_bell_rings_only_once_the_request_is_committed(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(services, "_bells", [rung.append])
    settings.REDIS_URL = "redis://somewhere"
    with django_capture_on_commit_callbacks(execute=True):
        job = services.request("count", "company", at=AT)
        assert rung == []
    assert rung == [job.pk]


@pytest.mark.parametrize("fault", [ConnectionRefusedError, QueueAway])
def test_a_queue_that_is_away_does_not_lose_the_request(
    fault: type[Exception],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def away(job_id: int) -> None:
        raise fault

    monkeypatch.setattr(services, "_bells", [away])
    settings.REDIS_URL = "redis://somewhere"
    with django_capture_on_commit_callbacks(execute=True):
        job = services.request("count", "company", at=AT)
    assert job.pk in services.sweep(at=AT)
