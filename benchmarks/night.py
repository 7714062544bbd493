"""The night: what a recompute costs against what the same sums and the same rows cost at least.

`python -m benchmarks.night [--branches N] [--staff N] [--days N] [--again]` makes a PostgreSQL database of its own
(BENCH_DATABASE_URL, default branchops_bench on this machine) and prints ratios to floors measured in the same run:
P1 a night, P3 month to date in the queryset's SQL and by hand, P5 memory, P6 growth with what changed, P7 growth with
history (`--history`), P8 with size. Each in seconds of the wall and of the CPU (this process and its server process,
which works alone: parallel plans are off). `--again` takes the database that is there.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from benchmarks._cost import ROUNDS, Cost, median, timed

URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1/branchops_bench")
DAYS, LAST = 400, date(2026, 11, 20)
OLDER_DAYS = 700
DIRTY = (10, 100, 1000)


def main() -> None:
    """Set up, measure, print."""
    chosen = options()
    if chosen.again:
        connect()
    else:
        prepare(chosen.branches, chosen.staff, chosen.days)
    alone()
    cards, ours = night()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parts = floor(chosen.days)
    least = sum(parts.values(), Cost(0, 0))
    print(
        f"Python {sys.version.split()[0]}, {chosen.branches:,} branches x {chosen.staff} staff x {chosen.days} days"
    )
    show("P1 night", ours, least, f"{cards:,} cards")
    for name, cost in parts.items():
        print(f"   floor: {name:<22} {cost.wall:8.3f} s wall {cost.cpu:8.3f} s CPU")
    print(f"P5 memory of the worker {memory:8.0f} MB")
    print(f"P8 CPU per card         {1e6 * ours.cpu / cards:8.1f} us")
    show("P3 month to date", *month_to_date(), "against hand-written SQL")
    for pairs in DIRTY:
        few, with_days = changed(min(pairs, chosen.branches)), changed(min(pairs, chosen.branches), days=True)
        print(
            f"P6 {pairs:>5} changed months {few.wall:8.3f} s wall {few.cpu:8.3f} s CPU; "
            f"with all days of the month {with_days.wall:8.3f} s wall {with_days.cpu:8.3f} s CPU"
        )
    if chosen.history:
        facts(chosen.staff, LAST - timedelta(days=chosen.days + OLDER_DAYS - 1), OLDER_DAYS)
        show(
            "P7 with longer history",
            night()[1],
            ours,
            f"{OLDER_DAYS} days older figures beside the same night",
        )


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night")
    parser.add_argument("--branches", type=int, default=1000)
    parser.add_argument("--staff", type=int, default=5)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--again", action="store_true", help="take the database that is there")
    parser.add_argument("--history", action="store_true", help="measure P7, which adds older figures")
    return parser.parse_args()


def show(name: str, ours: Cost, least: Cost, note: str) -> None:
    """One line of the table."""
    print(
        f"{name:<24} {ours.wall:8.3f} s wall, {ours.wall / least.wall:5.2f} x; "
        f"{ours.cpu:8.3f} s CPU, {ours.cpu / least.cpu:5.2f} x the floor   ({note})"
    )


def connect() -> None:
    """Set Django up on the benchmark's database."""
    os.environ.update(DATABASE_URL=URL, DJANGO_SETTINGS_MODULE="tests.settings")
    import django

    django.setup()


def alone() -> None:
    """No parallel plans: the CPU of the one server process is then that of the work."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def prepare(branches: int, staff: int, days: int = DAYS) -> None:
    """A fresh database with the figures of all days and the cards up to the day before the last."""
    import psycopg2

    name = URL.rsplit("/", 1)[1]
    server = psycopg2.connect(URL.rsplit("/", 1)[0] + "/postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    server.close()
    connect()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    units(branches)
    facts(staff, LAST - timedelta(days=days - 1), days)
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


def facts(staff: int, first: date, days: int) -> None:
    """Rows of staff members and of their branches, made by the database and copied in key order."""
    from django.db import connection

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
            [first, days - 1, staff, staff],
        )
        cursor.execute("ANALYZE scorecards_dailyfigures")


def only_open_periods(work: Callable[[], Any]) -> Any:
    """Run with cards wanted for the periods of the newest day only."""
    from formulas.periods import Kind, period_of
    from scorecards.services.recompute import plan

    whole = plan.everything
    plan.everything = lambda reach: {period_of(reach.as_of, kind): None for kind in Kind}
    try:
        return work()
    finally:
        plan.everything = whole


def night() -> tuple[int, Cost]:
    """(cards, cost) of the night in which the last day's figures of all branches have come in."""
    from branches.models import Branch
    from scorecards.models import Card, Freshness
    from scorecards.services.recompute import mark, recompute

    ids, costs = list(Branch.objects.values_list("pk", flat=True)), []
    for _round in range(ROUNDS):
        Freshness.objects.update(as_of=LAST - timedelta(days=1), since=since())
        mark((branch, LAST) for branch in ids)
        costs.append(timed(lambda: only_new_day(lambda: recompute(today=LAST + timedelta(days=1))), 1))
    return Card.objects.filter(ends_on=LAST).count(), median(costs)


def since() -> date | None:
    """The oldest day with figures: older ones that came in since must not make this a run from nothing."""
    from scorecards.models import DailyFigures

    return DailyFigures.objects.order_by("day").values_list("day", flat=True).first()


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


def floor(days: int) -> dict[str, Cost]:
    """What the night cannot do without, each in SQL written by hand or as finished bytes.

    The month added up; the same sums of the open periods and their bases, read by COPY and thrown away; the finished
    cards and metric cards copied into empty tables with the same indexes.
    """
    month, by_hand = LAST.replace(day=1), "WHERE day BETWEEN %s AND %s GROUP BY branch_id, staff_id"
    return {
        "the month added up": timed(lambda: statement(f"{add_up_month()} {by_hand}", [month, month, LAST])),
        "sums of the periods": timed(lambda: read_by_hand(days)),
        "cards": copied("scorecards_card", f"ends_on = '{LAST}'"),
        "metric cards": copied("scorecards_metriccard", f"starts_on >= '{metrics_since()}' OR kind = 'Y'"),
    }


def metrics_since() -> date:
    """Metrics are measured anew for the newest two months and the quarters and years that hold them."""
    return (LAST.replace(day=1) - timedelta(days=1)).replace(day=1)


def add_up_month() -> str:
    """The start of the statement that adds a month up, into a table of its own."""
    return f"DROP TABLE IF EXISTS floor_month; CREATE TABLE floor_month AS SELECT %s::date, {month_columns()}"


def month_columns() -> str:
    """What is kept of a month, written by hand."""
    from scorecards.services.recompute.sums import COMPONENTS

    sums = [f"COALESCE(SUM({c}), 0)" for c in COMPONENTS]
    sums += ["COALESCE(SUM(buyers) FILTER (WHERE visitors IS NOT NULL), 0)"]
    sums += ["COALESCE(SUM(revenue::float8 * revenue::float8), 0)"]
    named = ["COUNT(*)", *(f"COUNT({c})" for c in COMPONENTS), *sums]
    numbered = ", ".join(f"{sql} AS c{n}" for n, sql in enumerate(named))
    return f"branch_id, staff_id, MAX(day) AS newest, {numbered} FROM scorecards_dailyfigures"


def read_by_hand(days: int) -> None:
    """Whole months from the month sums and the other days from the figures, by the pieces that the periods share."""
    from formulas.periods import Kind, period_of
    from scorecards.services.recompute import plan
    from scorecards.services.recompute.sums import COMPONENTS

    reach = plan.Reach(LAST - timedelta(days=days - 1), LAST)
    windows = [plan.windows_of(period_of(LAST, kind), reach) for kind in Kind]
    atoms = plan.atoms_of(span for found in windows for span in found.spans())
    counts = [f"{c}_days" for c in COMPONENTS]
    kept = ", ".join(
        f"SUM({c}::float8)" for c in ("days", *COMPONENTS, *counts, "buyers_counted", "revenue_squares")
    )
    sums, counted = (f"SUM({c}::float8)" for c in COMPONENTS), (f"COUNT({c})" for c in COMPONENTS)
    both = "SUM(buyers::float8) FILTER (WHERE visitors IS NOT NULL), SUM(revenue::float8 * revenue::float8)"
    fresh = ", ".join(["COUNT(*)", *sums, *counted, both])
    months = [(n, first, last) for n, first, last in atoms.months()]
    edges = [(n, span.first, span.last) for n, span in atoms.edges()]
    read_pieces("scorecards_monthsums", "month", kept, months)
    read_pieces("scorecards_dailyfigures", "day", fresh, edges)


def read_pieces(table: str, field: str, columns: str, pieces: list[tuple[int, date, date]]) -> None:
    """One COPY of sums per branch, staff member and piece."""
    from django.db import connection

    if not pieces:
        return
    cases = " ".join(f"WHEN {field} BETWEEN '{first}' AND '{last}' THEN {n}" for n, first, last in pieces)
    within = " OR ".join(f"{field} BETWEEN '{first}' AND '{last}'" for _n, first, last in pieces)
    grouped = f"SELECT branch_id, staff_id, CASE {cases} END, MAX(day), {columns} FROM {table} WHERE {within}"
    grouped = grouped.replace("MAX(day)", "MAX(last_day)" if field == "month" else "MAX(day)")
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '64MB'; SET jit = off")
        cursor.copy_expert(f"COPY ({grouped} GROUP BY 1, 2, 3) TO STDOUT (FORMAT binary)", io.BytesIO())


def statement(sql: str, params: list[Any]) -> None:
    """Run SQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '64MB'; SET jit = off")
        cursor.execute(sql, params)


def copied(table: str, condition: str) -> Cost:
    """The finished rows, already in COPY's binary form, into an empty table with the same indexes."""
    from django.db import connection

    rows, costs = io.BytesIO(), []
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT (FORMAT binary)", rows)
        for _round in range(ROUNDS):
            cursor.execute("DROP TABLE IF EXISTS floor")
            cursor.execute(f"CREATE TABLE floor (LIKE {table} INCLUDING INDEXES)")
            rows.seek(0)
            costs.append(timed(lambda: cursor.copy_expert("COPY floor FROM STDIN (FORMAT binary)", rows), 1))
        cursor.execute("DROP TABLE floor")
    return median(costs)


def month_to_date() -> tuple[Cost, Cost]:
    """(ours, by hand): what they cost: the same sums of the month to date of all branches, kept in the database."""
    from django.db import connection
    from django.db.models import Q

    from scorecards.models import MonthSums
    from scorecards.services.recompute import sums

    month = LAST.replace(day=1)
    names = [str(field.column) for field in MonthSums._meta.concrete_fields]
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
    return median([ours for ours, _hand in pairs]), median([hand for _ours, hand in pairs])


def changed(pairs: int, *, days: bool = False) -> Cost:
    """A run after so many branches changed something in the current month.

    The open periods alone, or with them all days of that month: a mark does not say which day has changed, and the
    cards of a region's day need every branch.
    """
    from branches.models import Branch
    from formulas.periods import Kind, Period, period_of, periods_between
    from scorecards.services.recompute import mark, plan, recompute

    ids = list(Branch.objects.order_by("pk").values_list("pk", flat=True)[:pairs])
    changes = plan.changes

    def work(marked: Any, reach: Any, before: date) -> dict[Period, Any]:
        only = frozenset(ids)
        found: dict[Period, Any] = {period_of(reach.as_of, kind): only for kind in Kind if kind != Kind.DAY}
        if days:
            found |= dict.fromkeys(periods_between(Kind.DAY, LAST.replace(day=1), LAST))
        return found

    plan.changes = work  # type: ignore[assignment]
    try:
        costs = []
        for _round in range(ROUNDS):
            mark((branch, LAST) for branch in ids)
            costs.append(timed(lambda: recompute(today=LAST + timedelta(days=1)), 1))
        return median(costs)
    finally:
        plan.changes = changes


if __name__ == "__main__":
    main()
