"""A worker that is killed in the middle of a recompute: the next one gives the same rows. With real processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KILLS", "1"))
PATIENCE_SECONDS = 120
SECONDS_BETWEEN_LOOKS = 0.02


class Company:
    """A database of its own, with the processes that work on it."""

    def __init__(
        self, environment: dict[str, str], workers: int, look: Callable[[], tuple[str, int]]
    ) -> None:
        self._environment = (
            os.environ | environment | {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "branchops.settings"}
        )
        self._count, self._look = workers, look
        self._workers: list[subprocess.Popen[bytes]] = []

    def step(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self._environment, check=True, capture_output=True, text=True
        ).stdout

    def prepare(self) -> None:
        self.step("manage.py", "migrate", "-v0")
        self.step("-m", "tests.scorecards.company_process", "fill")

    def ask(self) -> None:
        self.step("-m", "tests.scorecards.company_process", "ask")

    def rows(self) -> str:
        return self.step("-m", "tests.scorecards.company_process", "rows")

    def start(self) -> None:
        worker = [sys.executable, "-m", "celery", "-A", "branchops", "worker", "-c", "1", "-l", "ERROR"]
        pool = ["-P", "threads"] if not self._environment.get("REDIS_URL") else ["-P", "solo"]
        for number in range(self._count):
            self._workers.append(
                subprocess.Popen([*worker, *pool, "-n", f"w{number}"], cwd=ROOT, env=self._environment)
            )

    def kill(self) -> None:
        for worker in self._workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        self._workers.clear()

    def wait(self, reached: Callable[[str, int], bool], *, sweeping: bool = False) -> tuple[str, int]:
        """Look at the job until it is there; a failure rather than a wait without end."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            state, done = self._look()
            if state == "failed":
                pytest.fail(self.step("-m", "tests.scorecards.company_process", "look"))
            if reached(state, done):
                return state, done
            if sweeping and self._environment.get("REDIS_URL"):
                # The embedded worker sweeps by itself; with Redis the scheduler does.
                self.step("-m", "tests.scorecards.company_process", "sweep")
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return pytest.fail(f"the job did not get there: {self._look()}")


JOB = "SELECT state, progress_done FROM jobs_job WHERE kind = 'recompute' AND subject = 'everything'"


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Company]:
    """One worker with the embedded broker."""
    database = tmp_path / "company.sqlite3"

    def look() -> tuple[str, int]:
        connection = sqlite3.connect(database, timeout=30)
        try:
            return connection.execute(JOB).fetchone()
        finally:
            connection.close()

    company = Company(
        {"DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": "", "JOB_LEASE_SECONDS": "2"}, 1, look
    )
    yield company
    company.kill()


@pytest.fixture
def on_postgresql() -> Iterator[Company]:
    """Two workers with Redis."""
    import psycopg2

    server = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1")
    name = f"branchops_kill_{os.getpid()}"
    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    admin.cursor().execute(f"CREATE DATABASE {name}")
    watcher = psycopg2.connect(f"{server}/{name}")
    watcher.autocommit = True

    def look() -> tuple[str, int]:
        with watcher.cursor() as cursor:
            cursor.execute(JOB)
            return cursor.fetchone()  # type: ignore[return-value]

    redis = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
    company = Company(
        {"DATABASE_URL": f"{server}/{name}", "REDIS_URL": redis, "JOB_LEASE_SECONDS": "2"}, 2, look
    )
    yield company
    company.kill()
    watcher.close()
    admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


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
        company.start()
        company.wait(lambda state, done: state == "done", sweeping=True)
        company.kill()
        assert company.rows() == expected


def test_a_worker_killed_in_mid_recompute_leaves_the_same_rows_on_sqlite(on_sqlite: Company) -> None:
    kill_in_mid_job(on_sqlite)


@pytest.mark.services
def test_two_workers_killed_in_mid_recompute_leave_the_same_rows_on_postgresql(
    on_postgresql: Company,
) -> None:
    kill_in_mid_job(on_postgresql)
