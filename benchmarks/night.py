"""The night: what a recompute costs against what the same sums and the same rows cost at least.

`python -m benchmarks.night [--branches N] [--staff N] [--days N] [--again]` makes a PostgreSQL database of its own
(BENCH_DATABASE_URL, default branchops_bench on this machine) and prints ratios to floors measured in the same run:
P1 a night, P3 a month added up in the queryset's SQL and by hand, P5 memory, P6 growth with what changed, P8 with size;
with `--history` P7 instead: the same night with 800 and with 1,500 days behind it, both of which hold every comparison.
Each in seconds of the wall and of the CPU (this process and its server process, which works alone: parallel plans are
off). `--again` takes the database that is there.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from benchmarks._company import BACK, DAYS, LAST, alone, connect, facts, prepare, settle
from benchmarks._cost import ROUNDS, Cost, median, timed

SHORT_HISTORY, LONG_HISTORY = 800, 1500
DIRTY = (1, 10, 100, 1000)


def main() -> None:
    """Set up, measure, print."""
    chosen = options()
    if chosen.history:
        history(chosen.branches, chosen.staff)
        return
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
    show("P3 a month", *a_month(), "against hand-written SQL")
    for back in (0, BACK):
        growth([pairs for pairs in DIRTY if pairs <= chosen.branches], back)


def growth(sizes: Sequence[int], back: int) -> None:
    """P6: what runs cost after so many branches changed the figures of one day, and how that grows."""
    costs = [changed(pairs, back) for pairs in sizes]
    for pairs, cost in zip(sizes, costs, strict=True):
        print(f"P6 {pairs:>5} changed, {back:>2} days ago {cost.wall:8.3f} s wall {cost.cpu:8.3f} s CPU")
    print("P6 each by the one before " + " ".join(f"{b.cpu / a.cpu:6.2f} x" for a, b in pairwise(costs)))


def history(branches: int, staff: int) -> None:
    """P7: the same night with a short and a long history, month sums included."""
    prepare(branches, staff, SHORT_HISTORY)
    from scorecards.services.recompute import month_sums

    alone()
    cards, short = night()
    older = LONG_HISTORY - SHORT_HISTORY
    first = LAST - timedelta(days=LONG_HISTORY - 1)
    facts(staff, first, older)
    month_sums.rebuild_months(first, LAST)
    settle()
    show("P7 with longer history", night()[1], short, f"{older} days older figures beside {cards:,} cards")


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night")
    parser.add_argument("--branches", type=int, default=1000)
    parser.add_argument("--staff", type=int, default=5)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--again", action="store_true", help="take the database that is there")
    parser.add_argument("--history", action="store_true", help="measure P7 in a database of its own")
    return parser.parse_args()


def show(name: str, ours: Cost, least: Cost, note: str) -> None:
    """One line of the table."""
    print(
        f"{name:<24} {ours.wall:8.3f} s wall, {ours.wall / least.wall:5.2f} x; "
        f"{ours.cpu:8.3f} s CPU, {ours.cpu / least.cpu:5.2f} x the floor   ({note})"
    )


def night() -> tuple[int, Cost]:
    """(cards, cost) of the night in which the last day's figures of all branches have come in."""
    from branches.models import Branch
    from scorecards.models import Card, Freshness
    from scorecards.services.recompute import mark, recompute

    ids, costs = list(Branch.objects.values_list("pk", flat=True)), []
    for _round in range(ROUNDS):
        Freshness.objects.update(as_of=LAST - timedelta(days=1), since=since())
        mark((branch, LAST) for branch in ids)
        costs.append(timed(lambda: recompute(today=LAST + timedelta(days=1)), 1))
        settle()
    return Card.objects.filter(ends_on=LAST).count(), median(costs)


def since() -> date | None:
    """The oldest day with figures: older ones that came in since must not make this a run from nothing."""
    from scorecards.models import DailyFigures

    return DailyFigures.objects.order_by("day").values_list("day", flat=True).first()


def floor(days: int) -> dict[str, Cost]:
    """What the night cannot do without, each in SQL written by hand or as finished bytes.

    The month added up; the same sums of the open periods and their bases, read by COPY and thrown away; the finished
    cards and metric cards copied into empty tables with the same indexes.
    """
    month, by_hand = LAST.replace(day=1), "WHERE day BETWEEN %s AND %s GROUP BY branch_id, staff_id"
    return {
        "the month added up": timed(lambda: statement(f"{add_up_month()} {by_hand}", [month, month, LAST])),
        "its pairs of days": timed(lambda: read_pairs([(0, month, LAST)])),
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
    from formulas.components import COMPONENTS

    sums = [f"COALESCE(SUM({c}), 0)" for c in COMPONENTS]
    sums += ["COALESCE(SUM(buyers) FILTER (WHERE visitors IS NOT NULL), 0)"]
    sums += ["COALESCE(SUM(revenue::float8 * revenue::float8), 0)", *weekday_columns()]
    named = ["COUNT(*)", *(f"COUNT({c})" for c in COMPONENTS), *sums]
    numbered = ", ".join(f"{sql} AS c{n}" for n, sql in enumerate(named))
    return f"branch_id, staff_id, MAX(day) AS newest, {numbered} FROM scorecards_dailyfigures"


def weekday_columns() -> list[str]:
    """Days and revenue of each weekday of whole branches, for the intervals of growth."""
    days = [f"FILTER (WHERE staff_id = 0 AND MOD(day - DATE '1970-01-01' + 3, 7) = {n})" for n in range(7)]
    return [f"{what} {day}" for what in ("COUNT(revenue)", "SUM(revenue::float8)") for day in days]


def read_pairs(pieces: list[tuple[int, date, date]]) -> None:
    """One COPY of sums over days beside the same day a year before."""
    from django.db import connection

    if not pieces:
        return
    year = timedelta(days=364)
    cases = " ".join(f"WHEN a.day BETWEEN '{first}' AND '{last}' THEN {n}" for n, first, last in pieces)
    within = " OR ".join(f"a.day BETWEEN '{first}' AND '{last}'" for _n, first, last in pieces)
    before = " OR ".join(f"b.day BETWEEN '{first - year}' AND '{last - year}'" for _n, first, last in pieces)
    values = ("x", "y", "x * x", "y * y", "x * y")
    sums = ", ".join(f"SUM({value})" for value in values)
    sums = sums.replace("x", "a.revenue::float8").replace("y", "b.revenue::float8")
    select = (
        f"SELECT a.branch_id, CASE {cases} END, COUNT(*), {sums} FROM scorecards_dailyfigures a "
        "JOIN scorecards_dailyfigures b ON b.branch_id = a.branch_id AND b.day = a.day - 364 "
        f"WHERE a.staff_id = 0 AND b.staff_id = 0 AND ({within}) AND ({before}) GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '64MB'; SET jit = off")
        cursor.copy_expert(f"COPY ({select}) TO STDOUT (FORMAT binary)", io.BytesIO())


def read_by_hand(days: int) -> None:
    """Whole months from the month sums and the other days from the figures, by the pieces that the periods share."""
    from formulas.components import COMPONENTS
    from formulas.periods import Kind, period_of
    from scorecards.services.recompute import plan
    from scorecards.services.recompute.columns import PAIRS, WEEKDAYS

    reach = plan.Reach(LAST - timedelta(days=days - 1), LAST)
    windows = [plan.windows_of(period_of(LAST, kind), reach) for kind in Kind]
    atoms = plan.atoms_of(span for found in windows for span in found.spans())
    counts = [f"{c}_days" for c in COMPONENTS]
    kept = ", ".join(
        f"SUM({c}::float8)"
        for c in ("days", *COMPONENTS, *counts, "buyers_counted", "revenue_squares", *WEEKDAYS, *PAIRS)
    )
    sums, counted = (f"SUM({c}::float8)" for c in COMPONENTS), (f"COUNT({c})" for c in COMPONENTS)
    both = "SUM(buyers::float8) FILTER (WHERE visitors IS NOT NULL), SUM(revenue::float8 * revenue::float8)"
    fresh = ", ".join(["COUNT(*)", *sums, *counted, both, *weekday_columns()])
    months = [(n, first, last) for n, first, last in atoms.months()]
    edges = [(n, span.first, span.last) for n, span in atoms.edges()]
    read_pieces("scorecards_monthsums", "month", kept, months)
    read_pieces("scorecards_dailyfigures", "day", fresh, edges)
    compared = {n for found in windows if found.year_before for n in atoms.cover[found.current]}
    read_pairs([piece for piece in edges if piece[0] in compared])


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


def a_month() -> tuple[Cost, Cost]:
    """(ours, by hand): the month to date of all branches and staff members added up and kept in the database."""
    from formulas.components import COMPONENTS
    from scorecards.models import MonthSums
    from scorecards.services.recompute import month_sums
    from scorecards.services.recompute.columns import PAIRS

    month = LAST.replace(day=1)
    names = [str(field.column) for field in MonthSums._meta.concrete_fields]
    names = [name for name in names if name not in PAIRS]
    columns = COMPONENTS
    # The quickest that the types allow: float8 is exact here, and sums of bigint would be numeric.
    by_hand = ", ".join(
        [
            "COUNT(*)",
            *(f"COALESCE(SUM({c}::float8), 0)" for c in columns),
            *(f"COUNT({c})" for c in columns),
            "COALESCE(SUM(buyers::float8) FILTER (WHERE visitors IS NOT NULL), 0)",
            "COALESCE(SUM(revenue::float8 * revenue::float8), 0)",
            *weekday_columns(),
        ]
    )
    insert = (
        f"INSERT INTO scorecards_monthsums ({', '.join(names)}) "
        f"SELECT %s::date, branch_id, staff_id, MAX(day), {by_hand} FROM scorecards_dailyfigures "
        "WHERE day BETWEEN %s AND %s GROUP BY branch_id, staff_id"
    )

    def emptied() -> None:
        MonthSums.objects.filter(month=month).delete()
        statement("VACUUM scorecards_monthsums", [])

    costs: list[tuple[Cost, Cost]] = []
    for _round in range(2 * ROUNDS):
        emptied()
        ours = timed(lambda: month_sums.add_up_month(month), 1)
        emptied()
        costs.append((ours, timed(lambda: statement(insert, [month, month, LAST]), 1)))
    return median([ours for ours, _hand in costs]), median([hand for _ours, hand in costs])


def changed(pairs: int, back: int) -> Cost:
    """A run after so many branches changed the figures of one day, so many days ago."""
    from django.db.models import F

    from branches.models import Branch
    from scorecards.models import DailyFigures
    from scorecards.services.recompute import mark, recompute

    ids = list(Branch.objects.order_by("pk").values_list("pk", flat=True)[:pairs])
    day, costs = LAST - timedelta(days=back), []
    for _round in range(ROUNDS + 1):
        DailyFigures.objects.filter(branch__in=ids, day=day).update(revenue=F("revenue") * 1.02)
        mark((branch, day) for branch in ids)
        settle()
        costs.append(timed(lambda: recompute(today=LAST + timedelta(days=1)), 1))
    return median(costs[1:])  # the first writes the statements that all later ones use


if __name__ == "__main__":
    main()
