"""Making, running and sweeping jobs.

A higher floor registers a handler for its kind of job and calls `request`. Everything else happens here: the row is
the truth, the queue carries its id, a lease says who works on it, and the sweeper takes up what was left lying.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as QueueAway

from jobs.models import Job, State

logger = logging.getLogger(__name__)

BEATS_IN_A_LEASE = 4
MOST_ATTEMPTS = 5
HISTORY_KEPT = timedelta(days=90)


class Refused(Exception):
    """The job can never succeed as it stands (a bad file, a missing row): it fails at once, with this text."""


@dataclass
class Run:
    """What a handler is handed: the job and the way to report its progress."""

    job: Job

    def progress(self, done: int, total: int | None = None) -> None:
        """Write how far the work is, for those who watch; its own short transaction."""
        fields: dict[str, Any] = {"progress_done": done}
        if total is not None:
            fields["progress_total"] = total
        Job.objects.filter(pk=self.job.pk).update(**fields)


Handler = Callable[[Run], dict[str, Any]]
Schedule = Callable[[datetime], None]
_handlers: dict[str, Handler] = {}
_schedules: list[Schedule] = []
_bells: list[Callable[[int], Any]] = []


def register(kind: str, handler: Handler) -> None:
    """Say which function does jobs of this kind. It may run twice, at once, or be cut anywhere, and must not mind.

    It returns its counts, which are kept as the job's result, and raises `Refused` when trying again is useless.
    """
    _handlers[kind] = handler


def register_schedule(schedule: Schedule) -> None:
    """Add a function that is asked at every sweep to request what is due at that instant and not yet requested."""
    _schedules.append(schedule)


def connect_bell(bell: Callable[[int], Any]) -> None:
    """Say how a worker is told at once that a job waits; the task above these services does."""
    _bells.append(bell)


def request(
    kind: str,
    subject: str,
    period: str = "",
    *,
    arguments: dict[str, Any] | None = None,
    again: bool = False,
    at: datetime | None = None,
) -> Job:
    """Make sure that this job exists and ring the bell once the transaction commits; returns its row.

    A job that waits or runs is returned as it is. `again`: one that has ended is put back to the start.
    """
    at = at or timezone.now()
    job, created = Job.objects.get_or_create(
        kind=kind,
        subject=subject,
        period=period,
        defaults={"arguments": arguments or {}, "due_at": at, "created_at": at},
    )
    if not created and again:
        Job.objects.filter(pk=job.pk, state__in=[State.DONE, State.FAILED]).update(
            state=State.WAITING,
            arguments=arguments or {},
            attempts=0,
            due_at=at,
            created_at=at,
            started_at=None,
            finished_at=None,
            progress_done=0,
            progress_total=0,
            result={},
            error="",
        )
        job.refresh_from_db()
    if job.state == State.WAITING:
        _ring(job.pk)
    return job


def run(job_id: int, *, at: datetime | None = None) -> bool:
    """Do one job if it is due and nobody holds it. True if this call did it, whether it went well or not."""
    job = _claim(job_id, at or timezone.now())
    if job is None:
        return False
    heart = _Heartbeat(job)
    heart.start()
    try:
        result = _handlers[job.kind](Run(job))
    except Refused as refusal:
        _finish(job, State.FAILED, error=str(refusal))
    except Exception as error:
        logger.exception("job %s failed", job.pk)
        _retry_or_fail(job, error)
    else:
        _finish(job, State.DONE, result=result)
    finally:
        heart.stop()
    return True


def sweep(*, at: datetime | None = None) -> list[int]:
    """Ask the schedules what is due, then queue again whatever waits or was left lying; returns the ids queued.

    A schedule with a fault is logged and keeps nothing else from its turn. DatabaseError while the database is away.
    """
    at = at or timezone.now()
    for schedule in _schedules:
        _ask(schedule, at)
    Job.objects.filter(state__in=(State.DONE, State.FAILED), finished_at__lt=at - HISTORY_KEPT).delete()
    due = list(Job.objects.due(at).values_list("pk", flat=True)[:200])
    for job_id in due:
        _ring(job_id)
    return due


def _ask(schedule: Schedule, at: datetime) -> None:
    try:
        schedule(at)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("the schedule %s.%s failed", schedule.__module__, getattr(schedule, "__name__", "-"))


def lease() -> timedelta:
    """How long a worker holds a job without a sign of life."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def holder() -> str:
    """This process, as written on the jobs it holds."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"


def _ring(job_id: int) -> None:
    if settings.REDIS_URL or settings.CELERY_TASK_ALWAYS_EAGER:
        transaction.on_commit(lambda: _send(job_id))


def _send(job_id: int) -> None:
    try:
        for bell in _bells:
            bell(job_id)
    except (OSError, QueueAway) as error:  # the row stands, the sweeper will find it
        logger.warning("bell not rung for job %s: %s", job_id, error)


def _claim(job_id: int, at: datetime) -> Job | None:
    claimed = (
        Job.objects.due(at)
        .order_by()
        .filter(pk=job_id)
        .update(state=State.RUNNING, lease_until=at + lease(), lease_holder=holder(), started_at=at, error="")
    )
    if not claimed:
        return None
    job = Job.objects.get(pk=job_id)
    if job.attempts >= MOST_ATTEMPTS:
        _finish(job, State.FAILED, error=job.error or f"Given up after {MOST_ATTEMPTS} attempts.")
        return None
    job.attempts += 1
    job.save(update_fields=["attempts"])
    return job


def _finish(job: Job, state: State, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Only the holder of the lease may end a job: a worker that was thought dead must not overwrite its successor."""
    Job.objects.filter(pk=job.pk, lease_holder=job.lease_holder, state=State.RUNNING).update(
        state=state, result=result or {}, error=error, finished_at=timezone.now(), lease_until=None
    )


def _retry_or_fail(job: Job, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"[:4000]
    if job.attempts >= MOST_ATTEMPTS:
        _finish(job, State.FAILED, error=text)
        return
    Job.objects.filter(pk=job.pk, lease_holder=job.lease_holder).update(
        state=State.WAITING,
        lease_until=None,
        error=text,
        due_at=timezone.now() + timedelta(seconds=10 * 2**job.attempts),
    )


class _Heartbeat(threading.Thread):
    """Renews the lease of a job while its handler runs, on a connection of its own."""

    def __init__(self, job: Job) -> None:
        super().__init__(daemon=True)
        self._job, self._over = job, threading.Event()

    def run(self) -> None:
        while not self._over.wait(settings.JOB_LEASE_SECONDS / BEATS_IN_A_LEASE):
            self._beat()

    def _beat(self) -> None:
        try:
            Job.objects.filter(pk=self._job.pk, lease_holder=self._job.lease_holder).update(
                lease_until=timezone.now() + lease()
            )
        except DatabaseError as error:  # a beat that is missed is made up by the next
            logger.warning("job %s: no sign of life: %s", self._job.pk, error)
        finally:
            connections.close_all()

    def stop(self) -> None:
        self._over.set()
