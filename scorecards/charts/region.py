"""The charts of the region's pages: numbers and translated labels in, options and tables out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from ui import charts

Option = dict[str, Any]
Growth = tuple[str, float | None, float | None, float | None, bool]


def drivers_option(parts: Sequence[tuple[str, int]], *, total_label: str) -> Option | None:
    """A change of revenue explained: (name, minor units) in the order of the formula; None without parts."""
    if not parts:
        return None
    names, values = zip(*parts, strict=True)
    return charts.waterfall_option(names, values, total_label=total_label)


def growth_option(rows: Iterable[Growth], *, unchanged: str) -> Option | None:
    """Branches by growth, the best first: (name, growth, low, high as fractions, whether it is surely behind).

    None with fewer than two known. A dot is coloured only where the growth is sure: what chance or missing days may
    explain stays grey.
    """
    dots = [
        charts.Dot(name, growth, low, high, False, _colour(low, is_behind))
        for name, growth, low, high, is_behind in rows
        if growth is not None
    ]
    if len(dots) < 2:
        return None
    dots.sort(key=attrgetter("value"), reverse=True)
    return charts.dot_plot_option(dots, number_format="percent", reference=(unchanged, 0.0))


def _colour(low: float | None, is_behind: bool) -> str:
    if low is not None and low > 0:
        return "@up"
    return "@down" if is_behind else "@muted"
