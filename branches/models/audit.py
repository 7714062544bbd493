"""Who changed what, when, from what to what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.audit_words import act_of, subject_of


class AuditEntry(models.Model):
    """One change of state made through a service. Holds ids and figures, no personal data; it is never edited.

    `subject` names the thing ("branch 17", "import 4"); `before` and `after` are what changed.
    """

    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    what = models.CharField(_("what"), max_length=80)
    subject = models.CharField(_("subject"), max_length=120, db_index=True)
    before = models.JSONField(_("from"), default=dict, blank=True)
    after = models.JSONField(_("to"), default=dict, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{act_of(self.what)} · {subject_of(self.subject)}"
