"""Imports of figures: the file, how it is to be read, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import User

DISCARDED = "discarded"
"""The code in `error` of a file that its reader put aside."""


class ImportState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("uploaded")
    READING = "reading", _("being read")
    READY = "ready", _("ready to import")
    APPLYING = "applying", _("being imported")
    DONE = "done", _("imported")
    REFUSED = "refused", _("refused")
    UNDONE = "undone", _("undone")


class ImportProfile(models.Model):
    """How one source's files are read, saved so that the next file needs no questions.

    `options` holds the reader's choices (encoding, separator, date order, sheet, header row, daily rows or receipts),
    `mapping` field → column heading.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    options = models.JSONField(_("options"), default=dict)
    mapping = models.JSONField(_("mapping"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name"]
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")

    def __str__(self) -> str:
        return self.name


class ImportQuerySet(models.QuerySet["FigureImport"]):
    """Imports, by what a user may see."""

    def for_user(self, user: User) -> ImportQuerySet:
        """All for administrators; for others those that they made themselves."""
        if user.scope.everything:
            return self
        return self.filter(by=user)

    def with_errors(self) -> ImportQuerySet:
        """Those that somebody has to see to: refused as a whole (not put aside), or waiting for rows to be mended."""
        refused = models.Q(state=ImportState.REFUSED) & ~models.Q(error__contains=DISCARDED)
        return self.filter(refused | models.Q(state=ImportState.READY, counts__refused__gt=0))


class FigureImport(models.Model):
    """One file of figures on its way into the facts, kept with who, when and what.

    `digest` is the file's SHA-256. `counts` holds rows by outcome (new, changed, same, refused), `problems` the first
    few hundred refused rows with row, column, value, reason; the rest is in the file of refused rows.
    """

    file = models.FileField(_("file"), upload_to="imports/%Y/%m", max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    size = models.BigIntegerField(_("size"), default=0)
    digest = models.CharField(max_length=64, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    options = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    preview = models.JSONField(default=list, blank=True)
    question = models.JSONField(default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    good_rows_only = models.BooleanField(_("good rows only"), default=False)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    at = models.DateTimeField(_("uploaded"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("import of figures")
        verbose_name_plural = _("imports of figures")

    def __str__(self) -> str:
        return self.name

    @property
    def is_put_aside(self) -> bool:
        """True if nothing was wrong with the file but its reader did not want it."""
        return self.state == ImportState.REFUSED and DISCARDED in self.error

    @property
    def waits_for_mending(self) -> bool:
        """True if it could be stored but for some rows."""
        return self.state == ImportState.READY and bool(self.counts.get("refused"))
