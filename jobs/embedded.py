"""The embedded broker: without Redis the one worker feeds its in-memory queue from the job rows.

Messages in memory are lost when the worker is killed, and that does no harm: they carry nothing but ids of rows. The
web process need not reach the worker at all; the feeder looks into the table once a second (docs/decisions/).
"""

import logging
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutdown
from django.conf import settings
from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
_over = threading.Event()


@worker_ready.connect
def start_feeding(**kwargs: Any) -> None:
    """Begin to feed the queue once the worker takes messages; does nothing where Redis is the broker."""
    if not settings.REDIS_URL:
        _over.clear()
        threading.Thread(target=feed, daemon=True, name="feeder").start()


@worker_shutdown.connect
def stop_feeding(**kwargs: Any) -> None:
    """Let the feeder end with the worker."""
    _over.set()


def feed() -> None:
    """Every second: sweep, and put each due job's id into the queue of this process, once until it was tried."""
    from jobs import services  # models are not loaded when the signals are connected
    from jobs.tasks import run_job

    handed: dict[int, int] = {}
    while not _over.wait(SECONDS_BETWEEN_LOOKS):
        try:
            handed = _hand_out(services.sweep(), handed, run_job)
        except DatabaseError as error:
            logger.warning("feeder: %s", error)
        finally:
            connections.close_all()


def _hand_out(due: list[int], handed: dict[int, int], task: Any) -> dict[int, int]:
    """Send the ids that were not sent in the last thirty looks; returns id → looks since it was sent."""
    waiting = {job_id: looks + 1 for job_id, looks in handed.items() if job_id in due and looks < 30}
    for job_id in due:
        if job_id not in waiting:
            task.delay(job_id)
            waiting[job_id] = 0
    return waiting
