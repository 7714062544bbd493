"""Imports and the profiles by which files are read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from branches import audit_words
from scorecards.models import FigureImport, ImportProfile, ImportState
from ui.read_only import ReadOnly


class Outcome(admin.SimpleListFilter):
    """Imports that somebody should look at, and the others."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two questions an administrator has."""
        return [("errors", _("with errors")), ("undone", _("undone"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Refused imports; or those taken back."""
        states = {"errors": [ImportState.REFUSED], "undone": [ImportState.UNDONE]}
        chosen = states.get(self.value() or "")
        return queryset.filter(state__in=chosen) if chosen else queryset


@admin.register(FigureImport)
class FigureImportAdmin(ReadOnly, admin.ModelAdmin):
    """Who imported which file when, and what came of it. The file is opened on the import's own page."""

    list_display = ("name", "state", "first_day", "last_day", "rows", "by", "at", "applied_at", "page")
    list_filter = (Outcome, "state")
    list_select_related = ("by",)
    search_fields = ("name", "by__username")
    date_hierarchy = "at"
    fields = (
        "name",
        "state",
        "rows",
        ("first_day", "last_day"),
        "by",
        ("at", "applied_at", "undone_at"),
        "error",
        "page",
    )
    readonly_fields = ("rows", "page")

    @admin.display(description=_("rows"))
    def rows(self, record: FigureImport) -> str:
        """The counts by outcome."""
        counts = {name: count for name, count in record.counts.items() if isinstance(count, int)}
        return audit_words.changes_of(counts)

    @admin.display(description=_("page"))
    def page(self, record: FigureImport) -> str | SafeString:
        """To the import's own page."""
        try:
            return format_html(
                '<a href="{}">{}</a>', reverse("scorecards:import", args=[record.pk]), _("open")
            )
        except NoReverseMatch:
            return ""


@admin.register(ImportProfile)
class ImportProfileAdmin(admin.ModelAdmin):
    """How a source's files are read; made on the import pages, renamed or deleted here."""

    list_display = ("name", "by")
    list_select_related = ("by",)
    search_fields = ("name",)
    fields = ("name", "columns", "by")
    readonly_fields = ("columns", "by")

    @admin.display(description=_("columns"))
    def columns(self, profile: ImportProfile) -> str:
        """Which heading holds which input."""
        return audit_words.changes_of(profile.mapping)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A profile is saved from a file that was read."""
        return False
