"""Regions and branches: the units of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from branches.models.named import Named

if TYPE_CHECKING:
    from branches.models.users import User


_REVIEWED = """
    WITH RECURSIVE reviewed (id) AS (
        SELECT region_id FROM branches_user_regions WHERE user_id = %s
        UNION
        SELECT below.id FROM branches_region below JOIN reviewed ON below.parent_id = reviewed.id
    )
    SELECT id FROM reviewed
"""


class RegionQuerySet(TreeQuerySet):
    """Regions, by what a user may see."""

    def for_user(self, user: User) -> RegionQuerySet:
        """All for administrators, the subtree for regional staff, none for others.

        Does not ask for the scope of regional staff where it has not been read: the database finds their subtree.
        """
        if user.is_regional and not user.knows_scope:
            return self.reviewed_by(user.pk)
        if user.scope.everything:
            return self
        return self.filter(pk__in=user.scope.region_ids)

    def reviewed_by(self, user_id: int) -> RegionQuerySet:
        """The regions that a user reviews with all below them, whatever the user's role."""
        return self.filter(pk__in=RawSQL(_REVIEWED, [user_id]))  # noqa: S611  no value but the parameter


class Region(Named, TreeNode):  # type: ignore[django-manager-missing]
    """A node between the company and the branches; regions nest ("North" holds "Beijing" holds branches)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = RegionQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")


class BranchFormat(Named):
    """The kind of branch (flagship, mall counter, community shop): the peer group within which branches are ranked."""

    code = models.CharField(_("code"), max_length=40, unique=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("branch format")
        verbose_name_plural = _("branch formats")


class BranchQuerySet(models.QuerySet["Branch"]):
    """Branches, by what a user may see and by whether they trade."""

    def for_user(self, user: User) -> BranchQuerySet:
        """Own branches for managers, those below their regions for regional staff, all for administrators.

        A staff member sees the branch of the current employment (needed for its name), nothing more.
        """
        scope = user.scope
        if scope.everything:
            return self
        seen = Q(pk__in=scope.branch_ids) | Q(region__in=scope.region_ids)
        if scope.staff_id is not None and user.role == "staff":
            seen |= Q(pk__in=_current_branch_ids(scope.staff_id))
        return self.filter(seen)

    def trading(self, first: object, last: object) -> BranchQuerySet:
        """Branches open on at least one day of first … last, both included."""
        return self.filter(Q(opened_on__isnull=True) | Q(opened_on__lte=last)).filter(
            Q(closed_on__isnull=True) | Q(closed_on__gte=first)
        )


def _current_branch_ids(staff_id: int) -> models.QuerySet:
    from branches.models.people import Employment  # people imports Branch for its foreign keys

    return Employment.objects.filter(staff_id=staff_id, ends_on__isnull=True).values("branch_id")


class Branch(Named):
    """An outlet that serves customers; the unit that is scored.

    `closed_on` is the last day of trading. Trading days are days in `time_zone`.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="branches"
    )
    format = models.ForeignKey(
        BranchFormat, verbose_name=_("format"), on_delete=models.PROTECT, related_name="branches"
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, help_text=_("The last day of trading.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    opens_on_holidays = models.BooleanField(_("opens on public holidays"), default=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
                name="branch_closes_after_it_opens",
                violation_error_message=_("A branch cannot close before it opens."),
            )
        ]
