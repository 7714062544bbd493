"""The registered metrics: each is asked the same question, month by month; quarters and years are sums of months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from formulas.arrays import Flags, Floats, Ints
from formulas.intervals import nps, wilson
from formulas.periods import Kind, Period, period_of, periods_between
from scorecards.metrics import Interval, Metric, registered
from scorecards.models import Level, MetricCard
from scorecards.queries.own_metrics import FiguresRatio, figures_between
from scorecards.services.recompute.above import add_up
from scorecards.services.recompute.measured import ENDS, PARTS, Cards, MetricNight, Replaced
from scorecards.services.recompute.plan import Branches, Reach, union
from scorecards.services.recompute.stored import numbers, of_periods
from scorecards.services.recompute.tables import read_matrix, read_rows
from scorecards.services.recompute.units import COMPANY, Company


def measure(months: Mapping[date, Branches], reach: Reach, company: Company) -> MetricNight:
    """Ask every metric about these months (first day → branches), and add up the quarters and years that hold them."""
    metrics = list(registered().values())
    asked = _asked(months)
    stored = _Stored.read(metrics, asked, reach, company)
    night, values = MetricNight(metrics), dict[Period, Floats]()
    for period in sorted(asked, key=_place_in_time):
        only = asked[period]
        fresh = (
            _month(metrics, period, only, reach, company)
            if period.kind == Kind.MONTH
            else _sum_of_months(_months_of(period, reach), values, stored)
        )
        values[period] = _with_others(fresh, only, stored.branches.get(period), company)
        touched = company.touched(only)
        regions = company.above[touched & (company.above != COMPANY)]
        cards = _cards(values[period], only, touched, stored.regions.get(period), metrics, company)
        night.add(period, Replaced(only, regions), cards)
        if period.kind == Kind.YEAR:
            values.clear()  # nothing adds up the months of a year that is done
    return night


def _place_in_time(period: Period) -> tuple[date, int]:
    """Months before the quarter that they end, and that before its year."""
    return period.last, list(Kind).index(period.kind)


def _asked(months: Mapping[date, Branches]) -> dict[Period, Branches]:
    """The months, then the quarters, then the years, with the branches whose values change."""
    asked = {period_of(month, Kind.MONTH): branches for month, branches in months.items()}
    for kind in (Kind.QUARTER, Kind.YEAR):
        for period in sorted({period_of(month, kind) for month in months}):
            asked[period] = union(branches for month, branches in months.items() if month in period.span)
    return asked


def _months_of(period: Period, reach: Reach) -> list[Period]:
    return periods_between(Kind.MONTH, max(period.first, reach.first), min(period.last, reach.as_of))


@dataclass(frozen=True, eq=False)
class _Stored:
    """Values that are not measured anew: of branches (metrics, branches, 3), of regions (metrics, above, 3)."""

    branches: Mapping[Period, Floats]
    regions: Mapping[Period, Floats]

    @classmethod
    def read(
        cls, metrics: list[Metric], asked: Mapping[Period, Branches], reach: Reach, company: Company
    ) -> _Stored:
        """One statement: what stands beside the changed branches, what quarters and years add up, regions below."""
        branches = _others(asked, reach, company)
        regions = {period: _regions_below(only, company) for period, only in asked.items()}
        questions = [(period, Level.BRANCH, units) for period, units in branches.items()]
        questions += [(period, Level.REGION, units) for period, units in regions.items() if len(units)]
        found = _read(questions, metrics)
        values: dict[Level, dict[Period, Floats]] = {Level.BRANCH: {}, Level.REGION: {}}
        for (period, level, _units), rows in zip(questions, found, strict=True):
            units = company.branches if level == Level.BRANCH else company.above
            values[level][period] = _spread(rows, len(metrics), units)
        return cls(values[Level.BRANCH], values[Level.REGION])


def _others(asked: Mapping[Period, Branches], reach: Reach, company: Company) -> dict[Period, Ints | None]:
    """By period the branches whose stored values are needed; None: of all."""
    needed: dict[Period, list[Branches]] = {}
    for period, only in asked.items():
        if only is not None:
            needed.setdefault(period, []).append(frozenset(company.beside(only).tolist()))
        if period.kind != Kind.MONTH:
            for month in _months_of(period, reach):
                if month not in asked or asked[month] is not None:
                    needed.setdefault(month, []).append(only)
    found: dict[Period, Ints | None] = {}
    for period, some in needed.items():
        chosen = union(some)
        if chosen is None:
            found[period] = None
        elif rest := chosen - (asked.get(period) or frozenset()):
            found[period] = np.array(sorted(rest), dtype=np.int64)
    return found


def _regions_below(only: Branches, company: Company) -> Ints:
    """The regions right below a touched unit that are not touched themselves."""
    return company.above[company.untouched_below(company.touched(only))]


def _read(questions: Sequence[tuple[Period, Level, Ints | None]], metrics: list[Metric]) -> list[Floats]:
    """For each question the rows (place of the metric, unit, numerator, denominator, squares)."""
    if not questions or not metrics:
        return [np.zeros((0, 2 + len(PARTS))) for _question in questions]
    cases = " ".join(f"WHEN %s THEN {n}" for n in range(len(metrics)))
    codes: list[object] = [metric.code for metric in metrics]
    parts, parameters = [], list[object]()
    for n, (period, level, units) in enumerate(questions):
        condition, values = of_periods([period])
        chosen = "" if units is None else f" AND unit_id IN ({numbers(units.tolist())})"
        parts.append(
            f"SELECT {n}, CASE metric {cases} END, unit_id, {', '.join(PARTS)} "  # noqa: S608  numbers only
            f"FROM {MetricCard._meta.db_table} WHERE {condition} AND level = {int(level)}{chosen}"
        )
        parameters += [*codes, *values]
    rows = read_rows(" UNION ALL ".join(parts), parameters, 3 + len(PARTS))
    rows = rows[~np.isnan(rows[:, 1])]
    return [rows[rows[:, 0] == n, 1:] for n in range(len(questions))]


def _spread(rows: Floats, metrics: int, units: Ints) -> Floats:
    """(metrics, units, 3) of stored rows; NaN where there is none."""
    values = np.full((metrics, len(units), len(PARTS)), np.nan)
    if len(units):
        place = np.searchsorted(units, rows[:, 1]).clip(max=len(units) - 1)
        known = units[place] == rows[:, 1]
        values[rows[known, 0].astype(np.int64), place[known]] = rows[known, 2:]
    return values


def _month(metrics: list[Metric], month: Period, only: Branches, reach: Reach, company: Company) -> Floats:
    """(metrics, branches, 3) of one month to date, for `only`."""
    span = month.to_date(reach.as_of)
    values = np.full((len(metrics), len(company.branches), len(PARTS)), np.nan)
    for n, table in _answers(metrics, span.first, span.last, only):
        place = company.place(table[:, 0].astype(np.int64))
        values[n, place[place >= 0]] = table[place >= 0, 1:]
    # A denominator of 0 means that nothing was measured, not a ratio of 0.
    values[values[:, :, 1] == 0] = np.nan
    return values


def _with_others(values: Floats, only: Branches, stored: Floats | None, company: Company) -> Floats:
    """The values of `only`, beside the stored ones of other branches."""
    if only is None or stored is None:
        return values
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
    rows: Iterable[dict[str, Any]] = _by_branch(answer, only) if isinstance(answer, QuerySet) else answer
    for row in rows:
        if only is not None and row["branch_id"] not in only:
            continue
        total = sums.setdefault(row["branch_id"], [0.0, 0.0, None])
        for n, name in enumerate(PARTS):
            if row.get(name) is not None:
                total[n] = (total[n] or 0.0) + float(row[name])
    return [(branch, *total) for branch, total in sums.items()]


def _by_branch(answer: QuerySet, only: Branches) -> Iterator[dict[str, Any]]:
    """SELECT the sums per branch FROM (the metric's own query), whatever that groups by."""
    sql, params = answer.order_by().query.sql_with_params()
    squares = "SUM(squares)" if "squares" in answer.query.annotation_select else "NULL"
    chosen = "" if only is None else f"WHERE branch_id IN ({numbers(sorted(only))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT branch_id, SUM(numerator), SUM(denominator), {squares} "  # noqa: S608  numbers only
            f"FROM ({sql}) AS t {chosen} GROUP BY branch_id",
            params,
        )
        for row in cursor.fetchall():
            yield dict(zip(("branch_id", *PARTS), row, strict=True))


def _sum_of_months(months: Sequence[Period], fresh: Mapping[Period, Floats], stored: _Stored) -> Floats:
    """(metrics, branches, 3) of a quarter or year: sums of its months, measured anew or from their cards."""
    parts = [
        fresh[month] if month in fresh else stored.branches[month]
        for month in months
        if month in fresh or month in stored.branches
    ]
    total = np.full(parts[0].shape, np.nan)
    for part in parts:
        total = np.where(np.isnan(total), part, total + np.nan_to_num(part))
    return total


def _cards(
    values: Floats,
    only: Branches,
    touched: Flags,
    regions: Floats | None,
    metrics: list[Metric],
    company: Company,
) -> Cards:
    """The cards of the branches that change and of the touched units above, in the order of the key."""
    chosen = np.ones(len(company.branches), bool) if only is None else np.isin(company.branches, list(only))
    above = company.above[touched]
    levels = np.concatenate(
        [
            np.full(int(chosen.sum()), int(Level.BRANCH)),
            np.where(above == COMPANY, int(Level.COMPANY), int(Level.REGION)),
        ]
    )
    units = np.concatenate([company.branches[chosen], above])
    parts = np.concatenate([values[:, chosen], _above(values, touched, regions, company)[:, touched]], axis=1)
    ends = (
        np.stack([_with_interval(metric, parts[n]) for n, metric in enumerate(metrics)]) if metrics else parts
    )
    metric, unit = np.nonzero(~np.isnan(parts[:, :, 1]))
    order = np.lexsort((metric, units[unit], levels[unit]))
    metric, unit = metric[order], unit[order]
    numbers = np.concatenate([parts[metric, unit], ends[metric, unit]], axis=1)
    return Cards(levels[unit], units[unit], metric, numbers)


def _above(values: Floats, touched: Flags, regions: Floats | None, company: Company) -> Floats:
    """(metrics, above, 3): sums of a unit's own branches and of the regions right below it, level by level.

    `regions`: the stored values of regions that are not touched.
    """
    metrics, _branches, parts = values.shape
    width, size = metrics * parts, len(company.above)
    cards = np.full((size, width), np.nan) if regions is None else _flat(regions)
    total = add_up(_given(_flat(values)), company.region_place, size)
    for level in range(int(company.depth.max(initial=0)), -1, -1):
        here = company.depth == level
        made = here & touched
        cards[made] = np.where(total[made, width:] > 0, total[made, :width], np.nan)
        if level:
            total += add_up(_given(cards[here]), company.parent[here], size)
    return cards.reshape(size, metrics, parts).transpose(1, 0, 2)


def _flat(values: Floats) -> Floats:
    """(metrics, units, 3) as (units, metrics · 3)."""
    return values.transpose(1, 0, 2).reshape(values.shape[1], -1).copy()


def _given(parts: Floats) -> Floats:
    """The parts, 0 where there is none, and whether there is one."""
    present = ~np.isnan(parts)
    return np.column_stack([np.where(present, parts, 0.0), present])


def _with_interval(metric: Metric, parts: Floats) -> Floats:
    """(n, 3) value, low and high, in the metric's own scale; NaN where nothing was measured or no interval is kept."""
    ends = np.full((len(parts), len(ENDS)), np.nan)
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
