"""What this floor hands to the floors below when the apps have loaded: its jobs, its schedules, what it follows."""

from branches.signals import calendar_changed
from jobs import services as jobs
from scorecards import metrics
from scorecards.queries.own_metrics import METRICS
from scorecards.services import imports, nights
from scorecards.services.imports.receiving import APPLY, INSPECT, UNDO
from scorecards.services.recompute.marks import JOB
from scorecards.services.weekdays import follow_calendar


def connect() -> None:
    """Register the job handlers, the schedules and the metrics of this app."""
    jobs.register(JOB, nights.run_recompute)
    jobs.register(nights.NIGHTLY, nights.run_night)
    jobs.register(INSPECT, imports.inspect)
    jobs.register(APPLY, imports.apply)
    jobs.register(UNDO, imports.undo)
    jobs.register_schedule(nights.request_nights)
    jobs.register_schedule(nights.request_marked)
    calendar_changed.connect(follow_calendar, dispatch_uid="scorecards.calendar")
    for metric in METRICS:
        metrics.register(metric)
