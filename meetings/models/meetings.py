"""A meeting of a branch, what is on its agenda and who was there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.models import Branch, StaffMember, User
from meetings.agenda import Quote


class MeetingKind(models.TextChoices):
    """The company's kinds of meeting; only the morning meeting makes itself so far."""

    MORNING = "morning", _("Morning meeting")
    EVENING = "evening", _("Evening meeting")
    WEEKLY = "weekly", _("Weekly review")
    MONTHLY = "monthly", _("Monthly business analysis")
    SHARING = "sharing", _("Sharing session")
    COACHING = "coaching", _("Coaching session")
    WORKSHOP = "workshop", _("Workshop")


class MeetingState(models.TextChoices):
    """Planned: the agenda still follows the figures. Running: it is frozen. Held: the minutes stand."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    HELD = "held", _("held")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings, by what a user may see."""

    def for_user(self, user: User) -> MeetingQuerySet:
        """Those of the branches in scope for leaders; none for staff members, who see their own actions only."""
        if user.scope.everything:
            return self
        if user.role == "staff":
            return self.none()
        return self.filter(branch__in=Branch.objects.for_user(user))


class Meeting(models.Model):
    """One meeting of a branch on a day (the branch's own date), with its agenda.

    `window_closes_at`: held by this instant it counts as held in its window (see `meetings.metrics`). `made_by`: who
    made it by hand; NULL for those that made themselves. `note`: what the minutes say of the whole.
    """

    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="meetings"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=MeetingKind.choices, default=MeetingKind.MORNING
    )
    day = models.DateField(_("day"))
    window_closes_at = models.DateTimeField(_("to be held by"))
    state = models.CharField(
        _("state"), max_length=8, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    built_at = models.DateTimeField(_("agenda made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    held_at = models.DateTimeField(_("finished"), null=True, blank=True)
    conducted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("run by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(_("note"), max_length=2000, blank=True, default="")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "branch_id"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "kind", "day"],
                name="meeting_once_a_day",
                violation_error_message=_("There is a meeting of this kind on this day already."),
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.PLANNED, started_at__isnull=True)
                | Q(
                    state__in=[MeetingState.RUNNING, MeetingState.HELD],
                    started_at__isnull=False,
                    conducted_by__isnull=False,
                ),
                name="meeting_started_by_somebody",
                violation_error_message=_("A meeting that has begun needs its beginning and who runs it."),
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.HELD, held_at__gte=models.F("started_at"))
                | ~Q(state=MeetingState.HELD) & Q(held_at__isnull=True),
                name="meeting_held_after_it_started",
                violation_error_message=_("A meeting cannot end before it begins."),
            ),
        ]
        indexes = [
            # Today's meetings of all branches (building, the list of minutes, the metric).
            models.Index(fields=["day", "branch"], name="meeting_day_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.branch.code} {self.day}"

    @property
    def is_planned(self) -> bool:
        """Not begun: the agenda may still change with the figures."""
        return self.state == MeetingState.PLANNED

    @property
    def is_running(self) -> bool:
        """Begun and not yet finished."""
        return self.state == MeetingState.RUNNING

    @property
    def is_held(self) -> bool:
        """Finished: nothing of it changes any more."""
        return self.state == MeetingState.HELD

    @property
    def is_in_window(self) -> bool:
        """Held, and in time."""
        return self.held_at is not None and self.held_at <= self.window_closes_at


class AgendaItem(models.Model):
    """One thing to be said, in both languages, as it was when the agenda was made; ticked once it was talked about.

    `section`: code of `meetings.agenda`. `url`: where the evidence stands, a path of this site. `suggests_…`: the text
    that an action begins with. `about`: the action that the line speaks of. `quoted_id`: what a customer wrote, by the
    section's own number; `quote` is filled in by `meetings.queries.items_of`. `version` guards the note.
    """

    quote: Quote | None = None

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="items"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    section = models.CharField(_("section"), max_length=40)
    text_en = models.CharField(_("text (English)"), max_length=600)
    text_zh = models.CharField(_("text (Chinese)"), max_length=600)
    url = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    suggests_en = models.CharField(max_length=200, blank=True, default="")
    suggests_zh = models.CharField(max_length=200, blank=True, default="")
    about = models.ForeignKey(
        "meetings.Action",
        verbose_name=_("about the action"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    quoted_id = models.BigIntegerField(null=True, blank=True, editable=False)
    ticked_at = models.DateTimeField(_("talked about"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_item_position_once"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The line in the reader's language."""
        return self.text_zh if _is_chinese() else self.text_en

    @property
    def suggestion(self) -> str:
        """The action's text to begin with, in the reader's language; may be empty."""
        return self.suggests_zh if _is_chinese() else self.suggests_en


class Attendance(models.Model):
    """Whether a member of the team was at a meeting; no row where nobody has said so."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="attendances"
    )
    staff = models.ForeignKey(
        StaffMember, verbose_name=_("staff member"), on_delete=models.PROTECT, related_name="+"
    )
    is_present = models.BooleanField(_("present"))

    class Meta:
        ordering = ["staff__number"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "staff"], name="attendance_once_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.is_present}"


def _is_chinese() -> bool:
    return (get_language() or "en").startswith("zh")
