"""`bin/run`: one command starts everything, and whatever ends it leaves nothing running. With real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300

pytestmark = pytest.mark.processes


class Site:
    """A started `bin/run` with its output; a process group of its own, as a terminal would give it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port, self._output = port, folder / "output"
        environment = os.environ | {
            "BRANCHOPS_VAR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "REDIS_URL": "",
            "DEBUG": "false",
        }
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                # As a terminal gives it: a shell cannot trap what was ignored when it was started.
                ["env", "--default-signal=INT", "bin/run", "--no-demo", "--port", str(port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_it_serves(self) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while "Ctrl-C" not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < limit, self.output
            time.sleep(0.05)

    def signal_all(self, number: int) -> None:
        """What the terminal does on Ctrl-C: every process of the group hears it."""
        os.killpg(self.process.pid, number)

    def end(self) -> int:
        return self.process.wait(timeout=60)

    def has_processes(self) -> bool:
        with suppress(ProcessLookupError):
            self.signal_all(0)
            return True
        return False


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Started and serving."""
    started = Site(folder, free_port())
    try:
        started.wait_until_it_serves()
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.signal_all(signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answer_to_the_end(port: int, path: str) -> bytes:
    """The body of an answer, read until the server has closed the connection: it is done with the request then."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: asked.recv(4096), b"")).partition(b"\r\n\r\n")[2]


def test_ctrl_c_stops_everything_that_was_started(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        answer = answer_to_the_end(running.port, "/healthz")
        running.signal_all(signal.SIGINT)
        assert (answer, running.end(), running.has_processes()) == (b"ok", 0, False)
        assert "Traceback" not in running.output
        assert "SecurityWarning" not in running.output
        assert "Log-ins" not in running.output


def test_when_the_worker_dies_the_rest_is_stopped_and_it_is_said(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        worker = subprocess.run(
            ["pgrep", "-g", str(running.process.pid), "-f", "celery"], capture_output=True, check=True
        )
        os.kill(int(worker.stdout.split()[0]), signal.SIGKILL)
        assert (running.end(), running.has_processes()) == (1, False)
        assert "One of the processes has ended; stopping the others." in running.output


def test_a_port_that_is_taken_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = Site(tmp_path, port)
        assert refused.end() == 1
    assert refused.output == f"Port {port} is taken by another program. Try: bin/run --port {port + 1}\n"


@pytest.mark.parametrize("port", ["0", "65536", "70000", "-1", "abc", ""])
def test_a_port_that_is_none_is_refused_before_anything_is_prepared(port: str) -> None:
    refused = subprocess.run(
        ["bin/run", "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 2
    assert refused.stderr == f"--port needs a number from 1 to 65535, not: {port}\n"
    assert refused.stdout == ""
