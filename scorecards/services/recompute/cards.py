"""Step two: from sums to the cards of branches and staff members, a period at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from branches.queries import trading_days
from formulas.arrays import Flags, Floats, Ints
from formulas.components import COMPONENTS
from formulas.periods import Period, Span
from scorecards.models import Level
from scorecards.services.recompute import numbers
from scorecards.services.recompute.blocks import Block
from scorecards.services.recompute.columns import AT
from scorecards.services.recompute.numbers import Columns
from scorecards.services.recompute.plan import Branches, Windows
from scorecards.services.recompute.sums import Sums, places
from scorecards.services.recompute.units import Company


class TradingCalendar:
    """How many trading days branches have in a span of a range of days; six queries for the whole range.

    `only`: these branches; others then have none.
    """

    def __init__(self, company: Company, span: Span, only: Branches = None) -> None:
        self._first = span.first
        ids, matrix = trading_days(None if only is None else sorted(only), span.first, span.last)
        self._cumulated = np.zeros((len(company.branches), matrix.shape[1] + 1))
        place = company.place(ids)
        self._cumulated[place[place >= 0], 1:] = np.cumsum(matrix[place >= 0], axis=1)

    def due(self, span: Span) -> Floats:
        """Trading days of every branch of the company in the span, which must lie in the range: (branches,)."""
        start = (span.first - self._first).days
        return np.asarray(self._cumulated[:, start + span.days] - self._cumulated[:, start])


def branch_cards(
    windows: Mapping[Period, Windows],
    sums: Sums,
    company: Company,
    calendar: TradingCalendar,
    only: Mapping[Period, Branches],
) -> dict[Period, Block]:
    """By period the cards of branches with figures in it or in a base of it, sorted by branch; `only`: of these.

    Periods that have the same bases are computed side by side.
    """
    kept = sums.where(company.place(sums.branch) >= 0)
    owner = places(company.branches, kept.branch)
    blocks: dict[Period, Block] = {}
    for alike in _alike(windows):
        totals = _stacked([windows[period] for period in alike], kept, company.branches, owner)
        chosen = np.concatenate([_chosen(company, only[period]) for period in alike])
        due = np.concatenate([calendar.due(windows[period].current) for period in alike])
        shown = _any_days(totals) & chosen
        columns = _columns(_where(totals, shown)) | _unit_columns(company, len(alike), shown)
        columns |= {"days_due": due[shown], "branches": np.ones(int(shown.sum()))}
        for period, rows in zip(alike, np.split(shown, len(alike)), strict=True):
            count = int(rows.sum())
            part = {name: column[:count] for name, column in columns.items()}
            columns = {name: column[count:] for name, column in columns.items()}
            blocks[period] = Block.of(period, windows[period].current.last, Level.BRANCH, part)
    return blocks


def _alike(windows: Mapping[Period, Windows]) -> list[list[Period]]:
    """The periods in groups that have the same bases."""
    groups: dict[tuple[bool, bool], list[Period]] = {}
    for period, found in windows.items():
        groups.setdefault((found.previous is None, found.year_before is None), []).append(period)
    return list(groups.values())


def _chosen(company: Company, only: Branches) -> Flags:
    if only is None:
        return np.ones(len(company.branches), dtype=bool)
    return np.asarray(np.isin(company.branches, list(only)))


def _stacked(windows: list[Windows], sums: Sums, units: Ints, owner: Ints) -> dict[str, Floats | None]:
    """The totals of several periods with the same bases, one below the other."""
    found = [_totals(each, sums, units, owner) for each in windows]
    return {
        side: None if total is None else np.concatenate([each[side] for each in found])
        for side, total in found[0].items()
    }


def _where(totals: dict[str, Floats | None], shown: Flags) -> dict[str, Floats | None]:
    return {side: None if total is None else total[shown] for side, total in totals.items()}


def _unit_columns(company: Company, times: int, shown: Flags) -> Columns:
    columns = {
        "unit_id": company.branches,
        "branch_id": company.branches,
        "region_id": company.regions,
        "format_id": company.formats,
    }
    return {name: np.tile(column, times)[shown].astype(np.float64) for name, column in columns.items()}


def staff_cards(period: Period, windows: Windows, sums: Sums, company: Company) -> Block:
    """The cards of staff members with figures in the period, sorted by id: over all branches at which they worked."""
    units = np.unique(sums.staff)
    owner = places(units, sums.staff)
    totals = _totals(windows, sums, units, owner)
    current = totals["current"]
    assert current is not None
    shown = current[:, AT["days"]] > 0
    columns = _columns(_where(totals, shown))
    branch = sums.last_branch(windows.current, units, owner)[shown]
    columns |= {
        "unit_id": units[shown].astype(np.float64),
        "branch_id": branch.astype(np.float64),
        "region_id": company.regions_of(branch),
        "days_due": np.zeros(len(branch)),
    }
    return Block.of(period, windows.current.last, Level.STAFF, columns)


def calendar_span(spans: list[Span]) -> Span:
    """The range from the first to the last day of any of the spans."""
    first: date = min(span.first for span in spans)
    last = max(max(span.last, span.first - timedelta(days=1)) for span in spans)
    return Span(first, last)


def _totals(windows: Windows, sums: Sums, units: Ints, owner: Ints) -> dict[str, Floats | None]:
    spans = {"current": windows.current, "previous": windows.previous, "year_before": windows.year_before}
    return {side: None if span is None else sums.over(span, units, owner) for side, span in spans.items()}


def _any_days(totals: dict[str, Floats | None]) -> np.ndarray:
    days = [total[:, AT["days"]] > 0 for total in totals.values() if total is not None]
    return np.asarray(np.logical_or.reduce(days))


def _columns(totals: dict[str, Floats | None]) -> Columns:
    """Everything on a card that follows from its sums."""
    assert totals["current"] is not None
    current = numbers.recorded(totals["current"])
    kept = ("days", "known", "visitor_days", "revenue_variance", "buyers_counted", *COMPONENTS)
    columns = {name: current[name] for name in kept} | numbers.factors(current)
    for base in numbers.BASES:
        total = totals[base]
        before = None
        if total is not None:
            before = numbers.recorded(total) | numbers.sureness(totals["current"], total, base)
        compared = numbers.comparison(current, before)
        columns |= {f"{base}_{name}": column for name, column in compared.items()}
    return columns
