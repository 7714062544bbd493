"""The league table: the branches of a region or the company in one period, sorted, filtered, page by page.

Reads cards only, and never counts: a page of ten thousand branches costs what a page of fifty does. One query each for
the directory, the standing and the page.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core import signing
from django.db import connections
from django.db.models import Expression, F, Q, QuerySet
from django.db.models.expressions import Combinable

from branches.models import User
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.models.cards import EFFECTS, effect
from scorecards.queries import compiled
from scorecards.queries.directory import Place

PAGE_SIZE = 50
_SALT = "scorecards.league"

# Sort name in the address → (field or expression, largest first). "-name" turns it round.
_VALUE_SORTS: dict[str, tuple[str | Combinable, bool]] = {
    "revenue": ("revenue", True),
    "name": ("unit_branch__code", False),
    "visitors": ("visitors", True),
    "conversion": ("conversion", True),
    "basket": ("basket", True),
    "repeat": ("repeat", True),
    "missing": (F("days_due") - F("days"), True),
}


@dataclass(frozen=True)
class Filters:
    """What narrows the table: a part of the regions, a format, a text in code or names, only those surely below."""

    regions: frozenset[int] | None = None
    format_id: int | None = None
    text: str = ""
    attention: bool = False

    def __bool__(self) -> bool:
        return self != Filters()


class LeagueRow(NamedTuple):
    """A branch in one period against one base. Money in minor units, shares as fractions; None: not known.

    `change`, `growth` with its 95 % interval `low` … `high`, and the place within the format (`rank` of `rank_of`, from
    `rank_best` to `rank_worst` as chance allows) are against that base; `driver_…` are the parts of the change, adding
    up to it exactly. `trend`: revenue of the last 13 whole weeks (months only). `key`: the value it is sorted by.
    """

    unit_id: int
    key: Any
    code: str
    name_en: str
    name_zh: str
    region_id: int | None
    format_id: int | None
    days: int
    days_due: int
    revenue: int | None
    visitors: int | None
    conversion: float | None
    buyers: int | None
    orders: int | None
    basket: float | None
    repeat: float | None
    trend: list[int | None] | None
    base_revenue: int | None
    change: int | None
    growth: float | None
    low: float | None
    high: float | None
    rank: int | None
    rank_of: int | None
    rank_best: int | None
    rank_worst: int | None
    driver_visitors: int | None
    driver_conversion: int | None
    driver_buyers: int | None
    driver_orders: int | None
    driver_basket: int | None
    driver_repurchase: int | None
    driver_extension: int | None
    driver_repeat: int | None
    driver_revenue: int | None
    driver_openings: int | None

    @property
    def is_surely_below(self) -> bool:
        """Whether day-to-day variation does not explain that revenue fell."""
        return self.high is not None and self.high < 0

    @property
    def repeat_effect(self) -> int | None:
        """What repeat explains: repurchase, extension, and repeat where the two are not known apart."""
        if self.driver_repeat is None:
            return None
        return (self.driver_repurchase or 0) + (self.driver_extension or 0) + self.driver_repeat

    @property
    def other_effect(self) -> int | None:
        """What no factor explains: openings and closures, and revenue that is known alone."""
        if self.driver_openings is None:
            return None
        return self.driver_openings + (self.driver_revenue or 0)


_COLUMN_OF = {
    "code": "unit_branch__code",
    "name_en": "unit_branch__name_en",
    "name_zh": "unit_branch__name_zh",
    "base_revenue": "{}_revenue",
    "low": "{}_growth_low",
    "high": "{}_growth_high",
}
_OF_THE_BASE = ("change", "growth", "rank", "driver_")


def row_columns(against: str) -> list[str]:
    """The columns of a card that make a LeagueRow, in order, with the sort key as `key`."""
    return [_column(name, against) for name in LeagueRow._fields]


def _column(name: str, against: str) -> str:
    if name in _COLUMN_OF:
        return _COLUMN_OF[name].format(against)
    return f"{against}_{name}" if name.startswith(_OF_THE_BASE) else name


@dataclass(frozen=True)
class LeaguePage:
    """Rows in order, cursors of the neighbouring pages ("" at the ends), and the sort in force."""

    rows: list[LeagueRow]
    next_cursor: str
    previous_cursor: str
    sort: str


@dataclass(frozen=True)
class _Cursor:
    """The edge of a page: its sort value and unit; `backward`: the rows before it are wanted."""

    backward: bool
    value: Any
    unit_id: int


@dataclass(frozen=True)
class _Order:
    """Cards with what they are ordered by as `key`, and the direction."""

    name: str
    keyed: QuerySet[Any]
    descending: bool
    against: str


def sorts(against: str, kind: str) -> dict[str, tuple[str | Combinable, bool]]:
    """The orders on offer: name → (field or expression, largest first). Each has its index.

    The money that a factor explains is offered for months only.
    """
    found = _VALUE_SORTS | {
        "change": (f"{against}_change", False),
        "growth": (f"{against}_growth", True),
    }
    if kind == "M":
        found |= {f"{factor}_effect": (effect(against, factor), False) for factor in EFFECTS}
    return found


def branch_cards(user: User, place: Place, period: Period, filters: Filters, against: str) -> QuerySet[Card]:
    """The cards of the branches below a place that the user may see, narrowed by the filters, in no order."""
    cards = Card.objects.for_user(user).filter(kind=period.kind.value, starts_on=period.first)
    cards = cards.filter(level=Level.BRANCH, unit_branch__isnull=False)
    if place.region is not None or filters.regions is not None:
        cards = cards.filter(region_id__in=place.narrowed(filters.regions))
    if filters.format_id is not None:
        cards = cards.filter(format_id=filters.format_id)
    if filters.text:
        cards = cards.filter(
            Q(unit_branch__code__icontains=filters.text)
            | Q(unit_branch__name_en__icontains=filters.text)
            | Q(unit_branch__name_zh__icontains=filters.text)
        )
    if filters.attention:
        cards = cards.filter(**{f"{against}_growth_high__lt": 0})
    return cards


def branch_page(
    user: User, place: Place, period: Period, filters: Filters, *, against: str, sort: str, after: str = ""
) -> LeaguePage:
    """The page of the table that a reader asks for; see `branch_cards` and `league_page`.

    The statements of first pages without a text are kept, for these are asked again and again.
    """
    cards = branch_cards(user, place, period, filters, against)
    asked = (user.role, user.scope, place.region is None, place.ids, period, filters, against)
    key = None if filters.text or after else asked
    return league_page(cards, against=against, kind=period.kind.value, sort=sort, after=after, key=key)


def league_page(
    cards: QuerySet[Card],
    *,
    against: str,
    kind: str,
    sort: str,
    after: str = "",
    size: int = PAGE_SIZE,
    key: Hashable = None,
) -> LeaguePage:
    """One page of the table in one query. Unknown values stand last; equal ones by unit.

    `key`: everything that `cards` are made of, where their statement is worth keeping.

    A sort that is not on offer means the first one; a cursor that is forged or of another sort, the first page. Going
    back to where fewer than a page of rows come before shows the first page (a second query).
    """
    table = sorts(against, kind)
    name = sort.removeprefix("-")
    if name not in table:
        sort = name = next(iter(table))
    field, largest_first = table[name]
    descending = largest_first != sort.startswith("-")
    order = _Order(
        sort, cards.annotate(key=F(field) if isinstance(field, str) else field), descending, against
    )
    cursor = _read(sort, after)
    found = _rows(order, cursor, size + 1, None if cursor else key)
    if cursor is not None and (not found or (cursor.backward and len(found) <= size)):
        cursor, found = None, _rows(order, None, size + 1, key)
    return _page(found, cursor, sort, size)


def _page(found: list[LeagueRow], cursor: _Cursor | None, sort: str, size: int) -> LeaguePage:
    """The page out of its rows and one to spare."""
    more, rows = len(found) > size, found[:size]
    backward = cursor is not None and cursor.backward
    if backward:
        rows = rows[::-1]
    has_next, has_previous = (more or backward), cursor is not None
    return LeaguePage(
        rows=rows,
        next_cursor=_write(sort, rows[-1], backward=False) if rows and has_next else "",
        previous_cursor=_write(sort, rows[0], backward=True) if rows and has_previous else "",
        sort=sort,
    )


def league_rows(
    cards: QuerySet[Card], *, against: str, kind: str, sort: str, chunk: int = 2000
) -> Iterator[LeagueRow]:
    """Every row in order, read in chunks: for exports of any size."""
    table = sorts(against, kind)
    field, largest_first = table.get(sort.removeprefix("-"), table["revenue"])
    expression = F(field) if isinstance(field, str) else field
    descending = largest_first != sort.startswith("-")
    ordered = cards.annotate(key=expression).order_by(
        _order("key", descending, nulls_last=True), "-unit_id" if descending else "unit_id"
    )
    for values in ordered.values_list(*row_columns(against)).iterator(chunk_size=chunk):
        yield LeagueRow._make(values)


def _rows(order: _Order, cursor: _Cursor | None, limit: int, key: Hashable) -> list[LeagueRow]:
    """The rows beyond the cursor in reading order of its direction, one query; its statement is kept under `key`."""
    backward = cursor is not None and cursor.backward
    falling = order.descending != backward

    def make() -> QuerySet[Any]:
        return _ordered(order, cursor, falling, limit)

    values = make() if key is None else compiled.rows(("league", key, order.name, limit), make)
    return _in_order([LeagueRow._make(v) for v in values], falling, nulls_last=not backward)[:limit]


def _ordered(order: _Order, cursor: _Cursor | None, falling: bool, limit: int) -> QuerySet[Any]:
    """At most `limit` rows beyond the cursor, those with a value and as many without.

    Known and unknown values are walked apart, because an index serves `ORDER BY … NULLS LAST` only in one of its two
    directions; where a database cannot put two limited lists into one statement (SQLite), it sorts.
    """
    keyed, columns, ties = order.keyed, row_columns(order.against), "-unit_id" if falling else "unit_id"
    if not connections[keyed.db].features.supports_slicing_ordering_in_compound:
        nulls_last = not (cursor is not None and cursor.backward)
        rows = _beyond(keyed, cursor, falling).order_by(_order("key", falling, nulls_last=nulls_last), ties)
        return rows.values_list(*columns)[:limit]
    parts = [
        part.order_by(_order("key", falling), ties).values_list(*columns)[:limit]
        for part in _segments(keyed, cursor, falling)
    ]
    return parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]


def _segments(keyed: QuerySet[Any], cursor: _Cursor | None, falling: bool) -> list[QuerySet[Any]]:
    """The rows beyond the cursor with a value, and those without."""
    known, unknown = keyed.filter(key__isnull=False), keyed.filter(key__isnull=True)
    if cursor is None:
        return [known, unknown]
    tie = _tie(cursor, falling)
    if cursor.value is None:
        return [unknown.filter(tie), *([known] if cursor.backward else [])]
    step = "lt" if falling else "gt"
    # The first condition says nothing new, but it is the range that an index can walk.
    known = known.filter(**{f"key__{step}e": cursor.value}).filter(Q(**{f"key__{step}": cursor.value}) | tie)
    return [known, *([] if cursor.backward else [unknown])]


def _beyond(keyed: QuerySet[Any], cursor: _Cursor | None, falling: bool) -> QuerySet[Any]:
    """The same rows as one condition."""
    if cursor is None:
        return keyed
    tie, is_unknown = _tie(cursor, falling), Q(key__isnull=True)
    if cursor.value is None:
        return keyed.filter((is_unknown & tie) | (~is_unknown if cursor.backward else Q(pk__in=[])))
    further = Q(**{f"key__{'lt' if falling else 'gt'}": cursor.value})
    here = further | (Q(key=cursor.value) & tie)
    return keyed.filter(here if cursor.backward else here | is_unknown)


def _tie(cursor: _Cursor, falling: bool) -> Q:
    return Q(unit_id__lt=cursor.unit_id) if falling else Q(unit_id__gt=cursor.unit_id)


def _in_order(rows: Sequence[LeagueRow], falling: bool, *, nulls_last: bool) -> list[LeagueRow]:
    """Known and unknown values in the order of the page.

    One branch of a UNION ALL after the other is what PostgreSQL does, but not what it promises. Texts stay as they
    came: only the database knows its collation.
    """
    known = [row for row in rows if row.key is not None]
    unknown = sorted((r for r in rows if r.key is None), key=lambda r: r.unit_id, reverse=falling)
    if known and not isinstance(known[0].key, str):
        known.sort(key=lambda r: (r.key, r.unit_id), reverse=falling)
    return known + unknown if nulls_last else unknown + known


def _order(name: str, falling: bool, *, nulls_last: bool | None = None) -> Expression:
    nulls: dict[str, Any] = {}
    if nulls_last is not None:
        nulls = {"nulls_last": True} if nulls_last else {"nulls_first": True}
    return F(name).desc(**nulls) if falling else F(name).asc(**nulls)


def _write(sort: str, row: LeagueRow, *, backward: bool) -> str:
    """A signed cursor: only values that we wrote ourselves come back into a query."""
    return signing.dumps([sort, backward, row.key, row.unit_id], salt=_SALT)


def _read(sort: str, text: str) -> _Cursor | None:
    try:
        own, backward, value, unit_id = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return _Cursor(backward, value, unit_id) if own == sort else None
