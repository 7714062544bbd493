"""Real processes on a company in a database of its own: what tests of killed workers and of schedulers need."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300
SECONDS_BETWEEN_LOOKS = 0.02
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
JOB = "SELECT state, progress_done FROM jobs_job WHERE kind = 'recompute' AND subject = 'everything'"
APPLY = "SELECT state, progress_done FROM jobs_job WHERE kind = 'figures.apply'"
OVER = "SELECT count(*) FROM jobs_job WHERE kind IN ('recompute', 'nightly') AND state IN ('done', 'failed')"


class Company:
    """A database of its own, with the processes that work on it."""

    def __init__(
        self, environment: dict[str, str], workers: int, look: Callable[[str], tuple[Any, ...]]
    ) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="company-")
        ours = {
            "DEBUG": "true",
            "DJANGO_SETTINGS_MODULE": "branchops.settings",
            "MEDIA_ROOT": self._files.name,
        }
        self._environment = os.environ | environment | ours
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

    def prepare_import(self) -> None:
        self.step("manage.py", "migrate", "-v0")
        self.step("-m", "tests.scorecards.company_process", "upload")

    def ask_import(self) -> None:
        self.step("-m", "tests.scorecards.company_process", "apply")

    def figures(self) -> str:
        return self.step("-m", "tests.scorecards.company_process", "figures")

    def ask(self) -> None:
        self.step("-m", "tests.scorecards.company_process", "ask")

    def queue(self) -> None:
        self.step("-m", "tests.scorecards.company_process", "queue")

    def runs(self) -> list[dict[str, Any]]:
        return json.loads(self.step("-m", "tests.scorecards.company_process", "runs"))

    def rows(self) -> str:
        return self.step("-m", "tests.scorecards.company_process", "rows")

    def start(self, *, schedulers: int = 0, pool: str = "solo") -> None:
        """The workers, and so many of what asks for nights and rings for what waits.

        Without Redis there are none: each worker is its own.
        """
        celery = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "branchops"]
        alone = not self._environment["REDIS_URL"]
        worker = [*celery, "worker", "-c", "1", "-l", "ERROR", "-P", "threads" if alone else pool, "-n"]
        commands = [[*worker, f"w{number}"] for number in range(self._count)]
        if not alone:
            commands += [[*celery, "beat", "--pidfile=", "-l", "ERROR"]] * schedulers
        self._workers += [subprocess.Popen(command, cwd=ROOT, env=self._environment) for command in commands]

    def count_of_living(self) -> int:
        return sum(process.poll() is None for process in self._workers)

    def kill(self) -> None:
        for worker in self._workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        self._workers.clear()

    def wait(self, reached: Callable[[str, int], bool], job: str = JOB) -> tuple[str, int]:
        """Look at the job until it is there; a failure rather than a wait without end."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while True:
            state, done = self._look(job)
            if state == "failed":
                pytest.fail(self.step("-m", "tests.scorecards.company_process", "look"))
            if reached(state, done):
                return state, done
            if time.monotonic() > limit:
                return pytest.fail(f"the job did not get there: {state}, {done}")
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def wait_for_runs(self, count: int) -> None:
        """Until so many recomputes and nights are over; a failure rather than a wait without end."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            if self._look(OVER)[0] >= count:
                return
            time.sleep(SECONDS_BETWEEN_LOOKS)
        pytest.fail(f"not all jobs were run: {self.runs()}")


@contextmanager
def on_sqlite(tmp_path: Path, *, workers: int = 1, lease_seconds: int = 2) -> Iterator[Company]:
    """Workers with the embedded broker."""
    database = tmp_path / "company.sqlite3"

    def look(sql: str) -> tuple[Any, ...]:
        connection = sqlite3.connect(database, timeout=30)
        try:
            return connection.execute(sql).fetchone()
        finally:
            connection.close()

    environment = {
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "",
        "JOB_LEASE_SECONDS": str(lease_seconds),
    }
    company = Company(environment, workers, look)
    try:
        yield company
    finally:
        company.kill()


@contextmanager
def on_postgresql(*, lease_seconds: int = 2, redis: str = REDIS) -> Iterator[Company]:
    """Two workers with Redis."""
    import psycopg2

    server = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1")
    name = f"branchops_processes_{os.getpid()}"
    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    admin.cursor().execute(f"CREATE DATABASE {name}")
    watcher = psycopg2.connect(f"{server}/{name}")
    watcher.autocommit = True

    def look(sql: str) -> tuple[Any, ...]:
        with watcher.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()  # type: ignore[return-value]

    environment = {
        "DATABASE_URL": f"{server}/{name}",
        "REDIS_URL": redis,
        "JOB_LEASE_SECONDS": str(lease_seconds),
        "SWEEP_SECONDS": "1",
    }
    company = Company(environment, 2, look)
    try:
        yield company
    finally:
        company.kill()
        watcher.close()
        admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()
