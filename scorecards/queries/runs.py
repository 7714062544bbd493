"""What the worker has done, does and has before it, for the page of runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job, State
from jobs.names import name_of
from scorecards.models import DirtyMonth, FigureImport
from scorecards.models.entry import DELIVERY

EVERYTHING = _("Recompute everything")
TONES = {State.WAITING: "none", State.RUNNING: "watch", State.DONE: "good", State.FAILED: "act"}
NEWEST = 50
LONG_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Run:
    """A job as the page shows it; `took`: how long it ran, or has run until now; None before it starts.

    `made`: the import that it is about. `rows`: what it wrote, cards or rows of figures; None where it writes neither.
    """

    job: Job
    name: str | Promise
    tone: str
    took: timedelta | None
    made: FigureImport | None
    rows: int | None

    @property
    def took_text(self) -> str:
        """The duration as 4.2 s, 3:05 (minutes) or 1:02:07 (hours)."""
        if self.took is None:
            return ""
        seconds = self.took.total_seconds()
        if seconds < 60:
            return gettext("%(seconds)s s") % {"seconds": f"{seconds:.1f}"}
        minutes, rest = divmod(int(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.job.state in (State.DONE, State.FAILED)

    @property
    def may_start_again(self) -> bool:
        """Whether that would do anything: what was done with a file is done, and goes on from the file's own page."""
        return self.job.state == State.FAILED or (self.is_over and self.made is None)


@dataclass(frozen=True)
class Runs:
    """The newest runs, newest first; `waiting_months`: changed branch-months that no run has taken up yet.

    `is_stuck`: one has been due for ten minutes and nobody has begun it, so no worker runs.
    """

    rows: list[Run]
    waiting_months: int
    is_stuck: bool

    @property
    def is_busy(self) -> bool:
        """Whether anything waits or runs, so that the page keeps looking."""
        return any(not run.is_over for run in self.rows)


def runs(at: datetime) -> Runs:
    """The fifty newest jobs; four queries. What only remembers a delivery is none, and a busy till makes many."""
    jobs = list(Job.objects.exclude(kind=DELIVERY).order_by("-created_at", "-pk")[:NEWEST])
    files = FigureImport.objects.only("name", "state", "counts").in_bulk(
        {number for job in jobs if isinstance(number := job.arguments.get("import"), int)}
    )
    rows = [_run(job, files.get(job.arguments.get("import")), at) for job in jobs]
    stuck = Job.objects.filter(state=State.WAITING, due_at__lt=at - LONG_WAIT).exists()
    return Runs(rows, DirtyMonth.objects.count(), stuck)


def _run(job: Job, made: FigureImport | None, at: datetime) -> Run:
    name = EVERYTHING if job.arguments.get("everything") else name_of(job.kind)
    took = None if job.started_at is None else (job.finished_at or at) - job.started_at
    return Run(
        job, name, TONES[State(job.state)], took, made, job.result.get("cards", job.result.get("written"))
    )
