"""Figures on their way in: drafts of the entry form, tokens of the interface for other systems."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import Branch


class FigureDraft(models.Model):
    """What somebody has typed for a branch's day and not yet saved; one per person, branch and day."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    typed = models.JSONField(_("typed"), default=dict)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("draft of figures")
        verbose_name_plural = _("drafts of figures")
        constraints = [
            models.UniqueConstraint(fields=["branch", "day", "by"], name="draft_once_per_person_branch_day")
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.day}"


DELIVERY = "figures.delivery"
"""The kind of the rows of jobs that remember what a delivery with its key was answered: no work, never run."""


class ApiToken(models.Model):
    """The right of another system (a till, an ERP) to deliver figures for some branches.

    Only the token's SHA-256 is kept; the token is shown once. `every_branch` is said when the token is made: a token
    whose named branches have all been deleted is good for none.
    """

    name = models.CharField(_("source"), max_length=80, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    branches = models.ManyToManyField(Branch, verbose_name=_("branches"), blank=True, related_name="+")
    every_branch = models.BooleanField(_("every branch"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name
