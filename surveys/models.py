"""The survey link of a branch, the answers given through it, and what customers wrote."""

from __future__ import annotations

import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.models import Branch, Role, User
from personal.fields import EncryptedTextField

LONGEST_COMMENT = 600
SATISFIED = 4
"""From this answer on the scale of 1 to 5 a customer counts as satisfied (CSAT)."""
PROMOTER, DETRACTOR = 9, 6
"""From 9 on a customer recommends the branch, up to 6 warns of it (NPS)."""
UNHAPPY_CSAT = 2


def new_token() -> str:
    """A token that nobody can guess: 128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)


def _of_scope(user: User) -> Q:
    """The condition on `branch` that every model here shares; nothing for staff members, who see no answers."""
    scope = user.scope
    if scope.everything:
        return Q()
    if user.role == Role.STAFF:
        return Q(pk__in=[])
    return Q(branch__in=scope.branch_ids) | Q(branch__region__in=scope.region_ids)


class SurveyLinkQuerySet(models.QuerySet["SurveyLink"]):
    """Survey links, by what a user may see and by whether they still lead anywhere."""

    def for_user(self, user: User) -> SurveyLinkQuerySet:
        """Those of the branches in scope."""
        return self.filter(_of_scope(user))

    def live(self) -> SurveyLinkQuerySet:
        """Those that customers can use."""
        return self.filter(revoked_at__isnull=True)


class SurveyLink(models.Model):
    """The address behind a branch's QR code. A branch has one at a time; a revoked one leads nowhere, for ever."""

    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="survey_links"
    )
    token = models.CharField(_("token"), max_length=43, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = SurveyLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("survey link")
        verbose_name_plural = _("survey links")
        constraints = [
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(revoked_at__isnull=True),
                name="survey_link_one_live_per_branch",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="survey_link_revoked_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return str(self.branch)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers, by what a user may see and by what they say."""

    def for_user(self, user: User) -> AnswerQuerySet:
        """Those of the branches in scope; none for staff members."""
        return self.filter(_of_scope(user))

    def between(self, first: date, last: date) -> AnswerQuerySet:
        """Given on a local day from first to last, both included."""
        return self.filter(day__range=(first, last))

    def unhappy(self) -> AnswerQuerySet:
        """Satisfaction of 1 or 2, or a detractor."""
        return self.filter(is_unhappy())


def is_unhappy() -> Q:
    """The condition for an unhappy answer: satisfaction of 1 or 2 of 5, or 0 to 6 of 10 for recommending."""
    return Q(csat__lte=UNHAPPY_CSAT) | Q(nps__lte=DETRACTOR)


class Answer(models.Model):
    """What one customer answered after a visit; never edited. It says nothing about who that was.

    `csat`: 1 to 5, `nps`: 0 to 10; NULL where the question was left out, at least one is answered. `day`: the branch's
    local day. `nonce` comes with the form, so that a form sent twice is one answer.
    """

    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="answers"
    )
    link = models.ForeignKey(
        SurveyLink, verbose_name=_("survey link"), on_delete=models.PROTECT, related_name="answers"
    )
    nonce = models.CharField(max_length=43, unique=True, editable=False)
    at = models.DateTimeField(_("when"))
    day = models.DateField(_("day"))
    csat = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True)
    nps = models.PositiveSmallIntegerField(_("would recommend"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=16, choices=settings.LANGUAGES)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(condition=Q(csat__range=(1, 5)), name="answer_csat_1_to_5"),
            models.CheckConstraint(condition=Q(nps__range=(0, 10)), name="answer_nps_0_to_10"),
            models.CheckConstraint(
                condition=Q(csat__isnull=False) | Q(nps__isnull=False), name="answer_says_something"
            ),
        ]
        indexes = [
            # The metrics: a range of days, all branches.
            models.Index(fields=["day", "branch"], name="answer_by_day"),
            # The lists, newest first: of one branch, and of a region.
            models.Index(fields=["branch", "-at", "id"], name="answer_of_branch"),
            models.Index(fields=["-at", "id"], name="answer_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.day} {self.csat}/{self.nps}"

    @property
    def is_unhappy(self) -> bool:
        """The same as the condition `is_unhappy`, of an answer that has been read."""
        warns = self.nps is not None and self.nps <= DETRACTOR
        return warns or (self.csat is not None and self.csat <= UNHAPPY_CSAT)


class AnswerComment(models.Model):
    """What a customer wrote with an answer; kept apart because it is erased after `settings.SURVEY_COMMENT_DAYS`.

    Telephone numbers, e-mail addresses and long numbers are masked before it is stored (`surveys.masking`): what a
    customer lets slip is never kept whole; the rest is encrypted in the database. See `surveys.personal` for purpose,
    retention and erase rule.
    """

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, primary_key=True, related_name="comment")
    text = EncryptedTextField(_("comment"), max_length=LONGEST_COMMENT)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text
