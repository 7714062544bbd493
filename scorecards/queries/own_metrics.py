"""The metrics that rest on the daily figures alone (METRICS: result, financial health, technology, waits)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.fields import FloatField
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from scorecards.metrics import Interval, Metric
from scorecards.models import DailyFigures


@dataclass(frozen=True)
class FiguresRatio:
    """Two inputs of the daily figures as a metric's `rows`: `over` and `under` the line, `less` taken off the first.

    Only days on which all of them were recorded count, so that a gap in one does not tilt the ratio.
    """

    over: str
    under: str
    less: str = ""

    def __call__(self, first: date, last: date) -> Any:
        """One row per branch and day, as `scorecards.metrics.Metric` wants them."""
        rows = figures_between(first, last).filter(self.recorded()).values("branch_id", "day")
        numerator, denominator = self.components()
        return rows.annotate(numerator=numerator, denominator=denominator)

    def recorded(self) -> Q:
        """The days that count."""
        names = [name for name in (self.over, self.under, self.less) if name]
        return Q(**{f"{name}__isnull": False for name in names})

    def components(self) -> tuple[Any, Any]:
        """Numerator and denominator as sums over the days that count; 0 over none. For any grouping of the figures."""
        top = F(self.over) - F(self.less) if self.less else F(self.over)
        return self._sum(top), self._sum(F(self.under))

    def _sum(self, expression: Any) -> Any:
        return Coalesce(Sum(Cast(expression, FloatField()), filter=self.recorded()), 0.0)


def figures_between(first: date, last: date) -> QuerySet[DailyFigures]:
    """The days of whole branches from first to last, both included, unordered."""
    return DailyFigures.objects.of_branches().filter(day__gte=first, day__lte=last).order_by()


METRICS = (
    Metric(
        "conversion",
        _("Conversion"),
        "result",
        FiguresRatio("buyers", "visitors"),
        min_n=30,
        interval=Interval.WILSON,
        help_text=_("Buyers out of visitors, on the days on which visitors were counted."),
    ),
    Metric(
        "basket",
        _("Basket"),
        "result",
        FiguresRatio("revenue", "orders"),
        unit="money",
        scale=1.0,
        min_n=10,
        help_text=_("Revenue per order."),
    ),
    Metric(
        "repeat",
        _("Repeat"),
        "result",
        FiguresRatio("orders", "buyers"),
        unit="",
        scale=1.0,
        min_n=10,
        help_text=_("Orders per buyer."),
    ),
    Metric(
        "repurchase_rate",
        _("Repurchase rate"),
        "result",
        FiguresRatio("repeat_orders", "buyers"),
        min_n=10,
        help_text=_("Further purchases of the same kind of product per buyer."),
    ),
    Metric(
        "extension_rate",
        _("Extension rate"),
        "result",
        FiguresRatio("extension_orders", "buyers"),
        min_n=10,
        help_text=_("Further purchases of another product per buyer."),
    ),
    Metric(
        "wait_in_standard",
        _("Waits within the standard"),
        "customer_experience",
        FiguresRatio("waits_in_standard", "waits_measured"),
        min_n=30,
        interval=Interval.WILSON,
        help_text=_("Waits within the standard out of the waits measured."),
    ),
    Metric(
        "gross_margin",
        _("Gross margin"),
        "financial_health",
        FiguresRatio("revenue", "revenue", less="cost_of_goods"),
        help_text=_("Revenue less the cost of goods, out of revenue."),
    ),
    Metric(
        "cost_ratio",
        _("Operating cost ratio"),
        "financial_health",
        FiguresRatio("operating_cost", "revenue"),
        direction=-1,
        help_text=_("Operating cost out of revenue."),
    ),
    Metric(
        "digital_share",
        _("Digital share"),
        "technology",
        FiguresRatio("digital_orders", "orders"),
        min_n=30,
        interval=Interval.WILSON,
        help_text=_("Orders through self-service or digital channels out of all orders."),
    ),
)
