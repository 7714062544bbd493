"""Two schedulers at once: a night is made once, no job runs twice, none is lost. With real processes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.scorecards.processes import Company, on_postgresql, on_sqlite

JOBS = 12

pytestmark = pytest.mark.processes


def everything_runs_once(company: Company) -> None:
    """Jobs lie in the database for which no bell was rung; the schedulers find them, and ask for the night besides."""
    company.wait_for_runs(JOBS + 1)
    runs = [run for run in company.runs() if run["kind"] in ("recompute", "nightly")]
    assert Counter((run["kind"], run["state"], run["attempts"]) for run in runs) == {
        ("recompute", "done", 1): JOBS,
        ("nightly", "done", 1): 1,
    }


def test_two_embedded_workers_that_both_keep_the_schedule_do_everything_once(tmp_path: Path) -> None:
    with on_sqlite(tmp_path, workers=2, lease_seconds=60) as company:
        company.prepare()
        company.queue()
        company.start()
        everything_runs_once(company)


@pytest.mark.services
def test_two_schedulers_and_two_workers_do_everything_once() -> None:
    with on_postgresql(lease_seconds=60) as company:
        company.prepare()
        company.queue()
        company.start(schedulers=2)
        everything_runs_once(company)
