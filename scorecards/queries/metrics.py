"""The registered metrics of a branch and month, capability by capability."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from branches.models import Branch, User
from formulas.periods import Kind
from scorecards.metrics import Metric, registered
from scorecards.models import Level, MetricCard

RESULT = "result"
CAPABILITIES = (
    RESULT,
    "service_quality",
    "management_efficiency",
    "customer_experience",
    "market_adaptability",
    "financial_health",
    "people_development",
    "technology",
    "brand",
    "risk",
    "improvement",
)


@dataclass(frozen=True)
class MetricLine:
    """A metric with what is known of it; `card` None where nothing was recorded in the month."""

    metric: Metric
    card: MetricCard | None

    @property
    def is_enough(self) -> bool:
        """Whether the denominator reaches the smallest that the metric asks for."""
        return self.card is not None and self.card.denominator >= self.metric.min_n


def metric_lines(user: User, branch: Branch, month: date) -> dict[str, list[MetricLine]]:
    """Capability → its registered metrics in the order of registration; capabilities without metrics are left out.

    One query. An unknown capability comes last.
    """
    cards = MetricCard.objects.for_user(user).filter(
        kind=Kind.MONTH.value, starts_on=month, level=Level.BRANCH, unit_id=branch.pk
    )
    by_code = {card.metric: card for card in cards}
    lines = [MetricLine(metric, by_code.get(code)) for code, metric in registered().items()]
    order = [*CAPABILITIES, *(line.metric.capability for line in lines)]
    groups = {code: [ln for ln in lines if ln.metric.capability == code] for code in dict.fromkeys(order)}
    return {code: group for code, group in groups.items() if group}
