"""A worker that is killed in the middle of a recompute or an import: the next one gives the same rows. With real
processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scorecards.processes import APPLY, Company, on_postgresql, on_sqlite

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


def kill_when_read(company: Company, rows: int) -> None:
    """Kill the workers when so many rows are read and none is stored; what ends before the blow is begun again."""
    for _attempt in range(5):
        company.ask_import()
        company.start()
        company.wait(lambda state, done: state != "waiting" and done >= rows, APPLY)
        company.kill()
        if " 0 0 applying " in company.figures():
            return
    pytest.fail("The import ended five times before its workers were killed.")


def kill_in_mid_import(company: Company) -> None:
    company.prepare_import()
    company.ask_import()
    company.start()
    company.wait(lambda state, done: state == "done", APPLY)
    company.kill()
    expected = company.figures()
    assert " 50000 0 done " in expected
    # While the file is read; after the last row was read, so while the figures are judged and written.
    for read in (0, 50_000):
        kill_when_read(company, read)
        company.start(schedulers=1)
        company.wait(lambda state, done: state == "done", APPLY)
        company.kill()
        assert company.figures() == expected


def test_a_worker_killed_in_mid_import_leaves_the_same_figures_on_sqlite(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as company:
        kill_in_mid_import(company)


@pytest.mark.services
def test_two_workers_killed_in_mid_import_leave_the_same_figures_on_postgresql() -> None:
    with on_postgresql() as company:
        kill_in_mid_import(company)
