"""Actions: what somebody does, until when, what for."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import Branch, StaffMember, User
from meetings.models.meetings import AgendaItem


class ActionState(models.TextChoices):
    """Dropped: no longer wanted; it counts neither as due nor as done."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class ActionQuerySet(models.QuerySet["Action"]):
    """Actions, by what a user may see and by where they stand."""

    def for_user(self, user: User) -> ActionQuerySet:
        """Their own for staff members, those of the branches in scope for leaders."""
        scope = user.scope
        if scope.everything:
            return self
        if user.role == "staff":
            return self.filter(owner_id=scope.staff_id or -1)
        return self.filter(branch__in=Branch.objects.for_user(user))

    def open(self) -> ActionQuerySet:
        """Still to be done."""
        return self.filter(state=ActionState.OPEN)

    def overdue(self, today: date) -> ActionQuerySet:
        """Still to be done although they were due before this day."""
        return self.open().filter(due_on__lt=today)


class Action(models.Model):
    """Something that one staff member does by a day (the branch's own date), and what it is for.

    `expected_effect`: more revenue a month that it is meant to bring, in minor units; NULL where nobody said.
    `from_item`: the agenda line it was made from. `done_on`: the branch's date at `done_at`. `version` guards edits.
    """

    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="actions"
    )
    text = models.CharField(_("action"), max_length=200)
    what_for = models.CharField(_("what for"), max_length=600, blank=True, default="")
    owner = models.ForeignKey(
        StaffMember, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="actions"
    )
    due_on = models.DateField(_("due"))
    expected_effect = models.BigIntegerField(_("expected effect a month"), null=True, blank=True)
    from_item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="actions",
    )
    state = models.CharField(_("state"), max_length=8, choices=ActionState.choices, default=ActionState.OPEN)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done, said"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.UniqueConstraint(
                fields=["from_item", "owner", "text"],
                name="action_once_from_an_item",
                violation_error_message=_("This person has this action from the same meeting already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ActionState.DONE,
                    done_at__isnull=False,
                    done_on__isnull=False,
                    done_by__isnull=False,
                )
                | ~Q(state=ActionState.DONE) & Q(done_at__isnull=True, done_on__isnull=True),
                name="action_done_by_somebody",
                violation_error_message=_("A finished action needs its day and who said so."),
            ),
        ]
        indexes = [
            # A branch's open actions (agenda, meeting page, list of actions).
            models.Index(fields=["branch", "state", "due_on"], name="action_branch_state_due"),
            # A staff member's own.
            models.Index(fields=["owner", "state", "due_on"], name="action_owner_state_due"),
            # The metric: what was due in a range of days.
            models.Index(fields=["due_on", "branch"], name="action_due_branch"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Still to be done."""
        return self.state == ActionState.OPEN

    @property
    def is_done(self) -> bool:
        """Done, in time or late."""
        return self.state == ActionState.DONE

    @property
    def reason(self) -> str:
        """What it is for: an agenda line's words in the reader's language, unless somebody wrote others. Read it with
        `from_item` fetched.
        """
        item = self.from_item
        return item.text if item and self.what_for in (item.text_en, item.text_zh) else self.what_for

    @property
    def is_late(self) -> bool:
        """Done after its day."""
        return self.done_on is not None and self.done_on > self.due_on
