"""The league table: the branches of a region or the company in one period, sorted, filtered, page by page.

Reads cards only, and never counts: a page of ten thousand branches costs what a page of fifty does. One query each for
the directory, the standing and the page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

from branches.models import User
from branches.queries import named_like
from formulas.periods import Period
from scorecards.models import Card, Level
from scorecards.models.cards import EFFECTS, effect
from scorecards.queries import compiled
from scorecards.queries.directory import Place
from scorecards.queries.sureness import is_surely_below, surely_below

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
_NEVER_UNKNOWN = frozenset({"name"})


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
    up to it exactly. `trend`: revenue of the last 13 whole weeks as a JSON text (months only). `key`: the value it is
    sorted by.
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
    trend: str | None
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
        """Whether neither day-to-day variation nor missing days explain that revenue fell."""
        return is_surely_below(self.high, self.days, self.days_due)

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
    "trend": "trend_text",
}
_TREND = compiled.JsonText("trend")
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
    """Rows in order, cursors of the neighbouring pages ("" at the ends), and the sort in force.

    `first`: which one of all the first row is, counted from 1 along the pages that were turned.
    """

    rows: list[LeagueRow]
    next_cursor: str
    previous_cursor: str
    sort: str
    first: int = 1

    @property
    def last(self) -> int:
        """Which one of all the last row is."""
        return self.first + len(self.rows) - 1

    @property
    def matches(self) -> int | None:
        """How many rows there are on all pages, where this is the last page; else None, for nobody counted them."""
        return None if self.next_cursor else self.last


@dataclass(frozen=True)
class _Cursor:
    """The edge of a page: its sort value and unit; `backward`: the rows before it are wanted.

    `before`: how many rows stand before the place that it marks.
    """

    backward: bool
    value: Any
    unit_id: int
    before: int


@dataclass(frozen=True)
class _Order:
    """What gives the cards, what they are ordered by, and the direction."""

    name: str
    cards: Callable[[], QuerySet[Card]]
    field: str | Combinable
    descending: bool
    against: str

    def keyed(self) -> QuerySet[Any]:
        """The cards with what they are ordered by as `key`."""
        key = F(self.field) if isinstance(self.field, str) else self.field
        return self.cards().annotate(key=key, trend_text=_TREND)


@lru_cache(maxsize=16)
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


def known_sort(sort: str, against: str, kind: str) -> str:
    """The order asked for, or the first one where it is not on offer."""
    table = sorts(against, kind)
    return sort if sort.removeprefix("-") in table else next(iter(table))


def is_falling(sort: str, against: str, kind: str) -> bool:
    """Whether an order on offer begins with the largest value."""
    return sorts(against, kind)[sort.removeprefix("-")][1] != sort.startswith("-")


def branch_cards(user: User, place: Place, period: Period, filters: Filters, against: str) -> QuerySet[Card]:
    """The cards of the branches below a place that the user may see, narrowed by the filters, in no order."""
    cards = Card.objects.for_user(user).filter(kind=period.kind.value, starts_on=period.first)
    cards = cards.filter(level=Level.BRANCH, unit_branch__isnull=False)
    if place.region is not None or filters.regions is not None:
        cards = cards.filter(region_id__in=place.narrowed(filters.regions))
    if filters.format_id is not None:
        cards = cards.filter(format_id=filters.format_id)
    if filters.text:
        cards = cards.filter(named_like(filters.text, "unit_branch__"))
    if filters.attention:
        cards = cards.filter(surely_below(against))
    return cards


def branch_page(
    user: User, place: Place, period: Period, filters: Filters, *, against: str, sort: str, after: str = ""
) -> LeaguePage:
    """The page of the table that a reader asks for; see `branch_cards` and `league_page`.

    The statements of pages without a text are kept, for these are asked again and again.
    """
    asked = (user.role, user.scope, place.region is None, place.ids, period, filters, against)
    return league_page(
        lambda: branch_cards(user, place, period, filters, against),
        against=against,
        kind=period.kind.value,
        sort=sort,
        after=after,
        key=None if filters.text else asked,
    )


def league_page(
    cards: Callable[[], QuerySet[Card]],
    *,
    against: str,
    kind: str,
    sort: str,
    after: str = "",
    size: int = PAGE_SIZE,
    key: Hashable = None,
) -> LeaguePage:
    """One page of the table in one query. Unknown values stand last; equal ones by unit.

    `cards`: what gives the cards to choose from. `key`: everything that they are made of, where their statement is
    worth keeping.

    A sort that is not on offer means the first one; a cursor that is forged or of another sort, the first page. Going
    back to where fewer than a page of rows come before shows the first page (a second query).
    """
    sort = known_sort(sort, against, kind)
    field = sorts(against, kind)[sort.removeprefix("-")][0]
    order = _Order(sort, cards, field, is_falling(sort, against, kind), against)
    cursor = _read(sort, after)
    found = _rows(order, cursor, size + 1, key)
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
    before = cursor.before - (len(rows) if backward else 0) if cursor else 0
    before = max(before, 0)  # rows may have come between since the cursor was written
    after = before + len(rows)
    return LeaguePage(
        rows=rows,
        next_cursor=_write(sort, rows[-1], after, backward=False) if rows and has_next else "",
        previous_cursor=_write(sort, rows[0], before, backward=True) if rows and has_previous else "",
        sort=sort,
        first=before + 1,
    )


def league_rows(
    cards: QuerySet[Card], *, against: str, kind: str, sort: str, chunk: int = 2000
) -> Iterator[LeagueRow]:
    """Every row in the order of the page, read in chunks: for exports of any size."""
    sort = known_sort(sort, against, kind)
    field = sorts(against, kind)[sort.removeprefix("-")][0]
    expression = F(field) if isinstance(field, str) else field
    descending = is_falling(sort, against, kind)
    key = F("key")
    direction = key.desc(nulls_last=True) if descending else key.asc(nulls_last=True)
    ordered = cards.annotate(key=expression, trend_text=_TREND).order_by(
        direction, "-unit_id" if descending else "unit_id"
    )
    for values in ordered.values_list(*row_columns(against)).iterator(chunk_size=chunk):
        yield LeagueRow._make(values)


def _rows(order: _Order, cursor: _Cursor | None, limit: int, key: Hashable) -> list[LeagueRow]:
    """The rows beyond the cursor in reading order of its direction, one query; its statement is kept under `key`."""
    backward = cursor is not None and cursor.backward
    falling = order.descending != backward
    shape = (cursor is None, backward, cursor is not None and cursor.value is None)
    found = compiled.rows(
        None if key is None else ("league", key, order.name, limit, shape),
        lambda: _segments(order, cursor, falling, limit),
        {"value": cursor.value, "unit": cursor.unit_id} if cursor else None,
        into=LeagueRow._make,
    )
    return _in_order(found, falling, nulls_last=not backward)[:limit]


def _segments(order: _Order, cursor: _Cursor | None, falling: bool, limit: int) -> list[QuerySet[Any]]:
    """The rows beyond the cursor, at most `limit` of those with a value and as many of those without.

    Known and unknown values are walked apart, because an index serves `ORDER BY … NULLS LAST` only in one of its two
    directions.
    """
    ties = "-unit_id" if falling else "unit_id"
    columns = row_columns(order.against)
    direction = F("key").desc() if falling else F("key").asc()
    keyed = order.keyed()
    known, unknown = _beyond(keyed.filter(key__isnull=False), keyed.filter(key__isnull=True), cursor, falling)
    parts = [known.order_by(direction, ties)] if known is not None else []
    if unknown is not None and order.name.removeprefix("-") not in _NEVER_UNKNOWN:
        parts.append(unknown.order_by(ties))
    return [part.values_list(*columns)[:limit] for part in parts]


def _beyond(
    known: QuerySet[Any], unknown: QuerySet[Any], cursor: _Cursor | None, falling: bool
) -> tuple[QuerySet[Any] | None, QuerySet[Any] | None]:
    """The rows beyond the cursor with a value, and those without; None where there can be none."""
    if cursor is None:
        return known, unknown
    value, unit = compiled.Slot("value"), compiled.Slot("unit")
    if cursor.value is None:
        beyond = compiled.Beyond(("unit_id",), "<" if falling else ">", (unit,))
        return (known if cursor.backward else None), unknown.filter(beyond)
    known = known.filter(compiled.Beyond(("key", "unit_id"), "<" if falling else ">", (value, unit)))
    if isinstance(cursor.value, str):
        # The text and the unit are of two tables, so no index answers for both; this one answers for the text.
        known = known.filter(compiled.Beyond(("key",), "<=" if falling else ">=", (value,)))
    return known, (None if cursor.backward else unknown)


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


def _write(sort: str, row: LeagueRow, before: int, *, backward: bool) -> str:
    """A signed cursor: only values that we wrote ourselves come back into a query."""
    return signing.dumps([sort, backward, row.key, row.unit_id, before], salt=_SALT)


def _read(sort: str, text: str) -> _Cursor | None:
    try:
        own, backward, value, unit_id, before = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return _Cursor(backward, value, unit_id, before) if own == sort else None
