"""What the nightly recompute writes and every page reads: cards with components, comparisons, drivers and ranks."""

from __future__ import annotations

import operator
from functools import reduce

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from branches.models import Branch, User


class Level(models.IntegerChoices):
    """What a card is about."""

    STAFF = 1, _("staff member")
    BRANCH = 2, _("branch")
    REGION = 3, _("region")
    COMPANY = 4, _("company")


class CardQuerySet(models.QuerySet["Card"]):
    """Cards, by what a user may see."""

    def for_user(self, user: User) -> CardQuerySet:
        """The cards of the units in scope.

        Regional staff: the regions of their subtree, the branches and the staff below them. Managers: their branches
        and the staff there. Staff members: their own. The company's card: administrators only.
        """
        scope = user.scope
        if scope.everything:
            return self
        if user.role == "staff":
            return self.filter(level=Level.STAFF, unit_id=scope.staff_id or -1)
        if scope.region_ids:
            return self.filter(region_id__in=scope.region_ids)
        return self.filter(level__in=[Level.STAFF, Level.BRANCH], branch_id__in=scope.branch_ids)


EFFECTS: dict[str, tuple[str, ...]] = {
    "visitors": ("visitors",),
    "conversion": ("conversion",),
    "basket": ("basket",),
    "repeat": ("repurchase", "extension", "repeat"),
}
"""What the league table shows beside a factor: the parts of formulas.lmdi.PARTS that belong to it."""


def effect(against: str, factor: str) -> CombinedExpression | F:
    """The money that a factor explains, as an expression over a card; NULL where there is no comparison."""
    first, *others = [F(f"{against}_driver_{part}") for part in EFFECTS[factor]]
    return reduce(operator.add, others, first)


def _by(field: str) -> models.Index:
    """The index of the league table for one sort, largest first."""
    return models.Index(
        fields=["kind", "starts_on", f"-{field}", "-unit_id"],
        condition=Q(level=Level.BRANCH),
        name=f"card_by_{field}",
    )


class Card(models.Model):
    """A unit's period to date: sums, the same of two comparison periods, why revenue differs, and the rank.

    Period: `kind` (D, W, M, Q, Y) and `starts_on`; the sums run to `ends_on` (the period's last day, or the newest
    day of the run while it lasts). Levels and units: staff member, branch, region, company (unit 0). A region's card
    has its own id in `region_id`; a branch's its region's; a staff member's the branch where the period's figures were
    made last. Day cards are kept for regions and the company, and for branches over the last fortnight: the facts
    themselves are the days of branches and staff.

    Money in whole minor units. NULL: not recorded on any day. `known`: bits of formulas.components.KNOWN_BIT, set
    where the input was recorded on every day with figures (for a region: at every branch). `buyers_counted`: buyers on
    the days on which visitors were counted, so that conversion = buyers_counted / visitors holds with a broken counter.
    `branches`: how many branches below have a card of the period, 1 for a branch itself (NULL for staff, and until
    they are computed anew). `days`: branch-days with figures; `days_due`: trading days in the span by the calendar,
    counted over branches (0 for staff). A branch without figures in the period still has a card (days 0, sums NULL)
    where it had some in a base: its region's "openings and closures" then add up. `conversion`, `basket`, `repeat`
    are NULL where an input that they rest on was not recorded every day, but conversion, which rests on the days
    that were counted.
    `previous_…`: the same place in the period before; `year_before_…`: 364 days earlier (same weekdays); all NULL where
    the comparison would begin before the first figures of the company. `…_chain`: formulas.performance.Chain, for a
    region the shortest of its branches. `…_driver_…`: the parts of formulas.lmdi.PARTS, in minor units, adding up to
    `…_change` exactly; a region's are the sums of its branches'. `…_growth`: revenue / revenue before − 1; `_low` and
    `_high`: 95 % interval from the day-to-day variation within weekdays, against the year before day by day
    (`formulas.growth`). It rests on `…_revenue_variance`, that of revenue − (1 + growth) × revenue before, in minor
    units squared; a region's is the sum of its branches'. `revenue_variance`: that of the revenue itself.
    `…_rank`: place among the branches of the same format by growth of revenue; `_best`/`_worst` the places that the
    intervals allow. Derived only: `scorecards.services.recompute` writes it from the facts and nothing patches it.
    """

    pk = models.CompositePrimaryKey("kind", "starts_on", "level", "unit_id")
    kind = models.CharField(max_length=1)
    starts_on = models.DateField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    unit_id = models.BigIntegerField()
    ends_on = models.DateField()
    branch_id = models.BigIntegerField(null=True)
    region_id = models.BigIntegerField(null=True)
    format_id = models.BigIntegerField(null=True)
    branches = models.IntegerField(null=True)
    days = models.IntegerField(default=0)
    days_due = models.IntegerField(default=0)
    known = models.SmallIntegerField(default=0)
    visitor_days = models.IntegerField(default=0)
    revenue_variance = models.FloatField(null=True)
    buyers_counted = models.BigIntegerField(null=True)
    visitors = models.BigIntegerField(null=True)
    buyers = models.BigIntegerField(null=True)
    orders = models.BigIntegerField(null=True)
    repeat_orders = models.BigIntegerField(null=True)
    extension_orders = models.BigIntegerField(null=True)
    revenue = models.BigIntegerField(null=True)
    cost_of_goods = models.BigIntegerField(null=True)
    operating_cost = models.BigIntegerField(null=True)
    digital_orders = models.BigIntegerField(null=True)
    new_customers = models.BigIntegerField(null=True)
    waits_measured = models.BigIntegerField(null=True)
    waits_in_standard = models.BigIntegerField(null=True)
    conversion = models.FloatField(null=True)
    basket = models.FloatField(null=True)
    repeat = models.FloatField(null=True)
    previous_days = models.IntegerField(default=0)
    previous_known = models.SmallIntegerField(default=0)
    previous_visitor_days = models.IntegerField(default=0)
    previous_revenue_variance = models.FloatField(null=True)
    previous_buyers_counted = models.BigIntegerField(null=True)
    previous_visitors = models.BigIntegerField(null=True)
    previous_buyers = models.BigIntegerField(null=True)
    previous_orders = models.BigIntegerField(null=True)
    previous_repeat_orders = models.BigIntegerField(null=True)
    previous_extension_orders = models.BigIntegerField(null=True)
    previous_revenue = models.BigIntegerField(null=True)
    previous_chain = models.SmallIntegerField(default=0)
    previous_change = models.BigIntegerField(null=True)
    previous_driver_visitors = models.BigIntegerField(null=True)
    previous_driver_conversion = models.BigIntegerField(null=True)
    previous_driver_buyers = models.BigIntegerField(null=True)
    previous_driver_orders = models.BigIntegerField(null=True)
    previous_driver_basket = models.BigIntegerField(null=True)
    previous_driver_repurchase = models.BigIntegerField(null=True)
    previous_driver_extension = models.BigIntegerField(null=True)
    previous_driver_repeat = models.BigIntegerField(null=True)
    previous_driver_revenue = models.BigIntegerField(null=True)
    previous_driver_openings = models.BigIntegerField(null=True)
    previous_growth = models.FloatField(null=True)
    previous_growth_low = models.FloatField(null=True)
    previous_growth_high = models.FloatField(null=True)
    previous_rank = models.IntegerField(null=True)
    previous_rank_of = models.IntegerField(null=True)
    previous_rank_best = models.IntegerField(null=True)
    previous_rank_worst = models.IntegerField(null=True)
    year_before_days = models.IntegerField(default=0)
    year_before_known = models.SmallIntegerField(default=0)
    year_before_visitor_days = models.IntegerField(default=0)
    year_before_revenue_variance = models.FloatField(null=True)
    year_before_buyers_counted = models.BigIntegerField(null=True)
    year_before_visitors = models.BigIntegerField(null=True)
    year_before_buyers = models.BigIntegerField(null=True)
    year_before_orders = models.BigIntegerField(null=True)
    year_before_repeat_orders = models.BigIntegerField(null=True)
    year_before_extension_orders = models.BigIntegerField(null=True)
    year_before_revenue = models.BigIntegerField(null=True)
    year_before_chain = models.SmallIntegerField(default=0)
    year_before_change = models.BigIntegerField(null=True)
    year_before_driver_visitors = models.BigIntegerField(null=True)
    year_before_driver_conversion = models.BigIntegerField(null=True)
    year_before_driver_buyers = models.BigIntegerField(null=True)
    year_before_driver_orders = models.BigIntegerField(null=True)
    year_before_driver_basket = models.BigIntegerField(null=True)
    year_before_driver_repurchase = models.BigIntegerField(null=True)
    year_before_driver_extension = models.BigIntegerField(null=True)
    year_before_driver_repeat = models.BigIntegerField(null=True)
    year_before_driver_revenue = models.BigIntegerField(null=True)
    year_before_driver_openings = models.BigIntegerField(null=True)
    year_before_growth = models.FloatField(null=True)
    year_before_growth_low = models.FloatField(null=True)
    year_before_growth_high = models.FloatField(null=True)
    year_before_rank = models.IntegerField(null=True)
    year_before_rank_of = models.IntegerField(null=True)
    year_before_rank_best = models.IntegerField(null=True)
    year_before_rank_worst = models.IntegerField(null=True)
    trend = models.JSONField(null=True)
    """Revenue of the last 13 whole weeks, oldest first, minor units or null; month cards, not those of staff."""
    # No column and no constraint: a way to read a branch's card together with its name, and to sort by it.
    unit_branch = models.ForeignObject(
        Branch,
        on_delete=models.DO_NOTHING,
        from_fields=["unit_id"],
        to_fields=["id"],
        related_name="+",
        null=True,
        editable=False,
    )

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        indexes = [
            # The league table: one index for every order that it offers, walked in both directions.
            *(_by(field) for field in ("revenue", "visitors", "conversion", "basket", "repeat")),
            *(_by(f"{against}_growth") for against in ("previous", "year_before")),
            models.Index(
                "kind",
                "starts_on",
                F("days_due") - F("days"),
                "unit_id",
                condition=Q(level=Level.BRANCH),
                name="card_by_missing_days",
            ),
            # By change, the cards of regions first: a region's own card and its largest losses in one read.
            *(
                models.Index(
                    fields=["kind", "starts_on", "-level", f"{against}_change", "unit_id"],
                    condition=Q(level__gte=Level.BRANCH),
                    name=f"card_by_{against}_change",
                )
                for against in ("previous", "year_before")
            ),
            # By the money that one factor explains; offered for months only, to keep the other nights short.
            *(
                models.Index(
                    "starts_on",
                    effect(against, factor),
                    "unit_id",
                    condition=Q(kind="M", level=Level.BRANCH),
                    name=f"card_{against[:4]}_effect_{factor[:5]}",
                )
                for against in ("previous", "year_before")
                for factor in EFFECTS
            ),
            # One unit's history (trend, branch page).
            models.Index(fields=["level", "unit_id", "kind", "starts_on"], name="card_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on} {self.level}:{self.unit_id}"


class MetricCardQuerySet(models.QuerySet["MetricCard"]):
    """Values of registered metrics, by what a user may see."""

    def for_user(self, user: User) -> MetricCardQuerySet:
        """As for cards: own rows, own branches, the subtree, or everything."""
        scope = user.scope
        if scope.everything:
            return self
        if user.role == "staff":
            return self.filter(level=Level.STAFF, unit_id=scope.staff_id or -1)
        if scope.region_ids:
            branches = Branch.objects.filter(region__in=scope.region_ids).values("pk")
            return self.filter(
                Q(level=Level.BRANCH, unit_id__in=branches)
                | Q(level=Level.REGION, unit_id__in=scope.region_ids)
            )
        return self.filter(level=Level.BRANCH, unit_id__in=scope.branch_ids)


class MetricCard(models.Model):
    """A registered metric's components for a unit and period, its value and 95 % interval.

    `numerator` and `denominator` are sums; `value` is their ratio times the metric's scale, NULL over nothing.
    `squares` (Σ of squared single answers) is kept for net promoter scores, whose interval rests on it.
    """

    pk = models.CompositePrimaryKey("kind", "starts_on", "level", "unit_id", "metric")
    kind = models.CharField(max_length=1)
    starts_on = models.DateField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    unit_id = models.BigIntegerField()
    metric = models.CharField(max_length=40)
    numerator = models.FloatField()
    denominator = models.FloatField()
    squares = models.FloatField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    objects = MetricCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("metric value")
        verbose_name_plural = _("metric values")

    def __str__(self) -> str:
        return f"{self.metric} {self.kind} {self.starts_on} {self.level}:{self.unit_id}"
