"""A job as a row: what has to be done, how far it is, who holds it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.names import name_of


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what has to happen to them next."""

    def due(self, at: datetime) -> JobQuerySet:
        """Waiting ones whose time has come, and running ones whose worker has let the lease run out."""
        return self.filter(
            Q(state=State.WAITING, due_at__lte=at) | Q(state=State.RUNNING, lease_until__lt=at)
        ).order_by("due_at", "pk")


class Job(models.Model):
    """Something that must be done once for (kind, subject, period), however often it is tried.

    `arguments` holds ids and dates only. `result` holds counts and, for the reader, what came out. `lease_until` is
    renewed by the worker while it runs; when it has passed, any worker may take the job again.
    """

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=120)
    period = models.CharField(_("period"), max_length=40, default="", blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    arguments = models.JSONField(_("arguments"), default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    lease_holder = models.CharField(_("worker"), max_length=80, default="", blank=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    progress_done = models.BigIntegerField(_("done"), default=0)
    progress_total = models.BigIntegerField(_("of"), default=0)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), default="", blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "period"], name="job_once_for_kind_subject_period"
            ),
            models.CheckConstraint(condition=Q(progress_done__gte=0), name="job_progress_not_negative"),
        ]
        indexes = [
            # The sweeper, every few seconds.
            models.Index(fields=["state", "due_at"], name="job_state_due"),
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (name_of(self.kind), self.period) if part)

    @property
    def key(self) -> str:
        """What there is one of, in words that never change."""
        return f"{self.kind} {self.subject} {self.period}".strip()

    @property
    def share_done(self) -> float | None:
        """How much of the work is done, 0–1; None while its size is not known."""
        return min(self.progress_done / self.progress_total, 1.0) if self.progress_total else None
