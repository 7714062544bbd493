"""Days beside the same day a year before: the sums that growth against the year before is sure or unsure by.

Whole branches only. A join of the facts with themselves, which querysets cannot say: so in SQL, the same for both
databases but for the day 364 days before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, models

from formulas.arrays import Floats
from formulas.periods import Kind, Span, period_of, year_before_span
from scorecards.models import DailyFigures, MonthSums
from scorecards.services.recompute.tables import read_rows

PAIRS: Final = (
    "pairs",
    "pairs_now",
    "pairs_before",
    "pairs_now_squares",
    "pairs_before_squares",
    "pairs_products",
)
"""Days with revenue whose day a year before has revenue as well: how many, Σ now, Σ before, Σ squares, Σ products."""
_A_YEAR: Final = timedelta(days=364)
_NOW: Final = "CAST(now.revenue AS double precision)"
_BEFORE: Final = "CAST(before.revenue AS double precision)"
_SUMS: Final = ", ".join(
    [
        "COUNT(*) AS pairs",
        f"SUM({_NOW}) AS pairs_now",
        f"SUM({_BEFORE}) AS pairs_before",
        f"SUM({_NOW} * {_NOW}) AS pairs_now_squares",
        f"SUM({_BEFORE} * {_BEFORE}) AS pairs_before_squares",
        f"SUM({_NOW} * {_BEFORE}) AS pairs_products",
    ]
)
Piece = tuple[Any, Span]
"""A name for some days, and the days."""


def pairs_of(pieces: Sequence[tuple[int, Span]], branches: Iterable[int] | None) -> Floats:
    """(branch, number of the piece, *PAIRS) of the pieces' days, which must be in order; no row where nothing pairs."""
    sql, params = _select(pieces, branches)
    return read_rows(sql, params, 2 + len(PAIRS))


def refresh_pairs(months: Iterable[date], branches: Iterable[int] | None = None) -> None:
    """Write the pairs of these months (first days) into the month sums that are there, NULL where there are none."""
    pieces = [(month, period_of(month, Kind.MONTH).span) for month in sorted(months)]
    found, params = _select(pieces, branches)
    sums, columns = _table(MonthSums), ", ".join(PAIRS)
    within, months_and_branches = _within_months(pieces, branches)
    sql = (
        f"UPDATE {sums} SET {', '.join(f'{name} = made.{name}' for name in PAIRS)} FROM ("  # noqa: S608
        f"SELECT kept.month, kept.branch_id, {columns} "
        f"FROM (SELECT month, branch_id FROM {sums} WHERE {within}) AS kept "
        f"LEFT JOIN ({found}) AS found ON found.piece = kept.month AND found.branch_id = kept.branch_id) AS made "
        f"WHERE {sums}.month = made.month AND {sums}.branch_id = made.branch_id AND {sums}.staff_id = 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*months_and_branches, *params])


def months_paired_with(month: date) -> set[date]:
    """The months whose days have their counterparts in this one: first days."""
    span = period_of(month, Kind.MONTH).span
    return {(day + _A_YEAR).replace(day=1) for day in (span.first, span.last)}


def _select(pieces: Sequence[Piece], branches: Iterable[int] | None) -> tuple[str, list[Any]]:
    """The statement whose rows are (branch_id, piece, *PAIRS), and its parameters."""
    whens = " ".join("WHEN now.day <= %s THEN %s" for _piece in pieces)
    some, ids = _among("now.branch_id", branches)
    sql = (
        f"SELECT now.branch_id, CASE {whens} END AS piece, {_SUMS} "  # noqa: S608
        f"FROM {_table(DailyFigures)} AS now JOIN {_table(DailyFigures)} AS before "
        f"ON before.branch_id = now.branch_id AND before.day = {_a_year_before('now.day')} "
        "WHERE now.staff_id = 0 AND before.staff_id = 0 AND now.revenue IS NOT NULL AND before.revenue IS NOT NULL "
        f"AND ({_ranges('now.day', pieces)}) AND ({_ranges('before.day', pieces)}){some} GROUP BY 1, 2"
    )
    spans = [span for _name, span in pieces]
    names = [part for name, span in pieces for part in (_day(span.last), _day(name))]
    # The earlier days are named beside the condition of the join: so the planner knows how few they are.
    days = [
        _day(day)
        for each in (spans, map(year_before_span, spans))
        for span in each
        for day in (span.first, span.last)
    ]
    return sql, [*names, *days, *ids]


def _within_months(pieces: Sequence[Piece], branches: Iterable[int] | None) -> tuple[str, list[Any]]:
    some, ids = _among("branch_id", branches)
    months = ", ".join("%s" for _piece in pieces)
    return f"staff_id = 0 AND month IN ({months}){some}", [*(_day(month) for month, _span in pieces), *ids]


def _ranges(column: str, pieces: Sequence[Piece]) -> str:
    return " OR ".join(f"{column} BETWEEN %s AND %s" for _piece in pieces)


def _among(column: str, branches: Iterable[int] | None) -> tuple[str, list[int]]:
    """The condition that a column is one of the branches, and its parameters; no condition for all of them."""
    if branches is None:
        return "", []
    ids = list(branches)
    return f" AND {column} IN ({', '.join(['%s'] * len(ids)) or 'NULL'})", ids


def _a_year_before(day: str) -> str:
    if connection.vendor == "postgresql":
        return f"{day} - {_A_YEAR.days}"
    return f"date({day}, '-{_A_YEAR.days} days')"


def _day(value: Any) -> Any:
    """A date as the database takes it; anything else as it is."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
