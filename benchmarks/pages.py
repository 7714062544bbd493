"""List pages of 10,000 branches: CPU against an empty page, queries, and the price of any page of any sort.

`python -m benchmarks.pages` makes a PostgreSQL database of its own (BENCH_DATABASE_URL, else branchops_bench_pages on
this machine), fills it once, and prints ratios. Goals: P10 CPU at most 2 × the empty page with a session, P12 at most
5 queries at any number of rows, P14 any page of any sort at most 2 × the first page by revenue.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from types import ModuleType

URL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1/branchops_bench_pages")
BRANCHES, REGIONS = 10_000, 100
ROUNDS, PAGES = 120, 200
MONTH, AS_OF = date(2026, 11, 1), date(2026, 11, 20)


_PAGES = {
    "empty page, session and user only": "/bench-bare/",
    "empty page in the frame": "/bench-empty/",
    "league table, whole page": "/company/?against=year_before",
    "league table, page swapped by htmx": "htmx",
}


def main() -> None:
    """Set up, measure, print."""
    prepare()
    from django.test.utils import override_settings

    from branchops.garbage import settle

    with override_settings(ROOT_URLCONF=_urls(), ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        client = _client()
        for address in _PAGES.values():
            _timed(client, address)
        settle()  # as the web process does
        print(f"Python {sys.version.split()[0]}, {BRANCHES:,} branches, {time.strftime('%Y-%m-%d')}")
        _cpu(client)
        _queries(client)
    _sorts()


def prepare() -> None:
    """Django on the benchmark's database; tables and rows are made once."""
    import psycopg2

    name = URL.rsplit("/", 1)[1]
    server = psycopg2.connect(URL.rsplit("/", 1)[0] + "/postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'create database "{name}"')
    server.close()
    os.environ.update(DATABASE_URL=URL, DJANGO_SETTINGS_MODULE="tests.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from scorecards.models import Card

    call_command("migrate", verbosity=0)
    if not Card.objects.exists():
        fill()


def fill() -> None:
    """Regions, branches, one user, and the cards of a month: branches, their staff, regions, the company."""
    from django.db import connection, transaction

    from branches.models import BranchFormat, Region, User
    from scorecards.models import Freshness
    from tests.factories import UserFactory

    with transaction.atomic():
        top = Region.objects.create(code="R", name_en="Country")
        for number in range(REGIONS):
            Region.objects.create(code=f"R{number}", name_en=f"Region {number}", parent=top)
        for number in range(4):
            BranchFormat.objects.create(code=f"f{number}", name_en=f"Format {number}")
        regions = list(Region.objects.exclude(pk=top.pk).order_by("pk").values_list("pk", flat=True))
        formats = list(BranchFormat.objects.order_by("pk").values_list("pk", flat=True))
        Freshness.objects.create(pk=1, as_of=AS_OF)
        UserFactory(username="bench", role="administrator", is_staff=True, is_superuser=True)
        with connection.cursor() as cursor:
            cursor.execute(_BRANCHES, [regions, REGIONS, formats, BRANCHES])
            cursor.execute(_cards(), [MONTH, AS_OF])
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    assert User.objects.count() == 1


_BRANCHES = """
    insert into branches_branch (code, name_en, name_zh, region_id, format_id, time_zone, opens_on_holidays)
    select 'B' || lpad(n::text, 5, '0'), 'Branch ' || n, '营业厅' || n,
           (%s::bigint[])[1 + n %% %s], (%s::bigint[])[1 + n %% 4],
           'Asia/Shanghai', true
    from generate_series(1, %s) n
"""


def _cards() -> str:
    """INSERT … SELECT of every branch's card with figures that differ, five staff cards each, and the units above."""
    against = []
    for name in ("previous", "year_before"):
        against += [(f"{name}_{column}", value) for column, value in _AGAINST]
    columns = [*_OWN, *against]
    names = ", ".join(column for column, _ in columns)
    values = ", ".join(value for _, value in columns).replace("%", "%%")
    return f"""
        insert into scorecards_card ({names}, trend)
        select {values}, case when u.level > 1 then (select jsonb_agg(1000000 + (u.id * 7919 * w) %% 900000) from
            generate_series(1, 13) w) end
        from (
            select 2 as level, id, id as branch_id, region_id, format_id from branches_branch
            union all select 1, id * 10 + s, id, region_id, format_id from branches_branch, generate_series(1, 5) s
            union all select 3, id, null, id, null from branches_region
            union all select 4, 0, null, null, null
        ) u, (select %s::date as month, %s::date as as_of) m
    """


_REVENUE = "10000000 + (u.id * 15485863) % 90000000"
_CHANGE = "(u.id * 15485863) % 4000000 - 2000000"
_VISITORS = "(u.id * 7919) % 900000 - 450000"
_BASKET = "(u.id * 7907) % 900000 - 450000"

_OWN = [
    ("kind", "'M'"), ("starts_on", "m.month"), ("ends_on", "m.as_of"), ("level", "u.level"), ("unit_id", "u.id"),
    ("branch_id", "u.branch_id"), ("region_id", "u.region_id"), ("format_id", "u.format_id"),
    ("days", "18 + u.id % 3"), ("days_due", "20"), ("known", "63"), ("visitor_days", "20"),
    ("visitors", "1000 + (u.id * 7919) % 9000"), ("buyers", "300 + (u.id * 104729) % 900"), ("buyers_counted", "300"),
    ("orders", "500 + u.id % 700"), ("repeat_orders", "50"), ("extension_orders", "40"),
    ("revenue", _REVENUE),
    ("conversion", "0.1 + ((u.id * 7907) % 4000) / 10000.0"), ("basket", "20000 + (u.id * 7901) % 30000"),
    ("repeat", "1 + ((u.id * 7883) % 900) / 1000.0"),
]  # fmt: skip
_AGAINST = [
    ("days", "20"), ("known", "63"), ("visitor_days", "20"), ("visitors", "5000"), ("buyers", "1000"),
    ("buyers_counted", "1000"), ("orders", "1500"), ("repeat_orders", "200"), ("extension_orders", "100"),
    ("revenue", f"{_REVENUE} - ({_CHANGE})"), ("chain", "4"),
    ("change", _CHANGE),
    ("driver_visitors", _VISITORS), ("driver_conversion", f"{_CHANGE} - ({_VISITORS}) - ({_BASKET})"),
    ("driver_buyers", "0"), ("driver_orders", "0"), ("driver_basket", _BASKET),
    ("driver_repurchase", "0"), ("driver_extension", "0"),
    ("driver_repeat", "0"), ("driver_revenue", "0"), ("driver_openings", "0"),
    ("growth", "((u.id * 7919) % 4000 - 2000) / 10000.0"),
    ("growth_low", "((u.id * 7919) % 4000 - 2000) / 10000.0 - 0.05"),
    ("growth_high", "((u.id * 7919) % 4000 - 2000) / 10000.0 + 0.05"),
    ("rank", "1 + u.id % 2500"), ("rank_of", "2500"), ("rank_best", "1 + u.id % 2000"), ("rank_worst", "2400"),
]  # fmt: skip


def _urls() -> ModuleType:
    """The project's routes and two empty pages: one with the frame of every page, one with nothing but the user."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from branches.permissions import EVERYONE
    from branchops import urls
    from branchops.access import registry

    framed = engines["django"].from_string('{% extends "base.html" %}')  # as each of our pages is

    def empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse(framed.render({}, request))

    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"<p>{request.user}</p>" + " " * 20_000)

    registry().update(bench_empty=EVERYONE, bench_bare=EVERYONE)
    found = ModuleType("benchmarks.pages_urls")
    found.urlpatterns = [  # type: ignore[attr-defined]
        *urls.urlpatterns,
        path("bench-empty/", empty, name="bench_empty"),
        path("bench-bare/", bare, name="bench_bare"),
    ]
    sys.modules[found.__name__] = found
    return found.__name__  # type: ignore[return-value]


def _client() -> object:
    from django.test import Client

    from branches.models import User

    client = Client()
    client.force_login(User.objects.get(username="bench"), "django.contrib.auth.backends.ModelBackend")
    return client


def _cpu(client: object) -> None:
    """CPU of this process per request (the database's is in `_sorts`), rounds in changing order, medians."""
    times: dict[str, list[float]] = {name: [] for name in _PAGES}
    order, chance = list(_PAGES.items()), random.Random(1)
    for round_number in range(ROUNDS):
        chance.shuffle(order)
        for name, address in order:
            spent = _timed(client, address)
            if round_number >= 5:
                times[name].append(spent)
    medians = {name: statistics.median(found) for name, found in times.items()}
    bare, framed = medians["empty page, session and user only"], medians["empty page in the frame"]
    print(f"{'CPU of the application per request':44} {'ms':>7} {'× bare':>8} {'× frame':>8}")
    for name, spent in medians.items():
        print(f"{name:44} {spent * 1000:7.2f} {spent / bare:8.2f} {spent / framed:8.2f}")


def _timed(client: object, address: str) -> float:
    headers = {}
    if address == "htmx":
        address = "/company/?against=year_before&sort=growth"
        headers = {"HX-Request": "true", "HX-Target": "league"}
    begin = time.process_time()
    response = client.get(address, headers=headers)  # type: ignore[attr-defined]
    spent = time.process_time() - begin
    assert response.status_code == 200, (address, response.status_code)
    return spent


def _queries(client: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in (
        "/company/?against=year_before",
        "/company/?q=B0000",
        "/company/drivers/?against=year_before",
    ):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)  # type: ignore[attr-defined]
        print(f"{address:44} {len(captured):3} queries")


def _sorts() -> None:
    """The database's part: page 1 and page 200 of every sort, each against page 1 by revenue."""
    from branches.models import User
    from formulas.periods import period_from_code
    from scorecards.queries.directory import directory
    from scorecards.queries.league import Filters, branch_cards, league_page, sorts

    user = User.objects.get(username="bench")
    place = directory(user).place(None)
    month = period_from_code("2026-11")

    def page(sort: str, after: str = "") -> object:
        cards = lambda: branch_cards(user, place, month, Filters(), "year_before")  # noqa: E731
        return league_page(cards, against="year_before", kind="M", sort=sort, after=after)

    floor = _database_time(lambda: page("revenue"))
    print(
        f"{'sort':22} {'page 1':>8} {'page 200':>9}   (× page 1 by revenue, {floor * 1000:.2f} ms in the database)"
    )
    for name in sorts("year_before", "M"):
        for sort in (name, f"-{name}"):
            after = ""
            for _ in range(PAGES - 1):
                after = page(sort, after).next_cursor  # type: ignore[attr-defined]
            first = _database_time(lambda sort=sort: page(sort))
            last = _database_time(lambda sort=sort, after=after: page(sort, after))
            print(f"{sort:22} {first / floor:8.2f} {last / floor:9.2f}")


def _database_time(call: Callable[[], object], rounds: int = 15) -> float:
    """Seconds that statements take as the client sees them, median."""
    from django.db import connection

    spent: list[float] = []

    def timed(execute: Callable[..., object], *args: object) -> object:
        begin = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent.append(time.perf_counter() - begin)

    totals = []
    for _ in range(rounds):
        spent.clear()
        with connection.execute_wrapper(timed):
            call()
        totals.append(sum(spent))
    return statistics.median(totals)


if __name__ == "__main__":
    main()
