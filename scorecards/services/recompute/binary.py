"""Rows into PostgreSQL by COPY in its binary form, made as one array of bytes; no Python object per cell."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Field,
    FloatField,
    IntegerField,
    PositiveSmallIntegerField,
    SmallIntegerField,
)

from formulas.arrays import Floats, Ints

_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL: Final = b"\xff\xff"
_AT_ONCE: Final = 4096
_EPOCH: Final = date(2000, 1, 1)
_TYPES: Final[list[tuple[type[Field], str]]] = [
    (FloatField, ">f8"),
    (BigIntegerField, ">i8"),
    (SmallIntegerField, ">i2"),
    (PositiveSmallIntegerField, ">i2"),
    (IntegerField, ">i4"),
]


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its bytes as an array of a fixed width, and how many of them count in each row, −1 for NULL."""

    values: Any
    lengths: Ints

    def part(self, start: int, stop: int) -> Column:
        """Some of its rows."""
        return Column(self.values[start:stop], self.lengths[start:stop])


def numbers(field: Field, values: Floats) -> Column:
    """A column of numbers of a model's field, NaN for NULL."""
    kind = np.dtype(next(binary for model, binary in _TYPES if isinstance(field, model)))
    missing = np.isnan(values)
    whole = np.where(missing, 0, values) if missing.any() else values
    return Column(whole.astype(kind), np.where(missing, -1, kind.itemsize))


def texts(values: list[bytes], *, json: bool = False) -> Column:
    """A column of text, or of jsonb whose form begins with a version byte; empty text is NULL there."""
    if json:
        values = [b"\x01" + text if text else text for text in values]
    lengths = np.array([len(text) or -1 for text in values], dtype=np.int64)
    return Column(np.array(values, dtype=f"S{max(1, lengths.max(initial=1))}"), lengths)


def repeated(value: str | date | int, count: int) -> tuple[Any, int]:
    """A value as its bytes and the number of rows that have it, for `joined`."""
    if isinstance(value, date):
        return np.array([(value - _EPOCH).days], dtype=">i4"), count
    if isinstance(value, int):
        return np.array([value], dtype=">i2"), count
    return np.array([value.encode()]), count


def joined(pieces: list[tuple[Any, int]]) -> Column:
    """A column of values that stand for many rows each; all have the same width."""
    kind = pieces[0][0].dtype
    values = np.concatenate([value for value, _count in pieces])
    values = np.repeat(values, [count for _value, count in pieces]).astype(
        kind
    )  # numpy forgot the byte order
    return Column(values, np.full(len(values), values.dtype.itemsize))


def copy_in(table: str, columns: Mapping[str, Column]) -> None:
    """Insert the rows into a table, its name quoted; `columns` by the names of the table's columns."""
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    data = io.BytesIO()
    data.write(_HEAD)
    for start in range(0, len(next(iter(columns.values())).lengths), _AT_ONCE):
        data.write(records([column.part(start, start + _AT_ONCE) for column in columns.values()]))
    data.write(_TAIL)
    data.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", data)


def records(columns: list[Column]) -> bytes:
    """Rows of the binary form: a count of fields, then per field its length (−1: NULL) and its bytes, big-endian.

    Rows are laid out at their full width; the bytes that do not count are then left out by a mask.
    """
    shown = [bool((column.lengths > 0).any()) for column in columns]
    layout: list[tuple[str, Any]] = [("fields", ">i2")]
    for n, column in enumerate(columns):
        layout += [(f"length{n}", ">i4"), *([(f"value{n}", column.values.dtype)] if shown[n] else [])]
    rows = np.empty(len(columns[0].lengths), dtype=np.dtype(layout))
    rows["fields"] = len(columns)
    ragged = []
    for n, column in enumerate(columns):
        rows[f"length{n}"] = column.lengths
        if shown[n]:
            rows[f"value{n}"] = column.values
            if (column.lengths != column.values.dtype.itemsize).any():
                ragged.append((n, column))
    return _without_gaps(rows, ragged) if ragged else rows.tobytes()


def _without_gaps(rows: Any, ragged: list[tuple[int, Column]]) -> bytes:
    kept = np.ones((len(rows), rows.dtype.itemsize), dtype=bool)
    for n, column in ragged:
        start, width = rows.dtype.fields[f"value{n}"][1], column.values.dtype.itemsize
        kept[:, start : start + width] = np.arange(width) < column.lengths[:, None]
    return bytes(rows.view(np.uint8).reshape(len(rows), -1)[kept].tobytes())
