"""Redis goes away while workers work, and comes back: they go on without a restart. With real processes."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.scorecards.processes import REDIS, on_postgresql

pytestmark = [pytest.mark.processes, pytest.mark.services]


class Gate:
    """A door before Redis: while it is shut nobody gets in, and who was inside is thrown out."""

    def __init__(self, behind: str) -> None:
        self._parts = urlsplit(behind)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}{self._parts.path}"
        self._ends: list[socket.socket] = []
        self._is_open = True
        threading.Thread(target=self._let_in, daemon=True).start()

    def shut(self) -> None:
        self._is_open = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def open(self) -> None:
        self._is_open = True

    def _let_in(self) -> None:
        while True:
            guest, _address = self._door.accept()
            if not self._is_open:
                guest.close()
                continue
            host = socket.create_connection((self._parts.hostname, self._parts.port))
            self._ends += [guest, host]
            threading.Thread(target=_carry, args=(guest, host), daemon=True).start()


def _carry(guest: socket.socket, host: socket.socket) -> None:
    other = {guest: host, host: guest}
    with selectors.DefaultSelector() as watch, suppress(OSError), guest, host:
        for end in other:
            watch.register(end, selectors.EVENT_READ)
        while True:
            for key, _events in watch.select():
                said = key.fileobj.recv(65_536)  # type: ignore[union-attr]
                if not said:
                    return
                other[key.fileobj].sendall(said)  # type: ignore[index]


def test_workers_that_hold_messages_outlive_a_redis_that_goes_away() -> None:
    gate = Gate(REDIS)
    with on_postgresql(redis=gate.url, lease_seconds=60) as company:
        company.prepare()
        company.ask()
        company.start(schedulers=1, pool="prefork")
        company.wait(lambda state, done: state == "running" and done > 0)
        gate.shut()
        company.wait(lambda state, done: state == "done")
        gate.open()
        company.queue()
        company.wait_for_runs(13)
        assert company.count_of_living() == 3
