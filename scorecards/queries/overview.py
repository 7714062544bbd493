"""What an administrator looks at first: how fresh, what ran, what is missing, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from branches.models import Branch, User
from jobs.models import Job, State
from scorecards.models import DirtyMonth, FigureImport, Freshness
from scorecards.queries.missing import missing_of
from scorecards.queries.weekdays import NeverTraded, never_traded

RECENT = timedelta(days=14)
LATE = timedelta(hours=26)
"""A night and two hours: cards older than that have missed a run."""
MOST_LISTED = 5


@dataclass(frozen=True)
class Overview:
    """The state of the installation at an instant; counts, and the few newest of what went wrong.

    `late`: the cards have missed a night. `dirty`: branch-months changed since they were computed. `silent`: weekdays
    on which branches never had figures.
    """

    branches: int

    freshness: Freshness | None
    late: bool
    dirty: int
    running: int
    waiting: int
    failed: list[Job]
    failed_count: int
    missing_branches: int
    missing_days: int
    refused: list[FigureImport]
    refused_count: int
    silent: list[NeverTraded]

    @property
    def silent_branches(self) -> int:
        """How many branches had no figures on some weekday, ever."""
        return sum(len(one.branch_ids) for one in self.silent)


def overview(user: User, *, at: datetime) -> Overview:
    """The numbers of the admin's first page for an administrator; a dozen queries, none over all the facts.

    Weekdays without figures are looked for only while days are missing.
    """
    yesterday = timezone.localdate(at) - timedelta(days=1)
    branch_ids = list(Branch.objects.for_user(user).order_by().values_list("pk", flat=True))
    freshness = Freshness.objects.filter(pk=1).first()
    computed_at = freshness.computed_at if freshness else None
    missing = missing_of(branch_ids, yesterday)
    failures = Job.objects.filter(created_at__gte=at - RECENT, state=State.FAILED)
    imports = FigureImport.objects.for_user(user).filter(at__gte=at - RECENT)
    return Overview(
        branches=len(branch_ids),
        freshness=freshness,
        late=computed_at is not None and at - computed_at > LATE,
        dirty=DirtyMonth.objects.count(),
        running=Job.objects.filter(state=State.RUNNING).count(),
        waiting=Job.objects.filter(state=State.WAITING).count(),
        failed=list(failures.order_by("-finished_at")[:MOST_LISTED]),
        failed_count=failures.count(),
        missing_branches=len(missing),
        missing_days=sum(len(one.days) for one in missing),
        refused=list(imports.with_errors().defer("problems", "preview", "question")[:MOST_LISTED]),
        refused_count=imports.with_errors().count(),
        silent=never_traded(yesterday) if missing else [],
    )
