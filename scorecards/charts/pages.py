"""The charts of the Today, branch and staff pages: numbers and translated labels in, options and tables out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ui import charts

Option = dict[str, Any]

EXACT_BELOW = 10**9
"""Minor units, below which a contribution has room to be written in full."""


def drivers_option(parts: Sequence[tuple[str, int]], *, total_label: str) -> Option | None:
    """A change of revenue explained: (name, minor units) in the order of the formula; None without parts."""
    if not parts:
        return None
    names, values = zip(*parts, strict=True)
    exact = max(map(abs, values)) < EXACT_BELOW
    return charts.waterfall_option(names, values, total_label=total_label, exact=exact)


def trend_option(
    weeks: Sequence[tuple[str, int | None, int | None]], *, name: str, base_name: str
) -> Option | None:
    """Weeks of revenue (label, minor units, a year before); the second line only where it has figures.

    None with fewer than two known weeks: a line needs two points.
    """
    if sum(value is not None for _, value, _ in weeks) < 2:
        return None
    lines = [charts.Line(name, [value for _, value, _ in weeks], colour="@accent")]
    if any(base is not None for _, _, base in weeks):
        lines.append(charts.Line(base_name, [base for _, _, base in weeks], colour="@muted", dashed=True))
    return charts.line_option([label for label, _, _ in weeks], lines, number_format="money")


def days_option(
    days: Sequence[tuple[date, float | None]], *, first: date, last: date, name: str, kind: str
) -> Option | None:
    """The days as a calendar heat map from first to last; None where no day has a value."""
    if all(value is None for _, value in days):
        return None
    return charts.calendar_option(days, first=first, last=last, name=name, number_format=kind)
