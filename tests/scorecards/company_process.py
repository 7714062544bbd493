"""Run as `python -m tests.scorecards.company_process STEP`: one step on the database of the environment.

fill: a small company with ten weeks of figures · ask: request a recompute of everything · look: the job as JSON ·
queue: jobs that wait and of which no worker was told ·
runs: all jobs as JSON · rows: a digest of all cards.
"""

import hashlib
import json
import random
import sys
from datetime import date, timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from jobs.models import Job  # noqa: E402
from scorecards.models import Card, MetricCard  # noqa: E402
from scorecards.services.recompute import request  # noqa: E402
from tests.factories import BranchFactory  # noqa: E402
from tests.scorecards.services.recompute.facts import random_facts  # noqa: E402


def fill() -> None:
    last = timezone.localdate() - timedelta(days=1)
    branches = {BranchFactory(): [2 * n + 1, 2 * n + 2] for n in range(4)}
    random_facts(random.Random(11), branches, last - timedelta(days=70), last)


def ask() -> None:
    request(everything=True)


def look() -> None:
    job = Job.objects.get(kind="recompute", subject="everything")
    print(
        json.dumps(
            {"state": job.state, "done": job.progress_done, "total": job.progress_total, "error": job.error}
        )
    )


def queue() -> None:
    Job.objects.bulk_create(Job(kind="recompute", subject=f"job {number}") for number in range(12))


def runs() -> None:
    print(json.dumps(list(Job.objects.values("kind", "subject", "state", "attempts"))))


def rows() -> None:
    digest = hashlib.sha256()
    for model in (Card, MetricCard):
        names = [field.name for field in model._meta.concrete_fields]
        for row in sorted(map(str, model.objects.values_list(*names))):
            digest.update(row.encode())
    print(digest.hexdigest(), Card.objects.filter(starts_on__lte=date.today()).count())


if __name__ == "__main__":
    {"fill": fill, "ask": ask, "look": look, "rows": rows, "queue": queue, "runs": runs}[sys.argv[1]]()
