"""Step three: the bulk writer. Everything that a run found is written inside the caller's one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import Field, FloatField

from formulas.arrays import Floats
from scorecards.models import Card
from scorecards.services.recompute import binary
from scorecards.services.recompute.blocks import PLACE, RANKS, Block, Order, Spool

_SLICE: Final = 10_000
_UNITS_IN_A_STATEMENT: Final = 500
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

    def heads(self, name: str) -> list[tuple[Any, int]]:
        """One of kind, starts_on, ends_on, level: its values in order, and how many rows have each."""
        return [(_head(block, name), len(block.values)) for block in self._blocks]

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
        heads = [value for value, count in sheet.heads(field.name) for _row in range(count)]
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


# PostgreSQL: COPY in its binary form


def _copy_in(sheet: Sheet) -> None:
    values = sheet.values()
    columns = {str(field.column): _column(sheet, field, values) for field in Card._meta.concrete_fields}
    binary.copy_in(Card._meta.db_table, columns)


def _column(sheet: Sheet, field: Field, values: Floats) -> binary.Column:
    if field.name == "trend":
        return binary.texts(sheet.trends(), json=True)
    if field.name in PLACE:
        return binary.numbers(field, values[:, PLACE[field.name]])
    return binary.joined([binary.repeated(value, count) for value, count in sheet.heads(field.name)])
