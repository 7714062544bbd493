"""The job that erases old comments, and when it is due."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from jobs import services as jobs
from jobs.models import Job
from surveys.services import erase_expired

JOB = "erase_comments"
SUBJECT = "company"


def connect() -> None:
    """Register both; called when the app has loaded."""
    jobs.register(JOB, run_erasing)
    jobs.register_schedule(request_erasing)


def run_erasing(run: jobs.Run) -> dict[str, Any]:
    """Erase what has expired by the job's day."""
    return {"comments": erase_expired(date.fromisoformat(run.job.period))}


def request_erasing(at: datetime) -> None:
    """Ask for today's erasing once; a day that was missed needs no making up, the next erases the same rows."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date().isoformat()
    if not Job.objects.filter(kind=JOB, subject=SUBJECT, period=today).exists():
        jobs.request(JOB, SUBJECT, today, at=at)
