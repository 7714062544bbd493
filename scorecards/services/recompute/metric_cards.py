"""The registered metrics: each is asked the same question, month by month; quarters and years are sums of months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Case, IntegerField, QuerySet, Value, When

from formulas.arrays import Floats, Ints
from formulas.intervals import nps, wilson
from formulas.periods import Kind, Period, period_of, periods_between
from scorecards.metrics import Interval, Metric, registered
from scorecards.models import Level, MetricCard
from scorecards.queries.own_metrics import FiguresRatio, figures_between
from scorecards.services.recompute import binary
from scorecards.services.recompute.plan import Branches, Reach, union
from scorecards.services.recompute.tables import read_matrix
from scorecards.services.recompute.units import COMPANY, Company

_PARTS = ("numerator", "denominator", "squares")
_ENDS = ("value", "low", "high")
_KEYS = ("kind", "starts_on", "level", "unit_id", "metric")
_UNITS_IN_A_STATEMENT = 500


@dataclass(frozen=True, eq=False)
class _Cards:
    """The metric cards of one period that are written: places of the metrics, and (n, 6) parts, value and ends."""

    period: Period
    level: Ints
    unit: Ints
    metric: Ints
    numbers: Floats


@dataclass(eq=False)
class MetricNight:
    """What was measured: by period the branches whose cards change (None: all), and the cards."""

    metrics: list[Metric]
    periods: dict[Period, tuple[Branches, _Cards]]


def measure(months: Mapping[date, Branches], reach: Reach, company: Company) -> MetricNight:
    """Ask every metric about these months (first day → branches), and add up the quarters and years that hold them."""
    metrics = list(registered().values())
    asked = {period_of(month, Kind.MONTH): branches for month, branches in months.items()}
    fresh = {month: _month(metrics, month, only, reach, company) for month, only in asked.items()}
    found = {month: (only, fresh[month]) for month, only in asked.items()}
    for kind in (Kind.QUARTER, Kind.YEAR):
        for period in sorted({period_of(month.first, kind) for month in asked}, key=lambda p: p.first):
            only = union(branches for month, branches in asked.items() if month.first in period.span)
            found[period] = only, _sum_of_months(period, only, fresh, metrics, reach, company)
    return MetricNight(
        metrics, {p: (only, _cards(p, only, values, metrics, company)) for p, (only, values) in found.items()}
    )


def write(night: MetricNight) -> int:
    """Replace the cards of the night's periods, inside the caller's transaction; returns how many were written."""
    written = 0
    for period, (only, cards) in night.periods.items():
        old = MetricCard.objects.filter(kind=period.kind.value, starts_on=period.first)
        _take_away(old, only)
        written += len(cards.unit)
        if connection.vendor == "postgresql":
            _copy(cards, night.metrics)
        else:
            _execute_many(cards, night.metrics)
    return written


def _take_away(old: QuerySet, only: Branches) -> None:
    if only is None:
        old._raw_delete(old.db)  # nothing refers to a metric card
        return
    above = old.filter(level__gt=Level.BRANCH)
    above._raw_delete(above.db)
    units = sorted(only)
    for start in range(0, len(units), _UNITS_IN_A_STATEMENT):
        some = old.filter(level=Level.BRANCH, unit_id__in=units[start : start + _UNITS_IN_A_STATEMENT])
        some._raw_delete(some.db)


def _execute_many(cards: _Cards, metrics: list[Metric]) -> None:
    head = cards.period.kind.value, connection.ops.adapt_datefield_value(cards.period.first)
    codes = [metrics[n].code for n in cards.metric.tolist()]
    rows = zip(cards.level.tolist(), cards.unit.tolist(), codes, cards.numbers.tolist(), strict=True)
    marks = ", ".join(["%s"] * (len(_KEYS) + len(_PARTS) + len(_ENDS)))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {_table()} ({', '.join((*_KEYS, *_PARTS, *_ENDS))}) VALUES ({marks})",  # noqa: S608
            [(*head, *key, *(None if cell != cell else cell for cell in cells)) for *key, cells in rows],
        )


def _copy(cards: _Cards, metrics: list[Metric]) -> None:
    if not len(cards.unit):
        return
    fields, count = {field.name: field for field in MetricCard._meta.concrete_fields}, len(cards.unit)
    codes = [metric.code.encode() for metric in metrics]
    columns = {
        "kind": binary.joined([binary.repeated(cards.period.kind.value, count)]),
        "starts_on": binary.joined([binary.repeated(cards.period.first, count)]),
        "level": binary.numbers(fields["level"], cards.level.astype(np.float64)),
        "unit_id": binary.numbers(fields["unit_id"], cards.unit.astype(np.float64)),
        "metric": binary.texts([codes[n] for n in cards.metric.tolist()]),
    }
    for n, name in enumerate((*_PARTS, *_ENDS)):
        columns[name] = binary.numbers(fields[name], cards.numbers[:, n])
    binary.copy_in(MetricCard._meta.db_table, columns)


def _table() -> str:
    return connection.ops.quote_name(MetricCard._meta.db_table)


def _month(metrics: list[Metric], month: Period, only: Branches, reach: Reach, company: Company) -> Floats:
    """(metrics, branches, 3) of one month to date: asked anew for `only`, the other branches from their cards."""
    span = month.to_date(reach.as_of)
    values = _nothing(metrics, company)
    for n, table in _answers(metrics, span.first, span.last, only):
        place = company.place(table[:, 0].astype(np.int64))
        values[n, place[place >= 0]] = table[place >= 0, 1:]
    # A denominator of 0 means that nothing was measured, not a ratio of 0.
    values[values[:, :, 1] == 0] = np.nan
    return _with_others(values, month, only, metrics, company)


def _with_others(
    values: Floats, period: Period, only: Branches, metrics: list[Metric], company: Company
) -> Floats:
    """The values of `only`, beside the stored ones of all other branches."""
    if only is None:
        return values
    stored = _stored([period], None, metrics, company)[period]
    chosen = np.isin(company.branches, list(only))
    return np.where(chosen[:, None], values, stored)


def _answers(metrics: list[Metric], first: date, last: date, only: Branches) -> Iterator[tuple[int, Floats]]:
    """(place of the metric, its rows of branch, numerator, denominator, squares), summed by the database.

    The metrics of the daily figures are read together in one pass.
    """
    own = [n for n, metric in enumerate(metrics) if isinstance(metric.rows, FiguresRatio)]
    found = _own_rows([metrics[n] for n in own], first, last, only)
    for place, n in enumerate(own):
        parts = found[:, [0, 1 + 2 * place, 2 + 2 * place]]
        yield n, np.column_stack([parts, np.full(len(parts), np.nan)])
    for n, metric in enumerate(metrics):
        if n not in own:
            rows = _rows_of(metric.rows(first, last), only)
            yield n, np.array(rows, dtype=np.float64).reshape(len(rows), 4)


def _own_rows(metrics: list[Metric], first: date, last: date, only: Branches) -> Floats:
    components: dict[str, Any] = {}
    for n, metric in enumerate(metrics):
        assert isinstance(metric.rows, FiguresRatio)
        components[f"over_{n}"], components[f"under_{n}"] = metric.rows.components()
    rows = figures_between(first, last)
    if only is not None:
        rows = rows.filter(branch_id__in=sorted(only))
    return read_matrix(rows.values("branch_id").annotate(**components).values_list("branch_id", *components))


def _rows_of(answer: Any, only: Branches) -> list[tuple[Any, ...]]:
    """Per branch; a queryset's days are added up by the database, other rows here."""
    sums: dict[int, list[float | None]] = {}
    rows = _by_branch(answer, only) if isinstance(answer, QuerySet) else answer
    for row in rows:
        if only is not None and row["branch_id"] not in only:
            continue
        total = sums.setdefault(row["branch_id"], [0.0, 0.0, None])
        for n, name in enumerate(_PARTS):
            if row.get(name) is not None:
                total[n] = (total[n] or 0.0) + float(row[name])
    return [(branch, *total) for branch, total in sums.items()]


def _by_branch(answer: QuerySet, only: Branches) -> Iterator[dict[str, Any]]:
    """SELECT the sums per branch FROM (the metric's own query), whatever that groups by."""
    sql, params = answer.order_by().query.sql_with_params()
    squares = "SUM(squares)" if "squares" in answer.query.annotation_select else "NULL"
    chosen = "" if only is None else f"WHERE branch_id IN ({', '.join(map(str, sorted(only)))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT branch_id, SUM(numerator), SUM(denominator), {squares} "  # noqa: S608  numbers only
            f"FROM ({sql}) AS t {chosen} GROUP BY branch_id",
            params,
        )
        for row in cursor.fetchall():
            yield dict(zip(("branch_id", *_PARTS), row, strict=True))


def _sum_of_months(
    period: Period,
    only: Branches,
    fresh: Mapping[Period, Floats],
    metrics: list[Metric],
    reach: Reach,
    company: Company,
) -> Floats:
    """(metrics, branches, 3) of a quarter or year: sums of its months for `only`, the others from their cards."""
    months = list(periods_between(Kind.MONTH, max(period.first, reach.first), min(period.last, reach.as_of)))
    stored = _stored([month for month in months if month not in fresh], only, metrics, company)
    total = _nothing(metrics, company)
    for month in months:
        part = fresh[month] if month in fresh else stored[month]
        total = np.where(np.isnan(total), part, total + np.nan_to_num(part))
    return _with_others(total, period, only, metrics, company)


def _stored(
    periods: list[Period], only: Branches, metrics: list[Metric], company: Company
) -> dict[Period, Floats]:
    """(metrics, branches, 3) of periods of one kind that are not measured anew, from their cards; `only` if given."""
    values = {period: _nothing(metrics, company) for period in periods}
    if not periods or not metrics:
        return values
    rows = read_matrix(_stored_cards(periods, only, metrics))
    place = company.place(rows[:, 2].astype(np.int64))
    rows, place = rows[place >= 0], place[place >= 0]
    for n, period in enumerate(periods):
        own = rows[:, 0] == n
        values[period][rows[own, 1].astype(np.int64), place[own]] = rows[own, 3:]
    return values


def _stored_cards(periods: list[Period], only: Branches, metrics: list[Metric]) -> QuerySet:
    """(place of the period, place of the metric, unit, numerator, denominator, squares)."""
    firsts = [When(starts_on=period.first, then=Value(n)) for n, period in enumerate(periods)]
    codes = [When(metric=metric.code, then=Value(n)) for n, metric in enumerate(metrics)]
    cards = MetricCard.objects.filter(
        kind=periods[0].kind.value,
        level=Level.BRANCH,
        starts_on__in=[period.first for period in periods],
        metric__in=[metric.code for metric in metrics],
    )
    if only is not None:
        cards = cards.filter(unit_id__in=sorted(only))
    numbered = cards.order_by().annotate(
        at_period=Case(*firsts, output_field=IntegerField()),
        at_metric=Case(*codes, output_field=IntegerField()),
    )
    return numbered.values_list("at_period", "at_metric", "unit_id", *_PARTS)


def _nothing(metrics: list[Metric], company: Company) -> Floats:
    return np.full((len(metrics), len(company.branches), len(_PARTS)), np.nan)


def _cards(period: Period, only: Branches, values: Floats, metrics: list[Metric], company: Company) -> _Cards:
    """The cards of the branches that change and of all units above, in the order of the key."""
    chosen = np.ones(len(company.branches), bool) if only is None else np.isin(company.branches, list(only))
    above = np.where(company.above == COMPANY, int(Level.COMPANY), int(Level.REGION))
    levels = np.concatenate([np.full(int(chosen.sum()), int(Level.BRANCH)), above])
    units = np.concatenate([company.branches[chosen], company.above])
    parts = np.concatenate([values[:, chosen], _above(values, company)], axis=1)
    ends = (
        np.stack([_with_interval(metric, parts[n]) for n, metric in enumerate(metrics)]) if metrics else parts
    )
    metric, unit = np.nonzero(~np.isnan(parts[:, :, 1]))
    order = np.lexsort((metric, units[unit], levels[unit]))
    metric, unit = metric[order], unit[order]
    numbers = np.concatenate([parts[metric, unit], ends[metric, unit]], axis=1)
    return _Cards(period, levels[unit], units[unit], metric, numbers)


def _above(values: Floats, company: Company) -> Floats:
    """(metrics, units above, 3): sums over the branches below."""
    metrics, branches, parts = values.shape
    flat = values.transpose(1, 0, 2).reshape(branches, metrics * parts)
    present = ~np.isnan(flat)
    sums = company.roll_up(np.concatenate([np.where(present, flat, 0.0), present], axis=1))
    width = metrics * parts
    total = np.where(sums[:, width:] > 0, sums[:, :width], np.nan)
    return np.asarray(total.reshape(len(company.above), metrics, parts).transpose(1, 0, 2))


def _with_interval(metric: Metric, parts: Floats) -> Floats:
    """(n, 3) value, low and high, in the metric's own scale; NaN where nothing was measured or no interval is kept."""
    ends = np.full((len(parts), len(_ENDS)), np.nan)
    measured = ~np.isnan(parts[:, 1])
    ends[measured] = np.stack(_interval(metric, parts[measured]), axis=1)
    return ends


def _interval(metric: Metric, parts: Floats) -> tuple[Floats, Floats, Floats]:
    numerator, denominator, squares = parts.T
    value = numerator / denominator * metric.scale
    nothing = np.full(len(parts), np.nan)
    if metric.interval == Interval.WILSON:
        low, high = wilson(numerator, denominator)
        return value, np.asarray(low) * metric.scale, np.asarray(high) * metric.scale
    if metric.interval == Interval.NPS:
        _value, low, high = nps((squares + numerator) / 2, (squares - numerator) / 2, denominator)
        return value, np.asarray(low), np.asarray(high)
    return value, nothing, nothing
