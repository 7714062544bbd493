"""The night: what a recompute costs against what the same sums and the same rows cost at least.

`python -m benchmarks.night [BRANCHES STAFF]` makes a PostgreSQL database of its own (BENCH_DATABASE_URL, default
branchops_bench on this machine) with 400 days of figures and prints ratios to floors measured in the same run:
P1 a night, P3 month to date in the queryset's SQL and by hand, P5 memory, P6 growth with what changed, P8 with size.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1/branchops_bench")
DAYS, LAST = 400, date(2026, 11, 20)
ROUNDS = 3
DIRTY = (10, 100, 1000)


def main() -> None:
    """Set up, measure, print."""
    branches, staff = (int(text) for text in (sys.argv[1:3] or ("1000", "5")))
    prepare(branches, staff)
    rows, seconds = night()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    reading, writing = floor()
    print(f"Python {sys.version.split()[0]}, {branches:,} branches x {staff} staff x {DAYS} days, {LAST}")
    show(
        "P1 night",
        seconds,
        reading + writing,
        f"{rows:,} cards; floor {reading:.2f} s sums + {writing:.2f} s COPY",
    )
    print(f"P8 per card              {1e6 * seconds / rows:8.1f} us")
    print(f"P5 memory of the worker  {memory:8.0f} MB")
    show("P3 month to date", *month_to_date(), "compiled queryset against hand-written SQL")
    for pairs in DIRTY:
        print(f"P6 {pairs:>5} changed months {changed(min(pairs, branches)):8.3f} s")


def show(name: str, ours: float, least: float, note: str) -> None:
    """One line of the table."""
    print(f"{name:<24} {ours:8.3f} s   {ours / least:6.2f} x the floor of {least:.3f} s   ({note})")


def prepare(branches: int, staff: int) -> None:
    """A fresh database with the figures of all days and the cards up to the day before the last."""
    import psycopg2

    name = URL.rsplit("/", 1)[1]
    server = psycopg2.connect(URL.rsplit("/", 1)[0] + "/postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    server.close()
    os.environ.update(DATABASE_URL=URL, DJANGO_SETTINGS_MODULE="tests.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    units(branches)
    facts(staff)
    from scorecards.services.recompute import recompute

    # The open periods alone: the past of a company of this size is no part of a night.
    only_open_periods(lambda: recompute(today=LAST))


def units(branches: int) -> None:
    """Twenty regions and two formats."""
    from branches.models import Branch, BranchFormat, Region

    formats = [BranchFormat.objects.create(code=f"f{n}", name_en=f"F{n}") for n in range(2)]
    regions = [Region.objects.create(code=f"r{n}", name_en=f"R{n}") for n in range(20)]
    Branch.objects.bulk_create(
        [
            Branch(code=f"b{n}", name_en=f"B{n}", region=regions[n % 20], format=formats[n % 2])
            for n in range(branches)
        ]
    )


def facts(staff: int) -> None:
    """Rows of staff members and of their branches, made by the database and copied in key order."""
    from django.db import connection

    first = LAST - timedelta(days=DAYS - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO scorecards_dailyfigures (day, branch_id, staff_id, visitors, buyers, orders, repeat_orders,
              extension_orders, revenue, cost_of_goods, source, marked_open, revision)
            SELECT d.day, b.id, CASE WHEN s.n = 0 THEN 0 ELSE b.id * 100 + s.n END,
              v * k, (v / 2) * k, (v / 2 + 4) * k, 3 * k, k, (v / 2 + 4) * 7000 * k,
              v * 2000 * k, 2, false, 1
            FROM (SELECT %s::date + i AS day, i
              FROM generate_series(0, %s) AS i) AS d
            CROSS JOIN branches_branch AS b
            CROSS JOIN generate_series(0, %s) AS s (n)
            CROSS JOIN LATERAL (SELECT 10 + (b.id * 7 + d.i * 13) %% 23 AS v,
              CASE WHEN s.n = 0 THEN %s ELSE 1 END AS k) AS x
            ORDER BY 1, 2, 3
            """,
            [first, DAYS - 1, staff, staff],
        )
        cursor.execute("ANALYZE scorecards_dailyfigures")


def only_open_periods(work: Callable[[], Any]) -> Any:
    """Run with cards wanted for the periods of the newest day only."""
    from formulas.periods import Kind, period_of
    from scorecards.services.recompute import plan

    whole = plan.everything
    plan.everything = lambda reach: {period_of(reach.as_of, kind): None for kind in Kind}  # type: ignore[assignment]
    try:
        return work()
    finally:
        plan.everything = whole


def night() -> tuple[int, float]:
    """(cards, seconds) of the night in which the last day's figures of all branches have come in."""
    from branches.models import Branch
    from scorecards.models import Freshness
    from scorecards.services.recompute import mark, recompute

    ids, times, cards = list(Branch.objects.values_list("pk", flat=True)), [], 0
    for _round in range(ROUNDS):
        Freshness.objects.update(as_of=LAST - timedelta(days=1))
        mark((branch, LAST) for branch in ids)
        start = time.perf_counter()
        cards = only_new_day(lambda: recompute(today=LAST + timedelta(days=1)))["cards"]
        times.append(time.perf_counter() - start)
    return cards, statistics.median(times)


def only_new_day(work: Callable[[], Any]) -> Any:
    """Run with the periods that the new day touches; the month's earlier days came in before."""
    from formulas.periods import Kind, period_of
    from scorecards.services.recompute import plan

    changes = plan.changes
    plan.changes = lambda marked, reach, before: {period_of(reach.as_of, kind): None for kind in Kind}  # type: ignore[assignment]
    try:
        return work()
    finally:
        plan.changes = changes


def floor() -> tuple[float, float]:
    """(seconds of the sums, of the rows): the same sums read by COPY, the same cards copied into an empty table."""
    from django.db import connection

    from formulas.periods import Kind, period_of
    from scorecards.services.recompute import plan, sums

    reach = plan.Reach(LAST - timedelta(days=DAYS - 1), LAST)
    windows = [plan.windows_of(period_of(LAST, kind), reach) for kind in Kind]
    atoms = plan.atoms_of(span for found in windows for span in found.spans())
    reading = timed(lambda: (sums.branch_sums(atoms), sums.staff_sums(atoms)))
    cards = io.BytesIO()
    with connection.cursor() as cursor:
        open_cards = f"SELECT * FROM scorecards_card WHERE ends_on = '{LAST}'"
        cursor.copy_expert(f"COPY ({open_cards}) TO STDOUT (FORMAT binary)", cards)
        times = []
        for _round in range(ROUNDS):
            cursor.execute("DROP TABLE IF EXISTS floor")
            cursor.execute("CREATE TABLE floor (LIKE scorecards_card INCLUDING INDEXES)")
            cards.seek(0)
            start = time.perf_counter()
            cursor.copy_expert("COPY floor FROM STDIN (FORMAT binary)", cards)
            times.append(time.perf_counter() - start)
        cursor.execute("DROP TABLE floor")
    return reading, statistics.median(times)


def month_to_date() -> tuple[float, float]:
    """(ours, by hand): seconds of the same sums of the month to date of all branches, kept in the database."""
    from django.db import connection
    from django.db.models import Q

    from scorecards.models import MonthSums
    from scorecards.services.recompute import sums

    month = LAST.replace(day=1)
    names = [field.column for field in MonthSums._meta.concrete_fields]
    columns = sums.COMPONENTS
    by_hand = ", ".join(
        ["COUNT(*)", *(f"COALESCE(SUM({c}), 0)" for c in columns), *(f"COUNT({c})" for c in columns)]
    )

    def hand_written() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM scorecards_monthsums WHERE month = %s AND staff_id = 0", [month])
            cursor.execute(
                f"INSERT INTO scorecards_monthsums ({', '.join(names)}) "
                f"SELECT %s::date, branch_id, staff_id, MAX(day), {by_hand}, "
                "COALESCE(SUM(buyers) FILTER (WHERE visitors IS NOT NULL), 0), "
                "COALESCE(SUM(revenue::float8 * revenue::float8), 0) FROM scorecards_dailyfigures "
                "WHERE day BETWEEN %s AND %s AND staff_id = 0 GROUP BY branch_id, staff_id",
                [month, month, LAST],
            )

    def ours() -> None:
        MonthSums.objects.filter(month=month, staff_id=0).delete()
        sums._add_up_month(month, Q(staff_id=0))

    pairs = [(timed(ours, 1), timed(hand_written, 1)) for _round in range(2 * ROUNDS)]
    return statistics.median(a for a, _b in pairs), statistics.median(b for _a, b in pairs)


def changed(pairs: int) -> float:
    """Seconds of a run after so many branches changed something in the current month."""
    from branches.models import Branch
    from formulas.periods import Kind, Period, period_of
    from scorecards.services.recompute import mark, plan, recompute

    ids = list(Branch.objects.order_by("pk").values_list("pk", flat=True)[:pairs])
    changes = plan.changes

    def open_periods(marked: Any, reach: Any, before: date) -> dict[Period, Any]:
        only = frozenset(ids)
        return {period_of(reach.as_of, kind): only for kind in Kind if kind != Kind.DAY}

    plan.changes = open_periods  # type: ignore[assignment]
    try:
        times = []
        for _round in range(ROUNDS):
            mark((branch, LAST) for branch in ids)
            times.append(timed(lambda: recompute(today=LAST + timedelta(days=1)), 1))
        return statistics.median(times)
    finally:
        plan.changes = changes


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median of the seconds that the work takes."""
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
