"""The facts: what a branch, and where known a staff member, did on a day; and who changed which figure."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models import Branch, User

WHOLE_BRANCH = 0
"""`staff_id` of the row that holds the whole branch's day (a key has no nullable column)."""


class Source(models.IntegerChoices):
    """Where a figure came from."""

    ENTRY = 1, _("entry")
    IMPORT = 2, _("import")
    API = 3, _("API")


class FiguresQuerySet(models.QuerySet["DailyFigures"]):
    """Facts, by what a user may see and by level."""

    def for_user(self, user: User) -> FiguresQuerySet:
        """All rows of the branches in scope; for a staff member the rows of that person only."""
        scope = user.scope
        if scope.everything:
            return self
        if user.role == "staff":
            return self.filter(staff_id=scope.staff_id or -1)
        return self.filter(branch__in=Branch.objects.for_user(user))

    def of_branches(self) -> FiguresQuerySet:
        """The rows of whole branches: every branch-day with figures has exactly one."""
        return self.filter(staff_id=WHOLE_BRANCH)

    def of_staff(self) -> FiguresQuerySet:
        """The rows of single staff members."""
        return self.filter(staff_id__gt=WHOLE_BRANCH)


class DailyFigures(models.Model):
    """One row per branch, day and staff member, and always one for the whole branch (`staff_id` 0).

    All inputs are additive; NULL is "not recorded", never 0. Money is in whole minor units. Where staff rows record
    an input, the branch row holds their sum; inputs that no staff row records (visitors counted at the door) are the
    branch row's own. Sums over branches read branch rows only, so nothing is counted twice.
    """

    pk = models.CompositePrimaryKey("day", "branch_id", "staff_id")
    day = models.DateField(_("day"))
    branch = models.ForeignKey(
        Branch,
        verbose_name=_("branch"),
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    staff_id = models.BigIntegerField(_("staff member"), default=WHOLE_BRANCH)
    visitors = models.BigIntegerField(_("visitors"), null=True, blank=True)
    buyers = models.BigIntegerField(_("buyers"), null=True, blank=True)
    orders = models.BigIntegerField(_("orders"), null=True, blank=True)
    repeat_orders = models.BigIntegerField(_("repeat orders"), null=True, blank=True)
    extension_orders = models.BigIntegerField(_("extension orders"), null=True, blank=True)
    revenue = models.BigIntegerField(_("revenue"), null=True, blank=True)
    cost_of_goods = models.BigIntegerField(_("cost of goods"), null=True, blank=True)
    operating_cost = models.BigIntegerField(_("operating cost"), null=True, blank=True)
    digital_orders = models.BigIntegerField(_("digital orders"), null=True, blank=True)
    new_customers = models.BigIntegerField(_("new customers"), null=True, blank=True)
    waits_measured = models.BigIntegerField(_("waits measured"), null=True, blank=True)
    waits_in_standard = models.BigIntegerField(_("waits in standard"), null=True, blank=True)
    source = models.PositiveSmallIntegerField(_("source"), choices=Source.choices, default=Source.ENTRY)
    import_id = models.BigIntegerField(_("import"), null=True, blank=True)
    marked_open = models.BooleanField(_("traded on a closed day"), default=False)
    revision = models.PositiveIntegerField(_("revision"), default=1)

    objects = FiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily figures")
        verbose_name_plural = _("daily figures")
        constraints = [
            models.CheckConstraint(
                condition=Q(visitors__isnull=True) | Q(visitors__gte=0), name="figures_visitors_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(buyers__isnull=True) | Q(buyers__gte=0), name="figures_buyers_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(orders__isnull=True) | Q(orders__gte=0), name="figures_orders_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(repeat_orders__isnull=True) | Q(repeat_orders__gte=0),
                name="figures_repeat_orders_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(extension_orders__isnull=True) | Q(extension_orders__gte=0),
                name="figures_extension_orders_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(revenue__isnull=True) | Q(revenue__gte=0), name="figures_revenue_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(visitors__isnull=True) | Q(buyers__isnull=True) | Q(buyers__lte=F("visitors")),
                name="figures_buyers_within_visitors",
                violation_error_message=_("There cannot be more buyers than visitors."),
            ),
            models.CheckConstraint(
                condition=Q(orders__isnull=True)
                | Q(buyers__isnull=True)
                | Q(repeat_orders__isnull=True)
                | Q(extension_orders__isnull=True)
                | Q(orders=F("buyers") + F("repeat_orders") + F("extension_orders")),
                name="figures_orders_add_up",
                violation_error_message=_("Orders must be buyers + repeat orders + extension orders."),
            ),
            models.CheckConstraint(
                condition=Q(waits_measured__isnull=True)
                | Q(waits_in_standard__isnull=True)
                | Q(waits_in_standard__lte=F("waits_measured")),
                name="figures_waits_within_measured",
            ),
            models.CheckConstraint(condition=Q(staff_id__gte=0), name="figures_staff_id_not_negative"),
        ]
        indexes = [
            # A branch's own days (branch page, entry form, history). The key serves all branches by day: it holds the
            # staff member too, so that rows of whole branches are told from the others without reading them.
            models.Index(fields=["branch", "day"], name="figures_branch_day"),
            # A staff member's own days.
            models.Index(fields=["staff_id", "day"], condition=Q(staff_id__gt=0), name="figures_staff_day"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.day}"


class FigureChangeQuerySet(models.QuerySet["FigureChange"]):
    """Changes, by what a user may see."""

    def for_user(self, user: User) -> FigureChangeQuerySet:
        """Changes at the branches in scope; for a staff member those of that person's own rows."""
        scope = user.scope
        if scope.everything:
            return self
        if user.role == "staff":
            return self.filter(staff_id=scope.staff_id or -1)
        return self.filter(branch__in=Branch.objects.for_user(user))


class FigureChange(models.Model):
    """One change of one row of figures: which inputs went from what to what, by whom, why.

    `before` and `after` hold only the inputs that differ; `before` is empty for a new row,
    `after` is empty for a row taken away. The first load of a row is kept too, except by imports, whose own record
    (`import_id`, with the file) serves for rows that were new. `replaced_…`: whose figures the row held before, so that
    they are that import's again when the change is undone (NULL: new, or not known).
    """

    day = models.DateField(_("day"))
    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    staff_id = models.BigIntegerField(_("staff member"), default=WHOLE_BRANCH)
    before = models.JSONField(_("from"), default=dict)
    after = models.JSONField(_("to"), default=dict)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    source = models.PositiveSmallIntegerField(_("source"), choices=Source.choices)
    import_id = models.BigIntegerField(_("import"), null=True, blank=True, db_index=True)
    replaced_source = models.PositiveSmallIntegerField(null=True, blank=True, choices=Source.choices)
    replaced_import_id = models.BigIntegerField(null=True, blank=True)
    why = models.CharField(_("why"), max_length=300, blank=True)

    objects = FigureChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of figures")
        verbose_name_plural = _("changes of figures")
        indexes = [
            # The history of a branch's day.
            models.Index(fields=["branch", "day"], name="figure_change_branch_day"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.day} {self.at:%Y-%m-%d %H:%M}"
