"""How fresh the cards are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Freshness(models.Model):
    """The one row (pk 1) that says up to which day the cards reach and when they were computed.

    `as_of`: the newest day of the cards: the newest day with figures, yesterday at the latest, so that a branch that
    enters today's figures early does not shift everybody's comparison. `stamp` changes with every run (cache keys).
    `since`: the oldest day with figures; nothing is compared with what lies before it.
    """

    since = models.DateField(_("figures from"), null=True)
    as_of = models.DateField(_("figures up to"), null=True)
    computed_at = models.DateTimeField(_("computed"), null=True)
    stamp = models.CharField(max_length=32, default="")

    class Meta:
        verbose_name = _("freshness")
        verbose_name_plural = _("freshness")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="freshness_is_one_row")]

    def __str__(self) -> str:
        return str(self.as_of)
