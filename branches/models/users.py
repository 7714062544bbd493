"""Users, their four roles, and the part of the company that each may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from axes.models import AccessAttempt
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from branches import permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Role(models.TextChoices):
    """What a user is to the company; decides the pages, while the scope decides the rows."""

    STAFF = permissions.STAFF, _("staff member")
    MANAGER = permissions.MANAGER, _("branch manager")
    REGIONAL = permissions.REGIONAL, _("regional staff")
    ADMINISTRATOR = permissions.ADMINISTRATOR, _("administrator")


@dataclass(frozen=True)
class Scope:
    """The rows a user may see.

    everything: administrators. Otherwise `region_ids` (regional staff: the subtree below their regions, those
    included), `branch_ids` (branch managers: theirs), `staff_id` (staff members: their own figures).
    """

    everything: bool = False
    region_ids: frozenset[int] = frozenset()
    branch_ids: frozenset[int] = frozenset()
    staff_id: int | None = None


class User(AbstractUser):
    """A person who logs in. A staff member may have one log-in or none."""

    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.STAFF)
    staff_member = models.OneToOneField(
        "branches.StaffMember",
        verbose_name=_("staff member"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="user",
        help_text=_("Whose own figures this user sees."),
    )
    branches = models.ManyToManyField(
        "branches.Branch", verbose_name=_("branches managed"), blank=True, related_name="managers"
    )
    regions = models.ManyToManyField(
        "branches.Region", verbose_name=_("regions reviewed"), blank=True, related_name="reviewers"
    )

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new superuser is an administrator: `createsuperuser` makes the first one and asks for no role.

        Without the role nobody could enter the admin and give it.
        """
        if self._state.adding and self.is_superuser:
            self.role = Role.ADMINISTRATOR
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end not only with a change of the password but of the role too."""
        salted = salted_hmac(
            "branches.User.session", f"{self.password}|{self.role}", secret=secret, algorithm="sha256"
        )
        return salted.hexdigest()

    @cached_property
    def scope(self) -> Scope:
        """What this user may see; at most one query, once per request (the instance lives as long)."""
        return scope_of(self)

    @property
    def knows_scope(self) -> bool:
        """Whether the scope has been read."""
        return "scope" in self.__dict__

    @property
    def is_regional(self) -> bool:
        """Whether the scope is a part of the regions."""
        return self.is_active and self.role == Role.REGIONAL

    def learn_regions(self, region_ids: Iterable[int]) -> None:
        """Take the scope of regional staff from a read of all regions `for_user`, which then needs no query."""
        if self.is_regional and not self.knows_scope:
            self.scope = Scope(region_ids=frozenset(region_ids))


class FailedLogIn(AccessAttempt):
    """Wrong passwords in a row for a user name, as django-axes counts them; too many lock the name for a while."""

    class Meta:
        proxy = True
        ordering = ["-attempt_time"]
        verbose_name = _("failed log-in")
        verbose_name_plural = _("failed log-ins")

    def __str__(self) -> str:
        return self.username or "–"


def scope_of(user: User | AnonymousUser) -> Scope:
    """The scope by role; nothing for anonymous and inactive users."""
    if not isinstance(user, User) or not user.is_active:
        return Scope()
    if user.role == Role.ADMINISTRATOR:
        return Scope(everything=True)
    if user.role == Role.REGIONAL:
        return Scope(region_ids=_reviewed(user.pk))
    if user.role == Role.MANAGER:
        return Scope(
            branch_ids=frozenset(user.branches.values_list("pk", flat=True)), staff_id=user.staff_member_id
        )
    return Scope(staff_id=user.staff_member_id)


def _reviewed(user_id: int) -> frozenset[int]:
    """The regions below which a user reviews, those included, in one query."""
    from branches.models.units import (
        Region,  # units imports nothing of users; the other way would be a circle
    )

    regions = Region.objects.reviewed_by(user_id)
    return frozenset(regions.order_by().values_list("pk", flat=True))
