"""Work in the database that keeps nobody waiting, where one writer keeps all others waiting (SQLite)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def unlocked() -> Iterator[None]:
    """A transaction that reads tables and writes temporary ones only; on SQLite it keeps no writer waiting."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    driver = connection.connection
    driver.execute("BEGIN DEFERRED")
    try:
        yield
    except BaseException:
        driver.execute("ROLLBACK")
        raise
    driver.execute("COMMIT")
