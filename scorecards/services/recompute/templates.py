"""Statements that every run asks with other days and other ids: written once by the ORM, kept as text.

Writing the SQL of a sum over fifty columns costs the ORM more than the database takes to add up a few branches.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

_FIRST_DAY: Final = date(101, 1, 1)
_ANY_ID: Final = -8_123_456_789
_MOST_KEPT: Final = 500
Make = Callable[[list[date], int], QuerySet]
"""Makes the queryset from days and one id, which stands for all: `filter(branch_id=the_id)`."""


@dataclass(frozen=True)
class Template:
    """SQL in pieces, with a value between every two of them; `width`: how many columns it gives."""

    pieces: tuple[str, ...]
    values: tuple[Any, ...]
    width: int

    def filled(self, days: Sequence[date], ids: Collection[int] | None) -> tuple[str, list[Any]]:
        """The statement and its parameters. A list of ids goes into the text: it is numbers only."""
        adapt = connection.ops.adapt_datefield_value
        places = {_key(adapt(_hole(n))): adapt(day) for n, day in enumerate(days)}
        sql, parameters = [self.pieces[0]], []
        for value, piece in zip(self.values, self.pieces[1:], strict=True):
            if value == _ANY_ID and ids is not None:
                sql[-1] = sql[-1].removesuffix("= ") + f"IN ({', '.join(map(str, map(int, ids))) or 'NULL'})"
            else:
                sql.append("%s")
                parameters.append(places.get(_key(value), value))
            sql.append(piece)
        return "".join(sql), parameters


_kept: dict[Hashable, Template] = {}


def template(key: Hashable, days: int, make: Make) -> Template:
    """The template of that key for so many days; `key` says everything else that the statement is made of."""
    known = (connection.vendor, key, days)
    if known not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[known] = _written(make([_hole(n) for n in range(days)], _ANY_ID))
    return _kept[known]


def _written(rows: QuerySet) -> Template:
    sql, parameters = rows.query.sql_with_params()
    width = len(rows.query.values_select) + len(rows.query.annotation_select)
    return Template(tuple(sql.split("%s")), tuple(parameters), width)


def _hole(number: int) -> date:
    """A day that no company has figures of, in the place of one that is filled in later."""
    return _FIRST_DAY + timedelta(days=number)


def _key(value: Any) -> str:
    return str(value)
