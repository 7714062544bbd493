"""What has changed since it was last computed."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import Branch

EVERY_DAY: Final = (1 << 31) - 1
"""The mark of a whole month, however long."""


class DirtyMonth(models.Model):
    """A branch's month of which something has changed since its cards were computed.

    `days`: the days whose figures changed, one bit each, the first of the month the lowest; 0 where only records that
    metrics rest on have changed (answers, meetings), and no figures. `stamp` is new with every change: the recompute
    takes a mark away only if the stamp is still the one that it saw before it read the facts, so a change made
    meanwhile is never lost.
    """

    pk = models.CompositePrimaryKey("branch_id", "month")
    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    month = models.DateField(_("first day of the month"))
    days = models.PositiveIntegerField(_("changed days"), default=EVERY_DAY, db_default=EVERY_DAY)
    stamp = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("month to recompute")
        verbose_name_plural = _("months to recompute")

    def __str__(self) -> str:
        return f"{self.branch_id} {self.month:%Y-%m}"
