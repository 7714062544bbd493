"""Whole tables in and out: COPY on PostgreSQL, plain cursors on SQLite; the queries are compiled querysets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any, Final

import numpy as np
from django.db import connection
from django.db.models import Model, QuerySet

from formulas.arrays import Floats

_PIECE: Final = 1 << 22
_MEMORY: Final = "64MB"
_COPY_HEADER_BYTES: Final = 19


@contextmanager
def room_to_add_up() -> Iterator[None]:
    """On PostgreSQL: memory to group a whole company in, and no compiling of queries that run for a moment only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT set_config('work_mem', %s, false), set_config('jit', 'off', false)", [_MEMORY]
            )
    yield
    # After an error the connection may refuse every statement; then it keeps the two settings, which do no harm.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("RESET work_mem; RESET jit")


def read_matrix(rows: QuerySet) -> Floats:
    """The rows of a `values_list` queryset of numbers as float64 (rows, columns), NULL as NaN."""
    sql, params = rows.query.sql_with_params()
    return read_rows(sql, params, len(rows.query.values_select) + len(rows.query.annotation_select))


def read_rows(sql: str, params: Sequence[Any], width: int) -> Floats:
    """The rows of a statement that gives `width` numbers in each, as `read_matrix` has them."""
    if connection.vendor == "postgresql":
        return _copied_out(sql, params, width)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    return np.array(found, dtype=np.float64).reshape(len(found), width)


def insert_select(model: type[Model], columns: Sequence[str], sql: str, params: Sequence[Any]) -> None:
    """INSERT the rows of a statement, whose columns are named in order, without leaving the database."""
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", params)


def _copied_out(sql: str, params: Sequence[Any], width: int) -> Floats:
    """Every column as a float8 that is never NULL, so that each record of the binary stream has the same length."""
    names = [f"c{n}" for n in range(width)]
    select = ", ".join(f"COALESCE({name}::float8, 'NaN')" for name in names)
    with connection.cursor() as cursor, TemporaryFile() as file:
        bound = cursor.mogrify(sql, params).decode()
        # The driver hands over row by row: to a real file without Python in between, and not into our memory.
        cursor.copy_expert(
            f"COPY (SELECT {select} FROM ({bound}) AS t ({', '.join(names)})) TO STDOUT (FORMAT binary)",  # noqa: S608
            file,
        )
        return _numbers(file, width)


def _numbers(file: IO[bytes], width: int) -> Floats:
    """The rows of a binary stream, piece by piece: a count of fields, then a length and a float8 for each."""
    size = 2 + 12 * width
    count = max(file.tell() - _COPY_HEADER_BYTES, 0) // size  # the two bytes of the trailer stay behind
    found = np.empty((count, width))
    file.seek(_COPY_HEADER_BYTES)
    for start in range(0, count, max(1, _PIECE // size)):
        rows = min(max(1, _PIECE // size), count - start)
        records = np.frombuffer(file.read(rows * size), np.uint8).reshape(rows, size)
        fields = records[:, 2:].reshape(rows, width, 12)[:, :, 4:]
        found[start : start + rows] = np.ascontiguousarray(fields).view(">f8").reshape(rows, width)
    return found
