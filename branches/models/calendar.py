"""The trading calendar: opening hours per weekday, own closures, corrections of public holidays."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models.named import Named
from branches.models.units import Branch, Region

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class OpeningHours(models.Model):
    """That a branch opens on a weekday, and from when to when (local time; NULL: it trades, the hours are not known).

    A branch with no rows at all is taken to open every day; with rows, the weekdays without one are closed.
    """

    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.CASCADE, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)

    class Meta:
        ordering = ["weekday"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(fields=["branch", "weekday"], name="opening_hours_once_a_weekday"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hours_weekday_0_to_6"),
        ]

    def __str__(self) -> str:
        hours = [at.strftime("%H:%M") if at else "" for at in (self.opens_at, self.closes_at)]
        return f"{self.get_weekday_display()} {'–'.join(hours) if any(hours) else ''}".strip()


class Closure(models.Model):
    """Days without trading: of a branch (refurbishment), a region (typhoon), or the whole company (both NULL)."""

    branch = models.ForeignKey(
        Branch,
        verbose_name=_("branch"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["-first_day"]
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="closure_ends_after_it_starts",
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(branch__isnull=True) | Q(region__isnull=True),
                name="closure_of_a_branch_or_a_region",
                violation_error_message=_("Choose a branch or a region, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day} {self.reason}".strip()


class HolidayOverride(Named):
    """A day on which the library's public holidays are wrong or not yet published: a holiday, or a working day."""

    day = models.DateField(_("day"), unique=True)
    is_holiday = models.BooleanField(_("public holiday"), default=True)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("holiday correction")
        verbose_name_plural = _("holiday corrections")
