"""When a recompute happens by itself: every night, and soon after figures have changed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from jobs import services as jobs
from jobs.models import Job, State
from scorecards.models import DirtyMonth
from scorecards.services.recompute import recompute, request
from scorecards.services.recompute.marks import COMPANY, JOB

NIGHTLY = "nightly"
MOST_NIGHTS_MADE_UP = 14
REST_AFTER_FAILURE = timedelta(minutes=10)


def run_recompute(run: jobs.Run) -> dict[str, Any]:
    """The job "recompute": what is marked, or everything if its arguments say so."""
    whole = bool(run.job.arguments.get("everything"))
    return recompute(today=timezone.localdate(), everything=whole, progress=run.progress)


def run_night(run: jobs.Run) -> dict[str, Any]:
    """The job "nightly" of a date: bring the cards up to yesterday.

    A night that is made up computes what is true now, so several at once cost one run and a few empty ones.
    """
    return recompute(today=timezone.localdate(), progress=run.progress)


def request_nights(at: datetime) -> None:
    """Request the night of each date since the last one requested, in order, once `NIGHTLY_HOUR` has come.

    A new installation begins with the newest night; after a long rest the newest fourteen are made up.
    """
    newest = night_of(at)
    known = Job.objects.filter(kind=NIGHTLY, subject=COMPANY)
    if known.filter(period=newest.isoformat()).exists():
        return
    last = known.order_by("-period").values_list("period", flat=True).first()
    first = newest if last is None else date.fromisoformat(last) + timedelta(days=1)
    night = max(first, newest - timedelta(days=MOST_NIGHTS_MADE_UP - 1))
    while night <= newest:
        jobs.request(NIGHTLY, COMPANY, night.isoformat(), at=at)
        night += timedelta(days=1)


def night_of(at: datetime) -> date:
    """The date of the newest night that is due: today's from `NIGHTLY_HOUR` on, in the company's zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = at.astimezone(zone).date()
    due = datetime.combine(today, time(settings.NIGHTLY_HOUR), tzinfo=zone)
    return today if at >= due else today - timedelta(days=1)


def request_marked(at: datetime) -> None:
    """Request a recompute while marks wait, unless one waits or runs; one that has failed for good rests first."""
    if not DirtyMonth.objects.exists():
        return
    job = Job.objects.filter(kind=JOB, subject=COMPANY).first()
    resting = (
        job is not None
        and job.state == State.FAILED
        and job.finished_at is not None
        and at - job.finished_at < REST_AFTER_FAILURE
    )
    if job is None or not (resting or job.state in (State.WAITING, State.RUNNING)):
        request()
