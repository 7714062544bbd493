"""Step three: the bulk writer. Everything that a run found is written inside the caller's one transaction."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, Field, FloatField, IntegerField, SmallIntegerField
from django.db.models.fields import PositiveSmallIntegerField

from formulas.arrays import Floats
from scorecards.models import Card
from scorecards.services.recompute.blocks import PLACE, RANKS, Block, Order, Spool

_SLICE: Final = 10_000
_UNITS_IN_A_STATEMENT: Final = 500
_POSTGRES_EPOCH: Final = date(2000, 1, 1)
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TAIL: Final = b"\xff\xff"
Written = Callable[[int], None]


def write(spool: Spool, *, into_empty: bool = False, written: Written | None = None) -> int:
    """Carry out the orders; returns the number of cards inserted. `written` is told how many orders are done.

    `into_empty`: there are no cards, so none has to be taken away. Each card is in one order at most, so that the cards
    of many small periods can go in together.
    """
    inserted, sheet = 0, Sheet()
    for number, order in enumerate(spool, start=1):
        if not into_empty and not order.ranks_only:
            _take_away(order)
        if order.ranks_only and order.block is not None:
            _update_ranks(order.block)
        elif order.block is not None:
            inserted += len(order.block.values)
            sheet.add(order.block)
        if sheet.rows >= _SLICE:
            _insert(sheet)
            sheet = Sheet()
        if written is not None:
            written(number)
    _insert(sheet)
    return inserted


class Sheet:
    """Cards of any periods and levels side by side, ready to be written."""

    def __init__(self) -> None:
        self.rows = 0
        self._blocks: list[Block] = []

    def add(self, block: Block) -> None:
        """Take the block's cards."""
        if len(block.values):
            # A copy of the head: the spool lets go of the block's own arrays.
            self._blocks.append(Block(block.period, block.ends_on, block.level, block.values, block.trend))
            self.rows += len(block.values)

    def heads(self, name: str) -> list[Any]:
        """One of kind, starts_on, ends_on, level for every row."""
        return [value for block in self._blocks for value in [_head(block, name)] * len(block.values)]

    def values(self) -> Floats:
        """The numbers, (rows, len(NUMBERS))."""
        return np.concatenate([block.values for block in self._blocks])

    def trends(self) -> list[bytes]:
        """The trend of each row as JSON, empty for none."""
        return [text for block in self._blocks for text in _trends(block)]


def _head(block: Block, name: str) -> Any:
    heads = {"kind": block.period.kind.value, "starts_on": block.period.first, "ends_on": block.ends_on}
    return heads.get(name, int(block.level))


def _trends(block: Block) -> list[bytes]:
    if not block.trend.shape[1]:
        return [b""] * len(block.trend)
    return [json.dumps([None if x != x else int(x) for x in row]).encode() for row in block.trend.tolist()]


def _insert(sheet: Sheet) -> None:
    if not sheet.rows:
        return
    if connection.vendor == "postgresql":
        _copy_in(sheet)
    else:
        _execute_many(sheet)


def _take_away(order: Order) -> None:
    cards = Card.objects.filter(kind=order.period.kind.value, starts_on=order.period.first, level=order.level)
    if order.replaced is None:
        _delete(cards)
        return
    for start in range(0, len(order.replaced), _UNITS_IN_A_STATEMENT):
        _delete(cards.filter(unit_id__in=order.replaced[start : start + _UNITS_IN_A_STATEMENT].tolist()))


def _delete(cards: Any) -> None:
    cards._raw_delete(cards.db)  # nothing refers to a card, so nothing has to be collected first


def _update_ranks(block: Block) -> None:
    """Cards that stay as they are but for their places."""
    names = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in RANKS)
    key = block.period.kind.value, block.period.first, int(block.level)
    table = connection.ops.quote_name(Card._meta.db_table)
    sql = f"UPDATE {table} SET {names} WHERE kind = %s AND starts_on = %s AND level = %s AND unit_id = %s"  # noqa: S608
    ranks = _nullable(np.stack([block.column(name) for name in RANKS], axis=1))
    with connection.cursor() as cursor:
        cursor.executemany(
            sql,
            [
                (*places, key[0], connection.ops.adapt_datefield_value(key[1]), key[2], unit)
                for places, unit in zip(ranks, block.units.tolist(), strict=True)
            ],
        )


def _nullable(values: Floats) -> list[list[int | None]]:
    return [[None if cell != cell else int(cell) for cell in row] for row in values.tolist()]


# SQLite: one prepared statement


def _execute_many(sheet: Sheet) -> None:
    fields = list(Card._meta.concrete_fields)
    values, trends = sheet.values(), sheet.trends()
    columns = [_plain_column(sheet, field, values, trends) for field in fields]
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {_table()} ({_names(fields)}) VALUES ({marks})"  # noqa: S608  names of our own model
        cursor.executemany(sql, list(zip(*columns, strict=True)))


def _plain_column(sheet: Sheet, field: Field, values: Floats, trends: list[bytes]) -> list[Any]:
    if field.name == "trend":
        return [text.decode() if text else None for text in trends]
    if field.name not in PLACE:
        heads = sheet.heads(field.name)
        return [connection.ops.adapt_datefield_value(x) if isinstance(x, date) else x for x in heads]
    column = values[:, PLACE[field.name]]
    missing = np.isnan(column)
    numbers: Any = column if isinstance(field, FloatField) else np.where(missing, 0, column).astype(np.int64)
    boxed = numbers.astype(object)
    boxed[missing] = None
    return list(boxed.tolist())


def _table() -> str:
    return connection.ops.quote_name(Card._meta.db_table)


def _names(fields: Sequence[Field]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


# PostgreSQL: COPY in its binary form, made as one array of bytes


def _copy_in(sheet: Sheet) -> None:
    fields = list(Card._meta.concrete_fields)
    data = _COPY_HEAD + _records(sheet, fields) + _COPY_TAIL
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_table()} ({_names(fields)}) FROM STDIN (FORMAT binary)", io.BytesIO(data))


def _records(sheet: Sheet, fields: Sequence[Field]) -> bytes:
    """Rows of the binary form: a count of fields, then per field its length (−1: NULL) and its bytes, big-endian.

    Every row is laid out at its full width; bytes of NULLs and of short texts are then left out by a mask.
    """
    values, trends = sheet.values(), sheet.trends()
    width = max(1, max((len(text) for text in trends), default=0) + 1)
    types = {field.name: _binary_type(field, width) for field in fields}
    layout = [part for name, kind in types.items() for part in ((f"length_{name}", ">i4"), (name, kind))]
    records = np.zeros(len(values), dtype=np.dtype([("fields", ">i2"), *layout]))
    records["fields"] = len(fields)
    kept = np.ones((len(values), records.dtype.itemsize), dtype=bool)
    for name, kind in types.items():
        if name == "trend":
            _fill_trends(records, kept, trends, width)
        else:
            column = values[:, PLACE[name]] if name in PLACE else _binary_heads(sheet.heads(name))
            _fill(records, kept, name, np.dtype(kind).itemsize, column)
    return records.view(np.uint8).reshape(len(values), -1)[kept].tobytes()


def _fill(records: Any, kept: Any, name: str, size: int, column: Any) -> None:
    missing = np.isnan(column) if name in PLACE else np.zeros(len(column), dtype=bool)
    records[f"length_{name}"] = np.where(missing, -1, size)
    records[name] = np.where(missing, 0, column) if name in PLACE else column
    if missing.any():
        offset = records.dtype.fields[name][1]
        kept[missing, offset : offset + size] = False


def _fill_trends(records: Any, kept: Any, trends: list[bytes], width: int) -> None:
    """jsonb: a version byte 1, then the text."""
    lengths = np.array([len(text) + 1 if text else 0 for text in trends])
    records["length_trend"] = np.where(lengths == 0, -1, lengths)
    records["trend"] = np.array([b"\x01" + text if text else b"" for text in trends], dtype=f"S{width}")
    offset = records.dtype.fields["trend"][1]
    kept[:, offset : offset + width] = np.arange(width) < lengths[:, None]


def _binary_heads(heads: list[Any]) -> Any:
    first = heads[0]
    if isinstance(first, date):
        return np.array([(day - _POSTGRES_EPOCH).days for day in heads])
    return np.array([x.encode() if isinstance(x, str) else x for x in heads])


def _binary_type(field: Field, trend_width: int) -> str:
    if field.name == "trend":
        return f"S{trend_width}"
    for kind, binary in _BINARY:
        if isinstance(field, kind):
            return binary
    return {"kind": "S1"}.get(field.name, ">i4")


_BINARY: Final[list[tuple[type[Field], str]]] = [
    (FloatField, ">f8"),
    (BigIntegerField, ">i8"),
    (SmallIntegerField, ">i2"),
    (PositiveSmallIntegerField, ">i2"),
    (IntegerField, ">i4"),
]
