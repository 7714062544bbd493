"""Long lists in pages by key: no COUNT, no OFFSET, so the thousandth page costs what the first does.

A cursor is the sort value and the primary key of the row at the page's edge, signed, so that only
values we wrote ourselves come back into a query. Unknown values stand last in both directions, on
both databases. Sort by stored columns or exact annotations: a float that is computed anew may differ
in its last bit from the one in the cursor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

_SALT = "ui.pages"
_FORWARD, _BACKWARD = "f", "b"

Row = TypeVar("Row", bound=Model)
Order = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page: its rows in order, cursors of the neighbours (None at the ends), the sort in force."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None
    sort: str


@dataclass(frozen=True)
class _Key:
    """How the list is sorted: its name in the address, the field, whether downwards, whether NULL occurs."""

    sort: str
    field: str
    descending: bool
    nullable: bool


@dataclass(frozen=True)
class _Cursor:
    """A place in the list: rows after it (forward) or before it, by sort value and primary key."""

    direction: str
    value: Any
    pk: Any


def keyset_page(
    queryset: QuerySet[Row], *, order: Order, sort: str, after: str | None = None, size: int = 50
) -> Page[Row]:
    """The page of a list after (or, for a previous_cursor, before) a cursor.

    order: sort name → (field, "asc" or "desc"); "-name" turns the direction round. A sort that is not
    in the table means the first one there. A cursor that is damaged, forged or of another sort means
    the first page, and so does one whose neighbours are gone. One query, two at the list's start.
    """
    key = _key(queryset, order, sort)
    cursor = _read_cursor(key, after)
    if cursor is None:
        return _forward(queryset, key, None, size)
    if cursor.direction == _FORWARD:
        page = _forward(queryset, key, cursor, size)
        return page if page.rows else _forward(queryset, key, None, size)
    return _backward(queryset, key, cursor, size) or _forward(queryset, key, None, size)


def _key(queryset: QuerySet[Any], order: Order, sort: str) -> _Key:
    """The sort that the address asks for, out of the table."""
    name = sort.removeprefix("-")
    if name not in order:
        sort = name = next(iter(order))
    field, direction = order[name]
    return _Key(sort, field, (direction == "desc") != sort.startswith("-"), _is_nullable(queryset, field))


def _is_nullable(queryset: QuerySet[Any], field: str) -> bool:
    """Whether the field may be NULL; an annotation or a related field is taken to be."""
    if field == "pk":
        return False
    try:
        return bool(queryset.model._meta.get_field(field).null)
    except FieldDoesNotExist:
        return True


def _forward(queryset: QuerySet[Row], key: _Key, cursor: _Cursor | None, size: int) -> Page[Row]:
    """The rows after a cursor, or the first ones."""
    rows = list(_ordered(_beyond(queryset, key, cursor), key)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(
        rows=rows,
        next_cursor=_write_cursor(key, _FORWARD, rows[-1]) if more else None,
        previous_cursor=_write_cursor(key, _BACKWARD, rows[0]) if cursor and rows else None,
        sort=key.sort,
    )


def _backward(queryset: QuerySet[Row], key: _Key, cursor: _Cursor, size: int) -> Page[Row] | None:
    """The rows before a cursor; None when they do not fill a page with one to spare, for then the
    reader has arrived at the start and is shown a whole first page."""
    found = list(_ordered(_beyond(queryset, key, cursor), key, backward=True)[: size + 1])
    if len(found) <= size:
        return None
    rows = found[:size][::-1]
    return Page(
        rows=rows,
        next_cursor=_write_cursor(key, _FORWARD, rows[-1]),
        previous_cursor=_write_cursor(key, _BACKWARD, rows[0]),
        sort=key.sort,
    )


def _ordered(queryset: QuerySet[Row], key: _Key, *, backward: bool = False) -> QuerySet[Row]:
    """The list in order, or in exactly the opposite order; the primary key makes it unique."""
    expressions = [_order_by(key, backward)]
    if key.field != "pk":
        expressions.append(F("pk").desc() if backward else F("pk").asc())
    return queryset.order_by(*expressions)


def _order_by(key: _Key, backward: bool) -> OrderBy:
    """The sort field's order. NULLS LAST only where NULL occurs: elsewhere it would hide the index."""
    field = F(key.field)
    descending = key.descending != backward
    if not key.nullable:
        return field.desc() if descending else field.asc()
    nulls = {"nulls_first": True} if backward else {"nulls_last": True}
    return field.desc(**nulls) if descending else field.asc(**nulls)


def _beyond(queryset: QuerySet[Row], key: _Key, cursor: _Cursor | None) -> QuerySet[Row]:
    """Only the rows beyond the cursor, in the direction it looks."""
    if cursor is None:
        return queryset
    backward = cursor.direction == _BACKWARD
    upwards = key.descending == backward
    step = "gt" if upwards else "lt"
    if key.field == "pk":
        return queryset.filter(**{f"pk__{step}": cursor.pk})
    tie = Q(pk__lt=cursor.pk) if backward else Q(pk__gt=cursor.pk)
    if cursor.value is None:
        return queryset.filter(_beyond_unknown(key, tie, backward))
    further = Q(**{f"{key.field}__{step}": cursor.value})
    if not key.nullable:
        # The first condition says nothing new, but it is the range that an index can walk.
        return queryset.filter(**{f"{key.field}__{step}e": cursor.value}).filter(further | tie)
    same = Q(**{key.field: cursor.value}) & tie
    unknown = Q() if backward else Q(**{f"{key.field}__isnull": True})
    return queryset.filter(further | same | unknown)


def _beyond_unknown(key: _Key, tie: Q, backward: bool) -> Q:
    """Beyond a row without a value: the other such rows, and backwards every row with one."""
    unknown = Q(**{f"{key.field}__isnull": True}) & tie
    return unknown | Q(**{f"{key.field}__isnull": False}) if backward else unknown


def _write_cursor(key: _Key, direction: str, row: Any) -> str:
    """The signed cursor of a row."""
    value = row
    for name in key.field.split("__"):
        value = getattr(value, name, None)
    return signing.dumps([key.sort, direction, _pack(value), _pack(row.pk)], salt=_SALT)


def _read_cursor(key: _Key, text: str | None) -> _Cursor | None:
    """The cursor in a text, or None when it is absent, not ours, or of another sort."""
    if not text:
        return None
    try:
        sort, direction, value, pk = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return _Cursor(direction, _unpack(value), _unpack(pk)) if sort == key.sort else None


def _pack(value: Any) -> Any:
    """A value as JSON can carry it, with its type where JSON has none."""
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return value if value is None or isinstance(value, int | float) else str(value)


def _unpack(value: Any) -> Any:
    """The value of `_pack`."""
    if not isinstance(value, list):
        return value
    kind, text = value
    readers: dict[str, Callable[[str], Any]] = {
        "decimal": Decimal,
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
    }
    return readers[kind](text)
