"""A worker that is killed in the middle of a recompute: the next one gives the same rows. With real processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scorecards.processes import Company, on_postgresql, on_sqlite

KILLS = int(os.environ.get("KILLS", "1"))

pytestmark = pytest.mark.processes


def kill_in_mid_job(company: Company) -> None:
    company.prepare()
    company.ask()
    company.start()
    company.wait(lambda state, done: state == "done")
    company.kill()
    expected = company.rows()
    for number in range(KILLS):
        company.ask()
        company.start()
        # Each time at another place; the last of ten in the middle of the writing.
        state, _done = company.wait(lambda state, done, n=number: state == "done" or done > 8 * n)  # type: ignore[misc]
        company.kill()
        assert state == "running", "killed too late to show anything"
        company.start(schedulers=1)
        company.wait(lambda state, done: state == "done")
        company.kill()
        assert company.rows() == expected


def test_a_worker_killed_in_mid_recompute_leaves_the_same_rows_on_sqlite(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as company:
        kill_in_mid_job(company)


@pytest.mark.services
def test_two_workers_killed_in_mid_recompute_leave_the_same_rows_on_postgresql() -> None:
    with on_postgresql() as company:
        kill_in_mid_job(company)
