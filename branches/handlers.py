"""The job that clears away files which were looked at and never imported, and when it is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from branches.services import clear_uploads
from jobs import services as jobs
from jobs.models import Job

JOB = "clear_uploads"
SUBJECT = "company"
KEPT = timedelta(days=1)


def connect() -> None:
    """Register both; called when the app has loaded."""
    jobs.register(JOB, run_clearing)
    jobs.register_schedule(request_clearing)


def run_clearing(run: jobs.Run) -> dict[str, Any]:
    """Clear away what has waited for its confirmation for more than a day."""
    return {"files": clear_uploads(timezone.now() - KEPT)}


def request_clearing(at: datetime) -> None:
    """Ask for today's clearing once; a day that was missed needs no making up, the next clears the same files."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date().isoformat()
    if not Job.objects.filter(kind=JOB, subject=SUBJECT, period=today).exists():
        jobs.request(JOB, SUBJECT, today, at=at)
