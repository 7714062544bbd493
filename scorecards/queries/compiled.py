"""Statements that are asked again and again, written once.

Django spends several times longer on writing the SQL of a list of forty columns than on reading its rows. Here the text
and its parameters are kept, never a result: every call reads the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

MOST_KEPT = 512


class _Key:
    """A key with the way to make its queryset, which is only needed where the key is not known yet."""

    __slots__ = ("make", "value")

    def __init__(self, value: Hashable, make: Callable[[], QuerySet[Any]]) -> None:
        self.value, self.make = value, make

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.value == other.value


def rows(key: Hashable, make: Callable[[], QuerySet[Any]]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` queryset. `key`: everything that its statement is made of, the scope included."""
    statement = _statement(_Key(key, make))
    if statement is None:
        return []
    alias, sql, parameters, converters = statement
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    return [_converted(row, converters, connections[alias]) for row in found] if converters else found


@lru_cache(maxsize=MOST_KEPT)
def _statement(key: _Key) -> tuple[str, str, tuple[Any, ...], Any] | None:
    """(database, SQL, parameters, converters of its columns); None where nothing can be found."""
    queryset = key.make()
    key.make = QuerySet  # the key is kept, what the statement was made from is not
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([column for column, _, _ in compiler.select])
    return queryset.db, sql, tuple(parameters), converters


def _converted(row: tuple[Any, ...], converters: Any, connection: Any) -> tuple[Any, ...]:
    """The row as Django's own reading gives it."""
    values = list(row)
    for position, (functions, expression) in converters.items():
        for function in functions:
            values[position] = function(values[position], expression, connection)
    return tuple(values)
