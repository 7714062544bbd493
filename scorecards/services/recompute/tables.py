"""Whole tables in and out: COPY on PostgreSQL, plain cursors on SQLite; the queries are compiled querysets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import SEEK_END
from tempfile import TemporaryFile
from typing import IO, Any, Final, Protocol

import numpy as np
from django.db import connection
from django.db.models import Model, QuerySet

from formulas.arrays import Flags, Floats

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
    with found_rows(sql, params, width) as rows:
        return rows.of()


class Rows(Protocol):
    """The rows of a statement, of which parts can be had."""

    def column(self, place: int) -> Floats:
        """One column of all rows."""

    def of(self, chosen: Flags | None = None) -> Floats:
        """The rows chosen, (rows, width) float64, NULL as NaN; None: all of them."""


@contextmanager
def found_rows(sql: str, params: Sequence[Any], width: int) -> Iterator[Rows]:
    """Run a statement that gives `width` numbers in each row; PostgreSQL's rows wait in a file that nobody sees."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql, params)
            found = cursor.fetchall()
            yield _InMemory(np.array(found, dtype=np.float64).reshape(len(found), width))
            return
        with TemporaryFile() as file:
            _copy_out(cursor, sql, params, width, file)
            yield _InFile(file, width)


def insert_select(model: type[Model], columns: Sequence[str], sql: str, params: Sequence[Any]) -> None:
    """INSERT the rows of a statement, whose columns are named in order, without leaving the database."""
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", params)


def _copy_out(cursor: Any, sql: str, params: Sequence[Any], width: int, file: IO[bytes]) -> None:
    """Every column as a float8 that is never NULL, so that each record of the binary stream has the same length."""
    names = [f"c{n}" for n in range(width)]
    select = ", ".join(f"COALESCE({name}::float8, 'NaN')" for name in names)
    bound = cursor.mogrify(sql, params).decode()
    # The driver hands over row by row: to a real file without Python in between, and not into our memory.
    cursor.copy_expert(
        f"COPY (SELECT {select} FROM ({bound}) AS t ({', '.join(names)})) TO STDOUT (FORMAT binary)",  # noqa: S608
        file,
    )


@dataclass(frozen=True)
class _InMemory:
    """Rows that the driver has given as Python objects."""

    matrix: Floats

    def column(self, place: int) -> Floats:
        return self.matrix[:, place]

    def of(self, chosen: Flags | None = None) -> Floats:
        return self.matrix if chosen is None else self.matrix[chosen]


@dataclass(frozen=True)
class _InFile:
    """Rows as a binary stream, read piece by piece: a count of fields, then a length and a float8 for each."""

    file: IO[bytes]
    width: int

    def column(self, place: int) -> Floats:
        fields = [records[:, place, 4:] for records in self._pieces()]
        return np.concatenate([np.zeros(0), *(_decoded(each[:, None])[:, 0] for each in fields)])

    def of(self, chosen: Flags | None = None) -> Floats:
        found = np.empty((self._count() if chosen is None else int(chosen.sum()), self.width))
        start = seen = 0
        for records in self._pieces():
            kept = records if chosen is None else records[chosen[seen : seen + len(records)]]
            found[start : start + len(kept)] = _decoded(kept[:, :, 4:])
            start, seen = start + len(kept), seen + len(records)
        return found

    def _count(self) -> int:
        """The two bytes of the trailer stay behind."""
        self.file.seek(0, SEEK_END)
        return max(self.file.tell() - _COPY_HEADER_BYTES, 0) // self._size()

    def _size(self) -> int:
        return 2 + 12 * self.width

    def _pieces(self) -> Iterator[Any]:
        """Some thousand records at a time as bytes: (records, width, 12)."""
        size, left = self._size(), self._count()
        self.file.seek(_COPY_HEADER_BYTES)
        while left:
            rows = min(max(1, _PIECE // size), left)
            records = np.frombuffer(self.file.read(rows * size), np.uint8).reshape(rows, size)
            yield records[:, 2:].reshape(rows, self.width, 12)
            left -= rows


def _decoded(fields: Any) -> Floats:
    """Big-endian float8 as bytes (rows, columns, 8) to numbers (rows, columns)."""
    rows, columns, _bytes = fields.shape
    return np.ascontiguousarray(fields).view(">f8").reshape(rows, columns).astype(np.float64)
