"""Statements that are asked again and again, written once.

Django spends several times longer on writing the SQL of a list of forty columns than on reading its rows. Here the text
and its parameters are kept, never a result: every call reads the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Expression, F, IntegerField, QuerySet, TextField
from django.db.models.functions import Cast

MOST_KEPT = 512

_STEPS = {step: step for step in ("<", ">", "<=", ">=")}


class JsonText(Cast):
    """A JSON column as the text that the database keeps, for which the driver calls nothing row by row."""

    def __init__(self, name: str) -> None:
        super().__init__(name, TextField())


class Shortlist(NamedTuple):
    """The first rows of a `values_list` queryset in another order than its own, which chose among all.

    `by`: the numbers of its columns, counted from 1, smallest value first. `most`: how many rows.
    """

    rows: QuerySet[Any]
    by: tuple[int, ...]
    most: int


Made = QuerySet[Any] | Shortlist
Make = Callable[[], Made | Sequence[Made]]


@dataclass(frozen=True)
class Slot:
    """A parameter whose value comes with each reading; what is kept holds only its name."""

    name: str


class Beyond(Expression):
    """Whether columns stand beyond values, the first one counting first: what keyset pages ask.

    Two columns are written as a comparison of rows, which an index over both answers by going to the place itself; the
    same said with AND and OR walks through every row that is equal in the first. NULL is never beyond anything.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, names: Sequence[str], step: str, values: Sequence[Any]) -> None:
        """`step`: "<", ">", "<=" or ">=". `values`: plain values or Slots, one for each name."""
        super().__init__(output_field=BooleanField())
        self.columns: list[Any] = [F(name) for name in names]
        self.step, self.values = _STEPS[step], list(values)

    def get_source_expressions(self) -> list[Any]:
        """The columns."""
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the columns as resolved."""
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`(first, second) < (%s, %s)`."""
        parts = [compiler.compile(column) for column in self.columns]
        left = ", ".join(sql for sql, _ in parts)
        right = ", ".join(["%s"] * len(parts))
        parameters = [parameter for _, found in parts for parameter in found]
        return f"({left}) {self.step} ({right})", (*parameters, *self.values)


class _Statement(NamedTuple):
    """SQL with its parameters, and what turns its columns into Python's values."""

    alias: str
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]


class _Key:
    """A key with the way to make its queryset, which is only needed where the key is not known yet."""

    __slots__ = ("make", "value")

    def __init__(self, value: Hashable, make: Make) -> None:
        self.value, self.make = value, make

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.value == other.value


def rows(
    key: Hashable,
    make: Make,
    values: Mapping[str, Any] | None = None,
    *,
    into: Callable[[Sequence[Any]], Any] = tuple,
) -> list[Any]:
    """The rows of a `values_list` queryset, or of several with the same columns, in one query.

    `key`: everything that the statement is made of, the scope included; None: not worth keeping. `values`: those of the
    slots in it. `into`: what makes a row of its values. Rows of several querysets come in no order that is promised.
    """
    statement = _written(make()) if key is None else _kept(_Key(key, make))
    if statement is None:
        return []
    connection = connections[statement.alias]
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, _filled(statement.parameters, values or {}))
        found = cursor.fetchall()
    return [into(row) for row in _converted(found, statement.converters, connection)]


@lru_cache(maxsize=MOST_KEPT)
def _kept(key: _Key) -> _Statement | None:
    statement = _written(key.make())
    key.make = QuerySet  # the key is kept, what the statement was made from is not
    return statement


def _written(made: Made | Sequence[Made]) -> _Statement | None:
    """The statement of one queryset or several; None where nothing can be found."""
    querysets = [made] if isinstance(made, Made) else made
    parts = [part for part in map(_part, querysets) if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    # SQLite allows limited lists in a UNION only from inside a subquery.
    wrapped = [f"SELECT * FROM ({part.sql}) AS part_{n}" for n, part in enumerate(parts)]  # noqa: S608  SQL of Django
    parameters = tuple(parameter for part in parts for parameter in part.parameters)
    return parts[0]._replace(sql=" UNION ALL ".join(wrapped), parameters=parameters)


def _part(made: Made) -> _Statement | None:
    if isinstance(made, Shortlist):
        return _shortened(made)
    return _of_queryset(made)


def _shortened(made: Shortlist) -> _Statement | None:
    """The queryset's statement inside one that orders and cuts what it gives."""
    inner = _of_queryset(made.rows)
    if inner is None:
        return None
    order = ", ".join(str(int(number)) for number in made.by)
    sql = f"SELECT * FROM ({inner.sql}) AS looked_at ORDER BY {order} LIMIT {int(made.most)}"  # noqa: S608  SQL of Django
    return inner._replace(sql=sql)


def _of_queryset(queryset: QuerySet[Any]) -> _Statement | None:
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    columns = [column for column, _, _ in compiler.select]
    converters = compiler.get_converters(columns)
    needed = {position: one for position, one in converters.items() if not _is_whole(one[1])}
    return _Statement(queryset.db, sql, tuple(parameters), needed)


def _is_whole(expression: Any) -> bool:
    """Whether the database itself has made an integer of a column, so that Django's int() changes nothing."""
    return isinstance(expression, Cast) and isinstance(expression.output_field, IntegerField)


def _filled(parameters: tuple[Any, ...], values: Mapping[str, Any]) -> tuple[Any, ...]:
    if not values:
        return parameters
    return tuple(values[one.name] if isinstance(one, Slot) else one for one in parameters)


def _converted(
    found: list[tuple[Any, ...]], converters: Mapping[int, Any], connection: Any
) -> Iterable[Sequence[Any]]:
    """The rows as Django's own reading gives them; few columns have anything to convert."""
    if not converters:
        return found
    rows = list(map(list, found))
    for position, (functions, expression) in converters.items():
        values = [row[position] for row in rows]
        for function in functions:
            values = [function(value, expression, connection) for value in values]
        for row, value in zip(rows, values, strict=True):
            row[position] = value
    return rows
