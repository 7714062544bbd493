"""Old comments are erased once a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from jobs import services as jobs
from jobs.models import Job, State
from surveys.handlers import request_erasing
from surveys.models import AnswerComment
from tests.surveys.factories import with_comment
from tests.worlds import World

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_the_day_asks_for_it_once(db: None) -> None:
    request_erasing(NOON)
    request_erasing(NOON)
    assert Job.objects.get(kind="erase_comments").period == "2026-11-20"


def test_the_job_erases_and_may_run_twice(world: World) -> None:
    with_comment(world.branch, "old", day=date(2025, 11, 19))
    with_comment(world.branch, "new", day=date(2026, 11, 19))
    request_erasing(NOON)
    job = Job.objects.get(kind="erase_comments")
    assert jobs.run(job.pk, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"comments": 1})
    assert AnswerComment.objects.get().text == "new"
