"""Links and answers in Django admin: to read, never to edit. New links are made on the branch's own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from branches import audit_words
from jobs.names import name_jobs
from surveys.models import Answer, AnswerComment, SurveyLink
from ui.filters import empty_or_not
from ui.read_only import ReadOnly


@admin.register(SurveyLink)
class SurveyLinkAdmin(ReadOnly, admin.ModelAdmin):
    """Which branches have a survey, since when, and how many answers came through each link."""

    empty_text = _("A branch’s link is made on its page of the customers’ voice.")
    list_display = ["branch", "created_at", "revoked_at", "answer_count"]
    list_filter = [("revoked_at", empty_or_not(_("state"), empty=_("in use"), filled=_("revoked")))]
    list_select_related = ["branch"]
    search_fields = ["branch__code", "branch__name_en", "branch__name_zh"]
    fields = ["branch", "created_at", "revoked_at"]
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[SurveyLink]:
        """With the number of answers."""
        return super().get_queryset(request).annotate(answer_count=Count("answers"))

    @admin.display(description=_("answers"), ordering="answer_count")
    def answer_count(self, link: Any) -> int:
        """Answers that came through the link."""
        return link.answer_count


class CommentInline(ReadOnly, admin.StackedInline):
    """What was written with the answer; numbers in it are masked."""

    model = AnswerComment
    fields = ["text"]
    can_delete = False


@admin.register(Answer)
class AnswerAdmin(ReadOnly, admin.ModelAdmin):
    """Single answers, newest first. The comment stands on the answer's own page only."""

    list_display = ["at", "branch", "day", "csat", "nps", "language"]
    list_filter = [
        "csat",
        "nps",
        "language",
        ("comment", empty_or_not(_("comment"), empty=_("without"), filled=_("with"))),
    ]
    list_select_related = ["branch"]
    search_fields = ["branch__code", "branch__name_en", "branch__name_zh"]
    fields = ["branch", "at", "day", "csat", "nps", "language"]
    date_hierarchy = "day"
    inlines = [CommentInline]
    show_full_result_count = False
    list_per_page = 50


name_jobs({"erase_comments": _("Erase old comments")})
audit_words.say(
    {"survey link renewed": _("survey link renewed"), "comments erased": _("comments erased")},
    kinds={"before": _("before")},
    values={"comments": _("comments"), "link": _("link")},
)
