"""Making the writing short where one writer keeps all others waiting (SQLite): rows go into temporary tables first.

Elsewhere they are written straight away. When every card is replaced, the temporary table has the indexes of the real
one: SQLite then moves whole pages, a third of the work of making the indexes while everybody waits.
"""
# ruff: noqa: S608  the names joined into the SQL are the models' own

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from scorecards.services.recompute import metric_store, store
from scorecards.services.recompute.blocks import Spool
from scorecards.services.recompute.measured import MetricNight
from scorecards.services.unlocked import unlocked

_CARDS, _METRICS = "recompute_cards", "recompute_metric_cards"
_IN_KEY_ORDER = "ORDER BY kind, starts_on, level, unit_id"


@contextmanager
def staged(spool: Spool, metrics: MetricNight, *, whole: bool) -> Iterator[Callable[[], None]]:
    """Around the transaction that writes: what was computed, ready to be put in; yields what puts it in there.

    `whole`: both tables will be empty by then.
    """
    if connection.vendor != "sqlite":
        yield lambda: _write(spool, metrics, store.table(), metric_store.table())
        return
    _drop()
    with unlocked():
        _make_alike(store.table(), _CARDS, with_indexes=whole)
        _make_alike(metric_store.table(), _METRICS, with_indexes=whole)
        _write(spool, metrics, _CARDS, _METRICS)
    try:
        yield lambda: _move_in(whole)
    finally:
        _drop()


def _write(spool: Spool, metrics: MetricNight, cards: str, metric_cards: str) -> None:
    store.insert(spool, cards)
    metric_store.insert(metrics, metric_cards)


def _move_in(whole: bool) -> None:
    order = "" if whole else _IN_KEY_ORDER  # in order, the key's own index grows at its end only
    for table, temporary in ((store.table(), _CARDS), (metric_store.table(), _METRICS)):
        _run(f"INSERT INTO {table} SELECT * FROM {temporary} {order}")


def _make_alike(table: str, temporary: str, *, with_indexes: bool) -> None:
    """A temporary table with the same columns; with the same text of its making where pages are to be moved."""
    if not with_indexes:
        _run(f"CREATE TEMPORARY TABLE {temporary} AS SELECT * FROM {table} WHERE FALSE")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL ORDER BY type DESC",
            [table.strip('"')],
        )
        texts = [sql for (sql,) in cursor.fetchall()]
    for sql in texts:
        made = sql.replace(table, f'"{temporary}"', 1).replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1)
        _run(re.sub(r'^CREATE (UNIQUE )?INDEX (")', r"CREATE \1INDEX temp.\2", made))


def _drop() -> None:
    for table in (_CARDS, _METRICS):
        _run(f"DROP TABLE IF EXISTS temp.{table}")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
