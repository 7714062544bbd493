"""Writing arrays into a table as fast as the database takes them: COPY on PostgreSQL, executemany on
SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import numpy as np
from django.db import connection

from scorecards.services.figures.rows import MISSING

ROWS_AT_ONCE = 50_000
PIECE = 1 << 18
POSTGRES_DAY_ZERO = np.datetime64("2000-01-01")
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
BIG_ENDIAN = {"day": ">i4", "bigint": ">i8", "smallint": ">i2", "integer": ">i4", "boolean": "i1"}

Columns = Mapping[str, tuple[str, Any]]
"""Column name → (kind, array or one value for all rows); kinds are the keys of BIG_ENDIAN. MISSING and None
are NULL.
"""


def write(table: str, columns: Columns, size: int, order: np.ndarray | None = None) -> None:
    """Insert `size` rows, by the places of `order` or as they stand. Table and column names come from our own
    models, never from input.
    """
    write_portions = _copy if connection.vendor == "postgresql" else _insert
    write_portions(table, list(columns), _portions(columns, size, order))


def _portions(columns: Columns, size: int, order: np.ndarray | None) -> Iterator[tuple[Columns, int]]:
    """The rows in portions, each with its number of rows. They are put in order here, and never copied as a whole."""
    for start in range(0, size, ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE, size)
        chosen = slice(start, end) if order is None else order[start:end]
        yield (
            {name: (kind, _part(values, chosen)) for name, (kind, values) in columns.items()},
            end - start,
        )


def _part(values: Any, chosen: Any) -> Any:
    return values[chosen] if isinstance(values, np.ndarray) else values


def _copy(table: str, names: list[str], portions: Iterator[tuple[Columns, int]]) -> None:
    """Each portion is put into the binary form by a second thread while the server takes in the one before."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    sql = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, ThreadPoolExecutor(max_workers=1) as beside:
        data = beside.submit(_next_as_bytes, portions)
        while (ready := data.result()) is not None:
            data = beside.submit(_next_as_bytes, portions)
            cursor.copy_expert(sql, BytesIO(ready), PIECE)


def _next_as_bytes(portions: Iterator[tuple[Columns, int]]) -> bytes | None:
    portion = next(portions, None)
    return None if portion is None else b"".join([HEADER, *_binary(*portion), TRAILER])


def _binary(columns: Columns, size: int) -> Iterator[bytes]:
    """PostgreSQL's binary format. Rows with the same columns NULL have the same width, so they go as one
    array.
    """
    arrays = {name: _whole(values, size) for name, (_, values) in columns.items()}
    blanks = [_is_blank(arrays[name], kind) for name, (kind, _) in columns.items()]
    pattern = np.zeros(size, np.int64)
    for place, blank in enumerate(blanks):
        if blank.any():
            pattern |= blank.astype(np.int64) << place
    for bits in np.unique(pattern).tolist():
        chosen = pattern == bits
        some = arrays if chosen.all() else {name: values[chosen] for name, values in arrays.items()}
        yield _records(columns, some, int(chosen.sum()), bits)


def _records(columns: Columns, arrays: dict[str, np.ndarray], size: int, bits: int) -> bytes:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for place, (name, (kind, _)) in enumerate(columns.items()):
        fields.append((f"{name} width", ">i4"))
        if not bits >> place & 1:
            fields.append((name, BIG_ENDIAN[kind]))
    records = np.empty(size, np.dtype(fields))
    records["fields"] = len(columns)
    for place, (name, (kind, _)) in enumerate(columns.items()):
        if bits >> place & 1:
            records[f"{name} width"] = -1
            continue
        records[f"{name} width"] = np.dtype(BIG_ENDIAN[kind]).itemsize
        values = arrays[name]
        records[name] = (values - POSTGRES_DAY_ZERO).astype(np.int64) if kind == "day" else values
    return records.tobytes()


def _whole(values: Any, size: int) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    return np.full(size, MISSING if values is None else values)


def _is_blank(values: np.ndarray, kind: str) -> np.ndarray:
    return values == MISSING if kind == "bigint" else np.zeros(len(values), bool)


def _insert(table: str, names: list[str], portions: Iterator[tuple[Columns, int]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    marks = ", ".join("?" for _ in names)
    connection.ensure_connection()
    for columns, size in portions:
        lists = [_for_sqlite(kind, _whole(values, size)) for kind, values in columns.values()]
        # Django's cursor formats every statement for its own placeholder style; the driver's own does not.
        connection.connection.executemany(
            f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({marks})",  # noqa: S608
            zip(*lists, strict=True),
        )


def _for_sqlite(kind: str, values: np.ndarray) -> list[Any]:
    if kind == "day":
        return np.datetime_as_string(values.astype("datetime64[D]"), unit="D").tolist()
    if kind == "bigint" and (values == MISSING).any():
        return [None if value == MISSING else value for value in values.tolist()]
    return values.tolist()
