"""The registered metrics: each is asked the same question, month by month; quarters and years are sums of months."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from formulas.arrays import Floats
from formulas.intervals import nps, wilson
from formulas.periods import Kind, Period, period_of, periods_between
from scorecards.metrics import Interval, Metric, registered
from scorecards.models import Level, MetricCard
from scorecards.queries.own_metrics import FiguresRatio, figures_between
from scorecards.services.recompute.plan import Reach
from scorecards.services.recompute.units import COMPANY, Company

_COLUMNS = ("kind", "starts_on", "level", "unit_id", "metric", "numerator", "denominator", "squares")
_ALL_COLUMNS = (*_COLUMNS, "value", "low", "high")


@dataclass(eq=False)
class MetricNight:
    """The metric cards of some periods: for each the units above and the branches, (metrics, units, 3).

    The last axis: numerator, denominator, squares; NaN where nothing was measured.
    """

    company: Company
    metrics: list[Metric]
    periods: dict[Period, tuple[Floats, Floats]]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The cards as tuples of `_ALL_COLUMNS`."""
        for period, (above, branches) in self.periods.items():
            for n, metric in enumerate(self.metrics):
                yield from _rows(period, metric, above[n], self.company.above, None)
                yield from _rows(period, metric, branches[n], self.company.branches, Level.BRANCH)


def measure(months: Iterable[date], reach: Reach, company: Company) -> MetricNight:
    """Ask every metric about these months (first days) and add up the quarters and years that hold them."""
    metrics = list(registered().values())
    fresh = {period_of(month, Kind.MONTH): _month(metrics, month, reach, company) for month in set(months)}
    branches: dict[Period, Floats] = dict(fresh)
    for kind in (Kind.QUARTER, Kind.YEAR):
        for period in {period_of(month.first, kind) for month in fresh}:
            branches[period] = _sum_of_months(period, fresh, metrics, reach, company)
    both = {period: (_above(values, company), values) for period, values in branches.items()}
    return MetricNight(company, metrics, both)


def write(night: MetricNight) -> int:
    """Replace the cards of the night's periods, inside the caller's transaction; returns how many there are now."""
    for period in night.periods:
        old = MetricCard.objects.filter(kind=period.kind.value, starts_on=period.first)
        old._raw_delete(old.db)  # nothing refers to a metric card
    rows = list(night.rows())
    if connection.vendor == "postgresql":
        _copy(rows)
    else:
        _execute_many(rows)
    return len(rows)


def _execute_many(rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(_ALL_COLUMNS))
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_table()} ({', '.join(_ALL_COLUMNS)}) VALUES ({marks})",  # noqa: S608
            [(row[0], adapt(row[1]), *row[2:]) for row in rows],
        )


def _copy(rows: list[tuple[Any, ...]]) -> None:
    lines = ("\t".join("\\N" if cell is None else str(cell) for cell in row) for row in rows)
    data = "\n".join(lines) + "\n" * bool(rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_table()} ({', '.join(_ALL_COLUMNS)}) FROM STDIN", io.StringIO(data))


def _table() -> str:
    return connection.ops.quote_name(MetricCard._meta.db_table)


def _month(metrics: list[Metric], month: date, reach: Reach, company: Company) -> Floats:
    """(metrics, branches, 3) of one month to date."""
    span = period_of(month, Kind.MONTH).to_date(reach.as_of)
    values = np.full((len(metrics), len(company.branches), 3), np.nan)
    for n, rows in _answers(metrics, span.first, span.last):
        table = np.array(rows, dtype=np.float64).reshape(len(rows), 4)
        place = company.place(table[:, 0].astype(np.int64))
        values[n, place[place >= 0]] = table[place >= 0, 1:]
    # A denominator of 0 means that nothing was measured, not a ratio of 0.
    values[values[:, :, 1] == 0] = np.nan
    return values


def _answers(metrics: list[Metric], first: date, last: date) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """(place of the metric, its rows of branch, numerator, denominator, squares), summed by the database.

    The metrics of the daily figures are read together in one pass.
    """
    own = [n for n, metric in enumerate(metrics) if isinstance(metric.rows, FiguresRatio)]
    found = _own_rows([metrics[n] for n in own], first, last)
    for place, n in enumerate(own):
        yield n, [(row[0], row[1 + 2 * place], row[2 + 2 * place], None) for row in found]
    for n, metric in enumerate(metrics):
        if n not in own:
            yield n, _rows_of(metric.rows(first, last))


def _own_rows(metrics: list[Metric], first: date, last: date) -> list[tuple[Any, ...]]:
    components: dict[str, Any] = {}
    for n, metric in enumerate(metrics):
        assert isinstance(metric.rows, FiguresRatio)
        components[f"over_{n}"], components[f"under_{n}"] = metric.rows.components()
    rows = figures_between(first, last).values("branch_id").annotate(**components)
    return list(rows.values_list("branch_id", *components))


def _rows_of(answer: Any) -> list[tuple[Any, ...]]:
    """Per branch; a queryset's days are added up by the database, other rows here."""
    sums: dict[int, list[float | None]] = {}
    rows = _by_branch(answer) if isinstance(answer, QuerySet) else answer
    for row in rows:
        total = sums.setdefault(row["branch_id"], [0.0, 0.0, None])
        for n, name in enumerate(("numerator", "denominator", "squares")):
            if row.get(name) is not None:
                total[n] = (total[n] or 0.0) + float(row[name])
    return [(branch, *total) for branch, total in sums.items()]


def _by_branch(answer: QuerySet) -> Iterator[dict[str, Any]]:
    """SELECT the sums per branch FROM (the metric's own query), whatever that groups by."""
    sql, params = answer.order_by().query.sql_with_params()
    squares = "SUM(squares)" if "squares" in answer.query.annotation_select else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT branch_id, SUM(numerator), SUM(denominator), {squares} FROM ({sql}) AS t GROUP BY branch_id",  # noqa: S608
            params,
        )
        for row in cursor.fetchall():
            yield dict(zip(("branch_id", "numerator", "denominator", "squares"), row, strict=True))


def _sum_of_months(
    period: Period, fresh: dict[Period, Floats], metrics: list[Metric], reach: Reach, company: Company
) -> Floats:
    total = np.full((len(metrics), len(company.branches), 3), np.nan)
    last = min(period.last, reach.as_of)
    for month in periods_between(Kind.MONTH, max(period.first, reach.first), last):
        part = fresh[month] if month in fresh else _stored(month, metrics, company)
        total = np.where(np.isnan(total), part, total + np.nan_to_num(part))
    return total


def _stored(month: Period, metrics: list[Metric], company: Company) -> Floats:
    """A month that is not measured anew, from its cards."""
    values = np.full((len(metrics), len(company.branches), 3), np.nan)
    numbers = {metric.code: n for n, metric in enumerate(metrics)}
    cards = MetricCard.objects.filter(kind=Kind.MONTH.value, starts_on=month.first, level=Level.BRANCH)
    rows = [row for row in cards.values_list("metric", "unit_id", *_COLUMNS[5:]) if row[0] in numbers]
    if rows:
        place = company.place(np.array([row[1] for row in rows], dtype=np.int64))
        kept = place >= 0
        metric = np.array([numbers[row[0]] for row in rows], dtype=np.int64)
        values[metric[kept], place[kept]] = np.array([row[2:] for row in rows], dtype=np.float64)[kept]
    return values


def _above(values: Floats, company: Company) -> Floats:
    """(metrics, units above, 3): sums over the branches below."""
    metrics, branches, parts = values.shape
    flat = values.transpose(1, 0, 2).reshape(branches, metrics * parts)
    present = ~np.isnan(flat)
    sums = company.roll_up(np.concatenate([np.where(present, flat, 0.0), present], axis=1))
    width = metrics * parts
    total = np.where(sums[:, width:] > 0, sums[:, :width], np.nan)
    return np.asarray(total.reshape(len(company.above), metrics, parts).transpose(1, 0, 2))


def _rows(
    period: Period, metric: Metric, values: Floats, units: Any, level: Level | None
) -> Iterator[tuple[Any, ...]]:
    """The cards of one metric and period; `level` None: regions and the company, told apart by the unit."""
    shown = ~np.isnan(values[:, 1])
    value, low, high = _with_interval(metric, values[shown])
    columns = [*values[shown].T.tolist(), value.tolist(), low.tolist(), high.tolist()]
    for unit, *numbers in zip(units[shown].tolist(), *columns, strict=True):
        own = level or (Level.COMPANY if unit == COMPANY else Level.REGION)
        cells = [None if cell != cell else cell for cell in numbers]
        yield (period.kind.value, period.first, int(own), unit, metric.code, *cells)


def _with_interval(metric: Metric, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Value, low and high, in the metric's own scale; NaN ends where it has no interval."""
    numerator, denominator, squares = values.T
    value = numerator / denominator * metric.scale
    nothing = np.full(len(values), np.nan)
    if metric.interval == Interval.WILSON:
        low, high = wilson(numerator, denominator)
        return value, np.asarray(low) * metric.scale, np.asarray(high) * metric.scale
    if metric.interval == Interval.NPS:
        _value, low, high = nps((squares + numerator) / 2, (squares - numerator) / 2, denominator)
        return value, np.asarray(low), np.asarray(high)
    return value, nothing, nothing
