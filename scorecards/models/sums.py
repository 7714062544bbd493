"""The recompute's own memory: what each month of the facts adds up to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthSums(models.Model):
    """The sums of one (month, branch, staff member) of the facts; `staff_id` 0: the whole branch.

    Always made anew from the facts of that month, so that a year is twelve rows and not 365. Sums over nothing are 0
    here: `…_days` counts the days on which the input was recorded. `buyers_counted`: buyers on days with visitors;
    `revenue_squares`: Σ of squared daily revenue; `last_day`: the newest day with a row. Read by the recompute only.

    What growth intervals rest on is kept for whole branches only, NULL for none: days and revenue of each weekday (1
    Monday … 7 Sunday), and sums over the *pairs*, the days with revenue whose day 364 days before has revenue as well:
    how many, Σ revenue now and then, Σ of their squares, Σ of their products.
    """

    pk = models.CompositePrimaryKey("month", "branch_id", "staff_id")
    month = models.DateField(_("first day of the month"))
    branch_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    last_day = models.DateField()
    days = models.IntegerField()
    visitors = models.BigIntegerField()
    buyers = models.BigIntegerField()
    orders = models.BigIntegerField()
    repeat_orders = models.BigIntegerField()
    extension_orders = models.BigIntegerField()
    revenue = models.BigIntegerField()
    cost_of_goods = models.BigIntegerField()
    operating_cost = models.BigIntegerField()
    digital_orders = models.BigIntegerField()
    new_customers = models.BigIntegerField()
    waits_measured = models.BigIntegerField()
    waits_in_standard = models.BigIntegerField()
    visitors_days = models.IntegerField()
    buyers_days = models.IntegerField()
    orders_days = models.IntegerField()
    repeat_orders_days = models.IntegerField()
    extension_orders_days = models.IntegerField()
    revenue_days = models.IntegerField()
    cost_of_goods_days = models.IntegerField()
    operating_cost_days = models.IntegerField()
    digital_orders_days = models.IntegerField()
    new_customers_days = models.IntegerField()
    waits_measured_days = models.IntegerField()
    waits_in_standard_days = models.IntegerField()
    buyers_counted = models.BigIntegerField()
    revenue_squares = models.FloatField()
    weekday_1_days = models.SmallIntegerField(null=True)
    weekday_2_days = models.SmallIntegerField(null=True)
    weekday_3_days = models.SmallIntegerField(null=True)
    weekday_4_days = models.SmallIntegerField(null=True)
    weekday_5_days = models.SmallIntegerField(null=True)
    weekday_6_days = models.SmallIntegerField(null=True)
    weekday_7_days = models.SmallIntegerField(null=True)
    weekday_1_revenue = models.BigIntegerField(null=True)
    weekday_2_revenue = models.BigIntegerField(null=True)
    weekday_3_revenue = models.BigIntegerField(null=True)
    weekday_4_revenue = models.BigIntegerField(null=True)
    weekday_5_revenue = models.BigIntegerField(null=True)
    weekday_6_revenue = models.BigIntegerField(null=True)
    weekday_7_revenue = models.BigIntegerField(null=True)
    pairs = models.IntegerField(null=True)
    pairs_now = models.BigIntegerField(null=True)
    pairs_before = models.BigIntegerField(null=True)
    pairs_now_squares = models.FloatField(null=True)
    pairs_before_squares = models.FloatField(null=True)
    pairs_products = models.FloatField(null=True)

    class Meta:
        verbose_name = _("sums of a month")
        verbose_name_plural = _("sums of months")
        indexes = [
            # The months of one branch or of a few staff members: "recompute now".
            models.Index(fields=["branch_id", "month"], name="month_sums_branch"),
            models.Index(
                fields=["staff_id", "month"], condition=models.Q(staff_id__gt=0), name="month_sums_staff"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.branch_id}:{self.staff_id}"
