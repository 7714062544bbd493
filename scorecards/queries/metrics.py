"""The registered metrics of a branch and month, capability by capability."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from branches.models import Branch, User
from formulas.intervals import difference
from formulas.periods import Kind, period_of
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
    """A metric with what is known of it; `card` and `before` None where nothing was recorded in that month.

    `before` is the whole month before, also beside a month that is not over: ratios can be compared all the same.
    """

    metric: Metric
    card: MetricCard | None
    before: MetricCard | None = None

    @property
    def is_enough(self) -> bool:
        """Whether the denominator reaches the smallest that the metric asks for."""
        return self._enough(self.card)

    @property
    def pair(self) -> tuple[float, float] | None:
        """The values of this month and the one before; None where either has too little to go by."""
        if not (self._enough(self.card) and self._enough(self.before)):
            return None
        now, before = (None if card is None else card.value for card in (self.card, self.before))
        return None if now is None or before is None else (now, before)

    @property
    def is_clear(self) -> bool:
        """Whether the change is more than chance: the 95 % interval of the difference leaves 0 out."""
        low, high = _difference(self.card, self.before)
        return low > 0 or high < 0

    def _enough(self, card: MetricCard | None) -> bool:
        return card is not None and card.denominator >= self.metric.min_n


def _difference(card: MetricCard | None, before: MetricCard | None) -> tuple[float, float]:
    """NaN where one of the two has no value or no interval."""
    ends = [(c.value, (c.low, c.high)) if c else (None, (None, None)) for c in (card, before)]
    (value, within), (base, base_within) = ends
    low, high = difference(value, within, base, base_within)  # type: ignore[arg-type]
    return float(low), float(high)


def metric_lines(user: User, branch: Branch, month: date) -> dict[str, list[MetricLine]]:
    """Capability → its registered metrics in the order of registration; capabilities without metrics are left out.

    One query, which reads the month before as well. An unknown capability comes last.
    """
    before = period_of(month, Kind.MONTH).previous().first
    cards = MetricCard.objects.for_user(user).filter(
        kind=Kind.MONTH.value, starts_on__in=(month, before), level=Level.BRANCH, unit_id=branch.pk
    )
    found = {(card.metric, card.starts_on): card for card in cards}
    lines = [
        MetricLine(metric, found.get((code, month)), found.get((code, before)))
        for code, metric in registered().items()
    ]
    order = [*CAPABILITIES, *(line.metric.capability for line in lines)]
    groups = {code: [ln for ln in lines if ln.metric.capability == code] for code in dict.fromkeys(order)}
    return {code: group for code, group in groups.items() if group}
