"""Starting runs by hand; each start is written down."""

from __future__ import annotations

from django.db import transaction

from branches.models import Branch, User
from branches.services import audit
from jobs import services as jobs
from jobs.models import Job, State
from scorecards.models.entry import DELIVERY
from scorecards.services.recompute import mark_branch, request

OVER = (State.DONE, State.FAILED)


def run_again(job: Job, *, by: User) -> bool:
    """Put a job that is over back to its start; False, and nothing done, if it waits or runs.

    A row that remembers a delivery is left alone: without it the same key would store anew.
    """
    with transaction.atomic():
        if job.state not in OVER or job.kind == DELIVERY:
            return False
        jobs.request(job.kind, job.subject, job.period, arguments=job.arguments, again=True)
        audit(
            "job started again", job.key, by=by, before={"state": job.state}, after={"state": State.WAITING}
        )
        return True


def recompute_everything(*, by: User) -> None:
    """Ask for all cards anew from the facts."""
    with transaction.atomic():
        request(everything=True)
        audit("recompute of everything requested", "company", by=by)


def recompute_branch(branch: Branch, *, by: User) -> None:
    """Mark all months of a branch and ask for a recompute."""
    with transaction.atomic():
        mark_branch([branch.pk])
        request()
        audit("recompute requested", f"branch {branch.code}", by=by)
