"""The company of the night's benchmark: a PostgreSQL database of its own, with branches, staff and their figures."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1/branchops_bench")
DAYS, LAST = 400, date(2026, 11, 20)
BACK = 40
"""How long ago a figure was that is changed late, in days."""
BRANCHES_IN_AN_AREA, AREAS_IN_A_REGION = 50, 10


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

    only_newest_periods(lambda: recompute(today=LAST))
    settle()


def units(branches: int) -> None:
    """Areas of fifty branches, ten areas to a region, and two formats."""
    from branches.models import Branch, BranchFormat, Region

    formats = [BranchFormat.objects.create(code=f"f{n}", name_en=f"F{n}") for n in range(2)]
    count = max(1, branches // BRANCHES_IN_AN_AREA)
    tops = [
        Region.objects.create(code=f"r{n}", name_en=f"R{n}")
        for n in range(max(1, count // AREAS_IN_A_REGION))
    ]
    areas = [
        Region.objects.create(code=f"a{n}", name_en=f"A{n}", parent=tops[n % len(tops)]) for n in range(count)
    ]
    # Neighbours lie in different areas: branches that change together share as little as they can.
    Branch.objects.bulk_create(
        [
            Branch(code=f"b{n}", name_en=f"B{n}", region=areas[n % count], format=formats[n % 2])
            for n in range(branches)
        ]
    )


def settle() -> None:
    """What autovacuum does within minutes, where it is switched on: statistics, and no dead rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("card", "metriccard", "monthsums"):
            cursor.execute(f"VACUUM ANALYZE scorecards_{table}")


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
        cursor.execute("VACUUM ANALYZE scorecards_dailyfigures")


def only_newest_periods(work: Callable[[], Any]) -> Any:
    """Run with cards wanted for the newest periods only, as far back as late changes reach here."""
    from formulas.periods import Kind, periods_between
    from scorecards.services.recompute import plan

    whole, first = plan.everything, LAST - timedelta(days=BACK + 31)
    plan.everything = lambda reach: {
        p: None for kind in Kind for p in periods_between(kind, first, reach.as_of)
    }
    try:
        return work()
    finally:
        plan.everything = whole
