"""The first load of an installation, often years of history: the facts' indexes are made once it is in.

Keeping them row by row is most of what a million rows cost the database (docs/performance.md). That pays only where the
table is empty: then nobody has anything to read in it, so that its lock, held until the end of the load, keeps nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

from scorecards.models import DailyFigures

MOST_WAITING = "1s"
"""How long a load waits for the table to itself; after that it goes the ordinary way."""


@contextmanager
def indexes_at_the_end(rows: int, *, worth: int = 50_000) -> Iterator[None]:
    """Within a transaction: what is written to the facts inside finds only their key, if they are empty and at least
    `worth` rows come. On SQLite nothing changes.
    """
    taken = rows >= worth and connection.vendor == "postgresql" and _take_away()
    yield
    if taken:
        with connection.schema_editor() as editor:
            for index in DailyFigures._meta.indexes:
                editor.add_index(DailyFigures, index)


def _take_away() -> bool:
    """Drop the indexes; False, with nothing changed, if there are rows or the table cannot be had alone."""
    if DailyFigures.objects.exists():
        return False
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [MOST_WAITING])
            with connection.schema_editor() as editor:
                for index in DailyFigures._meta.indexes:
                    editor.remove_index(DailyFigures, index)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except DatabaseError:  # somebody reads, or the tables belong to another role
        return False
    return True
