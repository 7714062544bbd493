"""Writing arrays into a table as fast as the database takes them: COPY on PostgreSQL, executemany on
SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import numpy as np
from django.db import connection

from scorecards.services.figures.rows import MISSING

ROWS_AT_ONCE = 50_000
POSTGRES_DAY_ZERO = np.datetime64("2000-01-01")
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
BIG_ENDIAN = {"day": ">i4", "bigint": ">i8", "smallint": ">i2", "integer": ">i4", "boolean": "i1"}

Columns = Mapping[str, tuple[str, Any]]
"""Column name → (kind, array or one value for all rows); kinds are the keys of BIG_ENDIAN. MISSING and None
are NULL.
"""


def write(table: str, columns: Columns, size: int) -> None:
    """Insert `size` rows. Table and column names come from our own models, never from input."""
    for start in range(0, size, ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE, size)
        part = {name: (kind, _part(values, start, end)) for name, (kind, values) in columns.items()}
        if connection.vendor == "postgresql":
            _copy(table, part, end - start)
        else:
            _insert(table, part, end - start)


def _part(values: Any, start: int, end: int) -> Any:
    return values[start:end] if isinstance(values, np.ndarray) else values


def _copy(table: str, columns: Columns, size: int) -> None:
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    data = BytesIO(b"".join([HEADER, *_binary(columns, size), TRAILER]))
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN (FORMAT BINARY)",
            data,
        )


def _binary(columns: Columns, size: int) -> Iterator[bytes]:
    """PostgreSQL's binary format. Rows with the same columns NULL have the same width, so they go as one
    array.
    """
    arrays = {name: _whole(values, size) for name, (_, values) in columns.items()}
    blanks = [_is_blank(arrays[name], kind) for name, (kind, _) in columns.items()]
    pattern = np.zeros(size, np.int64)
    for place, blank in enumerate(blanks):
        pattern |= blank.astype(np.int64) << place
    for bits in np.unique(pattern):
        yield _records(columns, arrays, np.flatnonzero(pattern == bits), int(bits))


def _records(columns: Columns, arrays: dict[str, np.ndarray], chosen: np.ndarray, bits: int) -> bytes:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for place, (name, (kind, _)) in enumerate(columns.items()):
        fields.append((f"{name} width", ">i4"))
        if not bits >> place & 1:
            fields.append((name, BIG_ENDIAN[kind]))
    records = np.empty(len(chosen), np.dtype(fields))
    records["fields"] = len(columns)
    for place, (name, (kind, _)) in enumerate(columns.items()):
        if bits >> place & 1:
            records[f"{name} width"] = -1
            continue
        records[f"{name} width"] = np.dtype(BIG_ENDIAN[kind]).itemsize
        values = arrays[name][chosen]
        records[name] = (values - POSTGRES_DAY_ZERO).astype(np.int64) if kind == "day" else values
    return records.tobytes()


def _whole(values: Any, size: int) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    return np.full(size, MISSING if values is None else values)


def _is_blank(values: np.ndarray, kind: str) -> np.ndarray:
    return values == MISSING if kind == "bigint" else np.zeros(len(values), bool)


def _insert(table: str, columns: Columns, size: int) -> None:
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    marks = ", ".join("?" for _ in columns)
    lists = [_for_sqlite(kind, _whole(values, size)) for kind, values in columns.values()]
    connection.ensure_connection()
    # Django's cursor formats every statement for its own placeholder style; the driver's own does not.
    connection.connection.executemany(
        f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({marks})",  # noqa: S608
        zip(*lists, strict=True),
    )


def _for_sqlite(kind: str, values: np.ndarray) -> list[Any]:
    if kind == "day":
        return np.datetime_as_string(values.astype("datetime64[D]"), unit="D").tolist()
    if kind == "bigint" and (values == MISSING).any():
        return [None if value == MISSING else value for value in values.tolist()]
    return values.tolist()
