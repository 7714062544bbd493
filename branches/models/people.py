"""Staff members and where they work, with the history of their moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models.units import Branch

if TYPE_CHECKING:
    from branches.models.users import User


class StaffQuerySet(models.QuerySet["StaffMember"]):
    """Staff members, by what a user may see."""

    def for_user(self, user: User) -> StaffQuerySet:
        """Oneself for a staff member; for leaders those who work or worked at the branches they see."""
        scope = user.scope
        if scope.everything:
            return self
        if user.role == "staff":
            return self.filter(pk=scope.staff_id)
        seen = Employment.objects.filter(
            Q(branch__in=scope.branch_ids) | Q(branch__region__in=scope.region_ids)
        ).values("staff_id")
        return self.filter(pk__in=seen)


class StaffMember(models.Model):
    """A person employed at a branch; figures are kept under this person wherever they move."""

    number = models.CharField(_("staff number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    post = models.CharField(_("post"), max_length=80, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")

    def __str__(self) -> str:
        return self.name


class Employment(models.Model):
    """Where a staff member works from a day to a day, both included; `ends_on` NULL while it lasts."""

    staff = models.ForeignKey(
        StaffMember, verbose_name=_("staff member"), on_delete=models.CASCADE, related_name="employments"
    )
    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="employments"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(fields=["staff", "starts_on"], name="employment_starts_once_a_day"),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(ends_on__isnull=True),
                name="employment_one_current_per_person",
                violation_error_message=_("A person has one current employment: end the other one first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="employment_ends_after_it_starts",
                violation_error_message=_("The last day cannot come before the first."),
            ),
        ]
        indexes = [
            # The team of a branch on a day (entry form, Today page).
            models.Index(fields=["branch", "starts_on"], name="employment_branch_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} · {self.branch}"
