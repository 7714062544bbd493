"""What the minutes say was agreed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from branches.models import StaffMember
from meetings.models.actions import Action
from meetings.models.meetings import AgendaItem, Meeting


class Outcome(models.Model):
    """An action as it stood when the meeting was finished; what becomes of it later does not change the minutes.

    `item`: the agenda line it came from or that spoke of it; NULL for one made beside the agenda. `is_new`: made in
    this meeting, otherwise an earlier one that was said to be done in it.
    """

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="outcomes"
    )
    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="outcomes",
    )
    action = models.ForeignKey(Action, verbose_name=_("action"), on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        StaffMember, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("action"), max_length=200)
    due_on = models.DateField(_("due"))
    is_done = models.BooleanField(_("done"))
    is_new = models.BooleanField(_("agreed in this meeting"))

    class Meta:
        ordering = ["action_id"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "action"], name="outcome_once_a_meeting"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def done_since(self) -> date | None:
        """The day on which the action was done after the meeting; None if it was not, or was done in it."""
        return None if self.is_done else self.action.done_on
