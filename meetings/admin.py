"""Meetings and actions in the administration: to be read and found; they change on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branches import audit_words
from jobs.names import name_jobs
from meetings.agenda import title_of
from meetings.models import Action, AgendaItem, Attendance, Meeting, Outcome
from ui.read_only import ReadOnly


class AgendaItemInline(ReadOnly, admin.TabularInline):
    """The agenda of a meeting."""

    model = AgendaItem
    fields = ["position", "heading", "line", "ticked_at", "note"]
    readonly_fields = ["heading", "line"]
    ordering = ["position"]
    extra = 0

    @admin.display(description=AgendaItem._meta.get_field("section").verbose_name)
    def heading(self, item: AgendaItem) -> str:
        """The section by its title."""
        return title_of(item.section)

    @admin.display(description=_("text"))
    def line(self, item: AgendaItem) -> str:
        """What is said, in the reader's language."""
        return item.text


class AttendanceInline(ReadOnly, admin.TabularInline):
    """Who was there."""

    model = Attendance
    fields = ["staff", "presence"]
    readonly_fields = ["presence"]
    extra = 0

    @admin.display(description=_("attendance"))
    def presence(self, one: Attendance) -> str:
        """There or not, in a word."""
        return gettext("present") if one.is_present else gettext("absent")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the names, in one query."""
        return super().get_queryset(request).select_related("staff")


class OutcomeInline(ReadOnly, admin.TabularInline):
    """What was agreed."""

    model = Outcome
    fields = ["text", "owner", "due_on", "done", "new"]
    readonly_fields = ["done", "new"]
    extra = 0

    @admin.display(description=Outcome._meta.get_field("is_done").verbose_name)
    def done(self, outcome: Outcome) -> str:
        """In a word."""
        return gettext("yes") if outcome.is_done else gettext("no")

    @admin.display(description=Outcome._meta.get_field("is_new").verbose_name)
    def new(self, outcome: Outcome) -> str:
        """In a word."""
        return gettext("yes") if outcome.is_new else gettext("no")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the names, in one query."""
        return super().get_queryset(request).select_related("owner")


@admin.register(Meeting)
class MeetingAdmin(ReadOnly, admin.ModelAdmin):
    """Meetings, the newest first; no count of all, which a long history makes slow."""

    list_display = ["day", "branch", "kind", "state", "started_at", "held_at", "conducted_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["branch", "conducted_by"]
    search_fields = ["branch__code", "branch__name_en", "branch__name_zh"]
    date_hierarchy = "day"
    show_full_result_count = False
    inlines = [AgendaItemInline, OutcomeInline, AttendanceInline]


@admin.register(Action)
class ActionAdmin(ReadOnly, admin.ModelAdmin):
    """Actions, the longest due first."""

    list_display = ["text", "owner", "branch", "due_on", "state", "done_on"]
    exclude = ["version"]
    list_filter = ["state", "due_on"]
    list_select_related = ["owner", "branch"]
    search_fields = [
        "text",
        "owner__name",
        "owner__number",
        "branch__code",
        "branch__name_en",
        "branch__name_zh",
    ]
    show_full_result_count = False


name_jobs({"agendas": _("Make the agendas of a day")})
audit_words.say(
    {
        "agendas built": _("agendas made"),
        "meeting planned": _("meeting planned"),
        "meeting started": _("meeting begun"),
        "meeting held": _("meeting finished"),
        "meeting reopened": _("meeting opened again"),
        "attendance": _("attendance noted"),
        "agenda item ticked": _("agenda item ticked"),
        "agenda item unticked": _("agenda item opened again"),
        "agenda item noted": _("note written"),
        "action made": _("action made"),
        "action edited": _("action changed"),
        "action done": _("action done"),
        "action dropped": _("action dropped"),
        "action taken up again": _("action taken up again"),
    },
    kinds={"day": _("day")},
    values={
        "meetings": _("meetings"),
        "made": _("newly made"),
        "items": _("agenda items"),
        "length": _("length"),
        "present": _("present"),
        "team": _("team"),
        "in window": _("in time"),
        "state": _("state"),
        "text": _("text"),
        "owner": _("owner"),
        "due_on": _("due on"),
    },
)
