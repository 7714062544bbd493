"""What this app hands to the floors below when the apps have loaded: the job that makes agendas, and when it is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from branches.models import Branch
from jobs import services as jobs
from jobs.models import Job, State
from meetings.services.building import build_agendas
from scorecards.models import Freshness
from scorecards.signals import recomputed

JOB = "agendas"
SETTLE = timedelta(minutes=2)
"""A morning of small changes makes many recomputes; the agendas of all branches follow at most this often."""


def connect() -> None:
    """Register the job, its schedule, and what follows a recompute."""
    jobs.register(JOB, run_agendas)
    jobs.register_schedule(request_due)
    recomputed.connect(request_again, dispatch_uid="meetings.agendas")


def run_agendas(run: jobs.Run) -> dict[str, Any]:
    """Make the morning meetings of a day for the branches of one time zone (the job's subject).

    Taken up by another worker it goes on behind the agendas that the first has made.
    """
    day = date.fromisoformat(run.job.period)
    rows = Branch.objects.filter(time_zone=run.job.subject).trading(day, day)
    branches = list(rows.order_by("pk"))
    run.progress(0, len(branches))
    since = run.job.created_at if run.job.attempts > 1 else None
    return build_agendas(branches, day, at=timezone.now(), since=since, progress=run.progress)


def request_due(at: datetime) -> None:
    """Ask for the agendas of every time zone whose night is over and that has none of this day yet. Three queries.

    Also for those that were begun before the cards were computed: `request_again` finds no job that has ended when a
    recompute ends while agendas are being made.
    """
    local = {zone: at.astimezone(ZoneInfo(zone)) for zone in _zones()}
    due = {zone: now.date().isoformat() for zone, now in local.items() if now.hour >= settings.NIGHTLY_HOUR}
    asked = Job.objects.filter(kind=JOB, period__in=set(due.values())).values_list(
        "subject", "period", "state", "started_at"
    )
    known = {(subject, period): (state, started_at) for subject, period, state, started_at in asked}
    computed_at = Freshness.objects.filter(pk=1).values_list("computed_at", flat=True).first()
    for zone, day in due.items():
        state, started_at = known.get((zone, day), (None, None))
        if state is None:
            jobs.request(JOB, zone, day, at=at)
        elif state == State.DONE and computed_at and started_at and started_at < computed_at:
            jobs.request(JOB, zone, day, again=True, at=at)


def request_again(**kwargs: Any) -> None:
    """Make today's agendas anew, a little later: those of meetings that have not begun follow the figures."""
    now = timezone.now()
    for zone in _zones():
        jobs.request(
            JOB, zone, now.astimezone(ZoneInfo(zone)).date().isoformat(), again=True, at=now + SETTLE
        )


def _zones() -> list[str]:
    return sorted(set(Branch.objects.order_by().values_list("time_zone", flat=True).distinct()))
