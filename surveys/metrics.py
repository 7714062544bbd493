"""The metrics that this app owns: customer satisfaction and the net promoter score."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from scorecards import metrics
from scorecards.metrics import Interval, Metric
from surveys.models import Answer
from surveys.queries import ENOUGH, detractors, promoters, satisfied


def connect() -> None:
    """Register them; called when the app has loaded."""
    metrics.register(
        Metric(
            code="csat",
            name=_("Customer satisfaction"),
            capability="service_quality",
            rows=csat,
            min_n=ENOUGH,
            interval=Interval.WILSON,
            help_text=_("Answers of 4 or 5 on the scale of 1 to 5, of all answers."),
        )
    )
    metrics.register(
        Metric(
            code="nps",
            name=_("Net promoter score"),
            capability="customer_experience",
            rows=nps,
            unit="",
            min_n=ENOUGH,
            interval=Interval.NPS,
            help_text=_("Answers of 9 or 10 less answers of 0 to 6, of all answers on 0 to 10, times 100."),
        )
    )


def csat(first: date, last: date) -> Iterable[Any]:
    """Answers of 4 or 5 / CSAT answers, by branch and local day."""
    rows = Answer.objects.between(first, last).filter(csat__isnull=False).order_by()
    return rows.values("branch_id", "day").annotate(
        numerator=Count("pk", filter=satisfied), denominator=Count("pk")
    )


def nps(first: date, last: date) -> Iterable[Any]:
    """Promoters less detractors / NPS answers, by branch and local day; `squares`: both added up."""
    rows = Answer.objects.between(first, last).filter(nps__isnull=False).order_by()
    for_, against = Count("pk", filter=promoters), Count("pk", filter=detractors)
    return rows.values("branch_id", "day").annotate(
        numerator=for_ - against, denominator=Count("pk"), squares=for_ + against
    )
