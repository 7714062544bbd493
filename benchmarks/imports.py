"""Import of a million rows of figures: against raw COPY in the same run, again unchanged, and its memory.

`python -m benchmarks.imports` makes a PostgreSQL database of its own (BENCH_DATABASE_URL, default
branchops_bench_imports on this machine) and prints ratios. Goals: P16 at least 0.5 (towards 0.7) of raw COPY into
a table with the key, with every rule checked and every error carrying its row; P9 an unchanged file writes nothing
and takes at most 0.8 of its first load; P17 at most 600 MB.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._cost import Cost, timed

URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1/branchops_bench_imports")
BRANCHES, DAYS = 1_064, 940
ROWS = BRANCHES * DAYS
FIRST = date(2023, 1, 1)
ROUNDS = 3


def main() -> None:
    """Set up, measure, print."""
    prepare()
    print(
        f"Python {sys.version.split()[0]}, {ROWS:,} rows, {time.strftime('%Y-%m-%d')}, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = make_file(Path(folder) / "figures.csv")
        print(f"file of {path.stat().st_size / 2**20:.0f} MB; best of {ROUNDS}, by the clock and by CPU")
        before = _memory()
        bare, full, first, again, later = rounds(path)
    line("raw COPY, table with its key", bare)
    line("raw COPY, the facts' own indexes and checks", full, _of(bare, full))
    line(
        "import, first load (P16, must >= 0.5)",
        first,
        f"{_of(bare, first)}; of its own table {_of(full, first)}",
    )
    line(
        "import, load beside other figures (P16, must >= 0.5)",
        later,
        f"{_of(bare, later)}; of its own table {_of(full, later)}",
    )
    line("import, unchanged file (P9, must <= 0.8 of first)", again, f"{_of(again, first)} of first")
    print(
        f"memory at its highest (P17, must <= 600 MB): {_memory()} MB, {before} MB of it before the first import"
    )


def rounds(path: Path) -> list[Cost]:
    """The least that each of the five took: other work on the machine only ever adds, and to all in turn."""
    costs: list[list[Cost]] = [[], [], [], [], []]
    for _ in range(ROUNDS):
        empty()
        costs[0].append(raw_copy(path, indexes=False))
        costs[1].append(raw_copy(path, indexes=True))
        costs[2].append(load(path))
        costs[3].append(load(path))
        empty()
        one_day_before()
        costs[4].append(load(path))
    return [Cost(min(each.wall for each in those), min(each.cpu for each in those)) for those in costs]


def line(what: str, cost: Cost, ratio: str = "1.00") -> None:
    """One line of the table."""
    speed = ROWS / cost.wall / 1000
    print(f"{what:55} {cost.wall:6.2f} s {speed:5.0f} k rows/s {cost.cpu:6.2f} s of CPU   {ratio}")


def _of(floor: Cost, cost: Cost) -> str:
    return f"{floor.wall / cost.wall:.2f} (CPU {floor.cpu / cost.cpu:.2f})"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def prepare() -> None:
    """Django on the benchmark's database, migrated, with branches whose codes are their numbers."""
    import psycopg2

    server = psycopg2.connect(URL.rsplit("/", 1)[0] + "/postgres")
    server.autocommit = True
    name = URL.rsplit("/", 1)[1]
    with server.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'create database "{name}"')
    server.close()
    os.environ.update(DATABASE_URL=URL, DJANGO_SETTINGS_MODULE="tests.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from branches.models import Branch, BranchFormat, Region

    call_command("migrate", verbosity=0)
    empty()
    if not Branch.objects.exists():
        region = Region.objects.create(code="R")
        kind = BranchFormat.objects.create(code="F")
        Branch.objects.bulk_create(
            Branch(pk=number, code=str(number), region=region, format=kind)
            for number in range(1, BRANCHES + 1)
        )


def empty() -> None:
    """No facts, no marks."""
    from scorecards.models import DailyFigures, DirtyMonth, FigureChange, FigureImport

    for model in (DailyFigures, FigureChange, DirtyMonth, FigureImport):
        _run(f"truncate {model._meta.db_table} cascade")


def one_day_before() -> None:
    """Figures that the file does not name: the table is not empty, so its indexes are kept row by row."""
    from scorecards.models import DailyFigures

    DailyFigures.objects.create(day=FIRST - timedelta(days=1), branch_id=1, revenue=100)


def _run(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)


def make_file(path: Path) -> Path:
    """Branch after branch, as exports come: the order of the file is not the order of the table's key."""
    generator = np.random.default_rng(7)
    days = [(FIRST + timedelta(days=place)).isoformat() for place in range(DAYS)]
    with path.open("w") as file:
        file.write("branch,day,visitors,buyers,orders,repeat orders,extension orders,revenue\n")
        for branch in range(1, BRANCHES + 1):
            visitors = generator.poisson(400, DAYS)
            buyers = generator.binomial(visitors, 0.3)
            repeat, extension = generator.binomial(buyers, 0.1), generator.binomial(buyers, 0.2)
            cents = generator.integers(100_000, 2_000_000, DAYS)
            numbers = zip(
                days, visitors, buyers, buyers + repeat + extension, repeat, extension, cents, strict=True
            )
            file.writelines(
                f"{branch},{day},{v},{b},{o},{r},{e},{c // 100}.{c % 100:02}\n"
                for day, v, b, o, r, e, c in numbers
            )
    return path


def raw_copy(path: Path, *, indexes: bool) -> Cost:
    """COPY of the same file, nothing checked: into a bare table with the key, or with all that the facts carry."""
    from django.db import connection

    extra = "including all" if indexes else "including defaults"
    _run("drop table if exists bench_raw")
    _run(f"create table bench_raw (like scorecards_dailyfigures {extra})")
    for column in ("source", "revision"):
        _run(f"alter table bench_raw alter column {column} set default 2")
    _run(
        "alter table bench_raw alter column staff_id set default 0, alter column marked_open set default false"
    )
    _run("alter table bench_raw alter column revenue type numeric")
    if not indexes:
        _run("alter table bench_raw add primary key (day, branch_id, staff_id)")
    columns = "branch_id, day, visitors, buyers, orders, repeat_orders, extension_orders, revenue"
    sql = f"copy bench_raw ({columns}) from stdin (format csv, header)"
    with connection.cursor() as cursor, path.open() as file:
        cost = _timed(lambda: cursor.copy_expert(sql, file))
    _run("drop table bench_raw")
    return cost


def load(path: Path) -> Cost:
    """The whole import as the command does it: open, recognise, read, check, compare, store."""
    return _timed(lambda: _load(path))


def _timed(work: Callable[[], Any]) -> Cost:
    """One run, which owes the disk nothing for the runs before it."""
    _run("checkpoint")
    return timed(work, rounds=1)


def _load(path: Path) -> None:
    from django.utils import timezone

    from branches.models import Branch
    from scorecards.importing.lookup import lookup_of
    from scorecards.importing.plan import guess
    from scorecards.importing.reading import judge
    from scorecards.importing.table import open_file
    from scorecards.models import FigureImport, ImportState
    from scorecards.services.imports.applying import store_judged

    with tempfile.TemporaryDirectory() as scratch:
        opened = open_file(path, Path(scratch))
        found = guess(opened)
        at = timezone.now()
        judged = judge(opened.table, found.plan, lookup_of(Branch.objects.all()), at=at)
        assert not judged.problems, judged.problems[:3]
        made = FigureImport.objects.create(name=path.name, at=at, state=ImportState.APPLYING)
        store_judged(made, judged, at=at)


if __name__ == "__main__":
    main()
