"""The register of metrics: an app says here what it can measure; the recompute asks every one the same question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class Interval(StrEnum):
    """How a metric's 95 % interval is computed; the page names it."""

    WILSON = "wilson"
    NPS = "nps"
    NONE = "none"


Rows = Callable[[date, date], Iterable[dict[str, Any]]]


@dataclass(frozen=True)
class Metric:
    """A ratio of two additive components.

    `rows(first, last)`, both days included, gives dictionaries with branch_id, day, numerator, denominator and, for
    NPS, squares (Σ of the squared single answers −1, 0, 1), summed by the database: a `.values().annotate()`
    queryset, one row per branch and day; branches or days without anything have no row. It is asked for whole ranges
    and for all branches at once. `scale`: value = numerator / denominator × scale. `direction`: 1 higher is
    better, −1 lower, 0 a target. `min_n`: below this denominator the value is shown as "not enough data".
    """

    code: str
    name: str | Promise
    capability: str
    rows: Rows
    direction: int = 1
    unit: str = "%"
    scale: float = 100.0
    min_n: float = 0
    interval: Interval = Interval.NONE
    help_text: str | Promise = field(default="")


_metrics: dict[str, Metric] = {}


def register(metric: Metric) -> None:
    """Add a metric; called by an app's `ready`. ValueError if another metric has its code."""
    if _metrics.get(metric.code, metric) != metric:
        raise ValueError(f"two metrics are called {metric.code}")
    _metrics[metric.code] = metric


def registered() -> dict[str, Metric]:
    """Every metric by its code, in the order of registration (lower floors first)."""
    return dict(_metrics)
