"""Whole tables in and out: COPY on PostgreSQL, plain cursors on SQLite; the queries are compiled querysets."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import Model, QuerySet

from formulas.arrays import Floats

_PIECE: Final = 1 << 22
_COPY_HEADER_BYTES: Final = 19


def read_matrix(rows: QuerySet) -> Floats:
    """The rows of a `values_list` queryset of numbers as float64 (rows, columns), NULL as NaN."""
    sql, params = rows.query.sql_with_params()
    width = len(rows.query.values_select) + len(rows.query.annotation_select)
    if connection.vendor == "postgresql":
        return _copied_out(sql, params, width)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    return np.array(found, dtype=np.float64).reshape(len(found), width)


def insert_select(model: type[Model], columns: Sequence[str], rows: QuerySet) -> None:
    """INSERT the rows of a compiled queryset, whose columns are named in order, without leaving the database."""
    sql, params = rows.query.sql_with_params()
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", params)


def _copied_out(sql: str, params: Sequence[Any], width: int) -> Floats:
    """Every column as a float8 that is never NULL, so that each record of the binary stream has the same length."""
    names = [f"c{n}" for n in range(width)]
    select = ", ".join(f"COALESCE({name}::float8, 'NaN')" for name in names)
    with connection.cursor() as cursor:
        bound = cursor.mogrify(sql, params).decode()
        sink = _Records(width)
        cursor.copy_expert(
            f"COPY (SELECT {select} FROM ({bound}) AS t ({', '.join(names)})) TO STDOUT (FORMAT binary)",  # noqa: S608
            sink,
        )
    return sink.matrix()


class _Records(io.RawIOBase):
    """Takes the binary stream and turns it into numbers piece by piece, so that it is never held as a whole."""

    def __init__(self, width: int) -> None:
        fields = [field for n in range(width) for field in ((f"l{n}", ">i4"), (f"v{n}", ">f8"))]
        self._record = np.dtype([("fields", ">i2"), *fields])
        self._width, self._waiting, self._pieces = width, bytearray(), list[Floats]()
        self._header = _COPY_HEADER_BYTES

    def write(self, data: Any) -> int:
        """Called by the driver with each piece of the stream."""
        self._waiting += data
        if len(self._waiting) >= _PIECE:
            self._turn()
        return len(data)

    def matrix(self) -> Floats:
        """All numbers, once the stream has ended; the two bytes of the trailer stay behind."""
        self._turn()
        return np.concatenate(self._pieces) if self._pieces else np.zeros((0, self._width))

    def _turn(self) -> None:
        size = self._record.itemsize
        count = max(len(self._waiting) - self._header, 0) // size
        if count:
            whole = np.frombuffer(
                bytes(self._waiting[self._header : self._header + count * size]), self._record
            )
            plain = whole.view(">u1").reshape(count, size)[:, 2:].reshape(count, self._width, 12)[:, :, 4:]
            numbers = np.ascontiguousarray(plain).view(">f8").reshape(count, self._width)
            self._pieces.append(numbers.astype(np.float64))
            del self._waiting[: self._header + count * size]
            self._header = 0
