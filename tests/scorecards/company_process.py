"""Run as `python -m tests.scorecards.company_process STEP`: one step on the database of the environment.

fill: a small company with ten weeks of figures · ask: request a recompute of everything · look: the job as JSON ·
queue: jobs that wait and of which no worker was told ·
runs: all jobs as JSON · rows: a digest of all cards ·
upload: fifty branches and a file of their figures, looked at · apply: have it imported, into nothing · figures: a
digest of what was stored of it.
"""

import hashlib
import json
import random
import sys
from datetime import date, timedelta

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.utils import timezone  # noqa: E402

from branches.models import User  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.services import run  # noqa: E402
from scorecards.models import (  # noqa: E402
    Card,
    DailyFigures,
    DirtyMonth,
    FigureChange,
    FigureImport,
    ImportState,
    MetricCard,
    MonthSums,
)
from scorecards.services.imports import receive, request_apply  # noqa: E402
from scorecards.services.recompute import request  # noqa: E402
from tests.factories import BranchFactory, UserFactory  # noqa: E402
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
    print(_digest(Card, MetricCard), Card.objects.filter(starts_on__lte=date.today()).count())


def _digest(*models: type[Model]) -> str:
    digest = hashlib.sha256()
    for model in models:
        names = [field.name for field in model._meta.concrete_fields]
        for row in sorted(map(str, model._default_manager.values_list(*names))):
            digest.update(row.encode())
    return digest.hexdigest()


def upload() -> None:
    last = timezone.localdate() - timedelta(days=1)
    lines = [
        f"{branch.code},{last - timedelta(days=ago)},{10 + ago % 7},{100 + ago}.50"
        for branch in BranchFactory.create_batch(50)
        for ago in range(1000)
    ]
    file = SimpleUploadedFile("figures.csv", "\n".join(["branch,day,orders,revenue", *lines]).encode())
    receive(file, file.name, by=UserFactory(role="administrator"), at=timezone.now())
    run(Job.objects.get(kind="figures.inspect").pk)


def apply() -> None:
    Job.objects.all().delete()
    for model in (DailyFigures, FigureChange, DirtyMonth, MonthSums):
        model.objects.all().delete()
    FigureImport.objects.update(state=ImportState.READY)
    request_apply(FigureImport.objects.get(), by=User.objects.get(), at=timezone.now())


def figures() -> None:
    imported = FigureImport.objects.values_list("state", "counts", "first_day", "last_day").get()
    print(_digest(DailyFigures), DailyFigures.objects.count(), FigureChange.objects.count(), *imported)


STEPS = (fill, ask, look, rows, queue, runs, upload, apply, figures)

if __name__ == "__main__":
    next(step for step in STEPS if step.__name__ == sys.argv[1])()
