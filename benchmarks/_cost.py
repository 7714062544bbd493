"""What a piece of work costs: seconds of the wall, and of the CPU here and in the database's server process."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """Seconds of the wall and of the CPU; medians of several rounds."""

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> Cost:
    """The median of what the work costs."""
    costs = []
    for _round in range(rounds):
        wall, cpu = time.perf_counter(), cpu_seconds()
        work()
        costs.append(Cost(time.perf_counter() - wall, cpu_seconds() - cpu))
    return median(costs)


def median(costs: list[Cost]) -> Cost:
    """The medians of both."""
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def cpu_seconds() -> float:
    """CPU of this process and of the server process behind the connection, which must be on this machine."""
    from django.db import connection

    connection.ensure_connection()
    server = (
        Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
    )
    return time.process_time() + (int(server[11]) + int(server[12])) / os.sysconf("SC_CLK_TCK")
