"""Step two: from sums to the cards of branches and staff members, a period at a time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from branches.queries import trading_days
from formulas.arrays import Floats, Ints
from formulas.components import COMPONENTS
from formulas.periods import Period, Span
from scorecards.models import Level
from scorecards.services.recompute import numbers
from scorecards.services.recompute.blocks import Block
from scorecards.services.recompute.numbers import Columns
from scorecards.services.recompute.plan import Windows
from scorecards.services.recompute.sums import AT, Sums, places
from scorecards.services.recompute.units import Company


class TradingCalendar:
    """How many trading days each branch has in a span of a range of days; six queries for the whole range."""

    def __init__(self, company: Company, span: Span) -> None:
        self._first = span.first
        ids, matrix = trading_days(None, span.first, span.last)
        self._cumulated = np.zeros((len(company.branches), matrix.shape[1] + 1))
        place = company.place(ids)
        self._cumulated[place[place >= 0], 1:] = np.cumsum(matrix[place >= 0], axis=1)

    def due(self, span: Span) -> Floats:
        """Trading days of every branch of the company in the span, which must lie in the range: (branches,)."""
        start = (span.first - self._first).days
        return np.asarray(self._cumulated[:, start + span.days] - self._cumulated[:, start])


def branch_cards(
    period: Period, windows: Windows, sums: Sums, company: Company, due: Floats, only: frozenset[int] | None
) -> Block:
    """The cards of branches with figures in the period or a base of it, sorted by branch; `only`: of these branches."""
    known = company.place(sums.branch)
    kept = sums.where(known >= 0)
    units = company.branches
    owner = places(units, kept.branch)
    totals = _totals(windows, kept, units, owner)
    shown = _any_days(totals)
    if only is not None:
        shown &= np.isin(units, list(only))
    columns = _columns({side: total if total is None else total[shown] for side, total in totals.items()})
    columns |= {
        "unit_id": units[shown].astype(np.float64),
        "branch_id": units[shown].astype(np.float64),
        "region_id": company.regions[shown].astype(np.float64),
        "format_id": company.formats[shown].astype(np.float64),
        "days_due": due[shown],
    }
    return Block.of(period, windows.current.last, Level.BRANCH, columns)


def staff_cards(period: Period, windows: Windows, sums: Sums, company: Company) -> Block:
    """The cards of staff members with figures in the period, sorted by id: over all branches at which they worked."""
    units = np.unique(sums.staff)
    owner = places(units, sums.staff)
    totals = _totals(windows, sums, units, owner)
    current = totals["current"]
    assert current is not None
    shown = current[:, AT["days"]] > 0
    columns = _columns({side: total if total is None else total[shown] for side, total in totals.items()})
    branch = sums.last_branch(windows.current, units, owner)[shown]
    columns |= {
        "unit_id": units[shown].astype(np.float64),
        "branch_id": branch.astype(np.float64),
        "region_id": _regions_of(company, branch),
        "days_due": np.zeros(len(branch)),
    }
    return Block.of(period, windows.current.last, Level.STAFF, columns)


def calendar_span(spans: list[Span]) -> Span:
    """The range from the first to the last day of any of the spans."""
    first: date = min(span.first for span in spans)
    last = max(max(span.last, span.first - timedelta(days=1)) for span in spans)
    return Span(first, last)


def _regions_of(company: Company, branches: Ints) -> Floats:
    """The region of each branch, NaN for a branch that is not there any more."""
    place = company.place(branches)
    regions = np.full(len(branches), np.nan)
    regions[place >= 0] = company.regions[place[place >= 0]]
    return regions


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
        compared = numbers.comparison(current, None if total is None else numbers.recorded(total))
        columns |= {f"{base}_{name}": column for name, column in compared.items()}
    return columns
