"""Step three: the bulk writer. Everything that a run found is written inside the caller's one transaction."""
# ruff: noqa: S608  the names joined into the SQL are the model's own, the ids and places numbers

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import Field, FloatField

from formulas.arrays import Floats
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.services.recompute import binary
from scorecards.services.recompute.blocks import PLACE, RANKS, Block, Moved, Order, Spool
from scorecards.services.recompute.stored import numbers, of_periods

_SLICE: Final = 10_000
_PERIODS_IN_A_STATEMENT: Final = 200


def take_away(spool: Spool) -> None:
    """Delete the cards that the spool's orders replace: one statement for all periods of the same units."""
    alike: dict[tuple[Level, bytes | None], dict[Period, Order]] = {}
    for order in spool.orders:
        units = None if order.replaced is None else order.replaced.tobytes()
        alike.setdefault((order.level, units), {})[order.period] = order
    for (level, _units), orders in alike.items():
        periods, replaced, chosen = list(orders), next(iter(orders.values())).replaced, ""
        if replaced is not None:
            chosen = f" AND unit_id IN ({numbers(replaced.tolist())})"
        for start in range(0, len(periods), _PERIODS_IN_A_STATEMENT):
            some = periods[start : start + _PERIODS_IN_A_STATEMENT]
            condition, parameters = of_periods(some)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM {table()} WHERE level = {int(level)}{chosen} AND ({condition})", parameters
                )


def insert(spool: Spool, into: str) -> None:
    """Insert the spool's cards into the table or one like it.

    Each card is in one order at most, so that the cards of many small periods can go in together.
    """
    sheet = Sheet()
    for order in spool:
        sheet.add(order.block)
        if sheet.rows >= _SLICE:
            _insert(sheet, into)
            sheet = Sheet()
    _insert(sheet, into)


def update_ranks(spool: Spool) -> None:
    """Set the places of cards that else stay as they are, a period in a statement."""
    for moved in spool.moved():
        if connection.vendor == "postgresql":
            _update_as_set(moved)
        else:
            _update_one_by_one(moved)


def _update_as_set(moved: Moved) -> None:
    names = ", ".join(f"{name} = r.{name}" for name in RANKS)
    arrays = ", ".join(["%s::bigint[]", *(["%s::integer[]"] * len(RANKS))])
    condition, parameters = of_periods([moved.period])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table()} SET {names} FROM unnest({arrays}) AS r (unit, {', '.join(RANKS)}) "
            f"WHERE ({condition}) AND level = {int(Level.BRANCH)} AND unit_id = r.unit",
            [moved.units.tolist(), *_nullable(moved.ranks.T), *parameters],
        )


def _update_one_by_one(moved: Moved) -> None:
    """SQLite has no way to its server that would cost anything."""
    names = ", ".join(f"{name} = %s" for name in RANKS)
    condition, parameters = of_periods([moved.period])
    sql = f"UPDATE {table()} SET {names} WHERE ({condition}) AND level = {int(Level.BRANCH)} AND unit_id = %s"
    with connection.cursor() as cursor:
        places = zip(_nullable(moved.ranks), moved.units.tolist(), strict=True)
        cursor.executemany(sql, [(*ranks, *parameters, unit) for ranks, unit in places])


def _nullable(values: Floats) -> list[list[int | None]]:
    return [[None if cell != cell else int(cell) for cell in row] for row in values.tolist()]


def table() -> str:
    """The table's name."""
    return connection.ops.quote_name(Card._meta.db_table)


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


def _insert(sheet: Sheet, into: str) -> None:
    if not sheet.rows:
        return
    if connection.vendor == "postgresql":
        _copy_in(sheet, into)
    else:
        _execute_many(sheet, into)


# SQLite: one prepared statement


def _execute_many(sheet: Sheet, into: str) -> None:
    fields = list(Card._meta.concrete_fields)
    values, trends = sheet.values(), sheet.trends()
    columns = [_plain_column(sheet, field, values, trends) for field in fields]
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {into} ({_names(fields)}) VALUES ({marks})"
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


def _names(fields: Sequence[Field]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)


# PostgreSQL: COPY in its binary form


def _copy_in(sheet: Sheet, into: str) -> None:
    values = sheet.values()
    columns = {str(field.column): _column(sheet, field, values) for field in Card._meta.concrete_fields}
    binary.copy_in(into, columns)


def _column(sheet: Sheet, field: Field, values: Floats) -> binary.Column:
    if field.name == "trend":
        return binary.texts(sheet.trends(), json=True)
    if field.name in PLACE:
        return binary.numbers(field, values[:, PLACE[field.name]])
    return binary.joined([binary.repeated(value, count) for value, count in sheet.heads(field.name)])
