"""Meetings and actions in the administration: to be read and found; they change on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from meetings.models import Action, AgendaItem, Attendance, Meeting


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes."""
        return False


class AgendaItemInline(ReadOnly, admin.TabularInline):
    """The agenda of a meeting."""

    model = AgendaItem
    fields = ["position", "section", "text_en", "text_zh", "ticked_at", "note"]
    ordering = ["position"]
    extra = 0


class AttendanceInline(ReadOnly, admin.TabularInline):
    """Who was there."""

    model = Attendance
    fields = ["staff", "is_present"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the names, in one query."""
        return super().get_queryset(request).select_related("staff")


@admin.register(Meeting)
class MeetingAdmin(ReadOnly, admin.ModelAdmin):
    """Meetings, the newest first; no count of all, which a long history makes slow."""

    list_display = ["day", "branch", "kind", "state", "started_at", "held_at", "conducted_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["branch", "conducted_by"]
    search_fields = ["branch__code", "branch__name_en", "branch__name_zh"]
    date_hierarchy = "day"
    show_full_result_count = False
    inlines = [AgendaItemInline, AttendanceInline]


@admin.register(Action)
class ActionAdmin(ReadOnly, admin.ModelAdmin):
    """Actions, the longest due first."""

    list_display = ["text", "owner", "branch", "due_on", "state", "done_on"]
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
