"""Imports and the profiles by which files are read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branches import audit_words
from branches.admin.base import AuditedAdmin
from scorecards.importing.problems import kept_reason
from scorecards.models import FigureImport, ImportProfile, ImportState
from ui import dates
from ui.read_only import ReadOnly

COUNTS = ("read", "closed", "refused", "held", "new", "changed", "same", "written")
"""What a list of imports tells of each; the import's own page tells the rest."""


class Outcome(admin.SimpleListFilter):
    """Imports that somebody should look at, and the others."""

    title = pgettext_lazy("of an import", "outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two questions an administrator has."""
        return [("errors", _("with errors")), ("undone", _("undone"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that are refused, broke off or wait for rows to be mended; or those taken back."""
        if self.value() == "errors":
            return queryset.with_errors()
        return queryset.filter(state=ImportState.UNDONE) if self.value() == "undone" else queryset


@admin.register(FigureImport)
class FigureImportAdmin(ReadOnly, admin.ModelAdmin):
    """Who imported which file when, and what came of it. The file is opened on the import's own page."""

    empty_text = _("Every file of figures that somebody uploads is listed here with what came of it.")
    list_display = ("name", "standing", "days", "rows", "by", "at", "page")
    list_filter = (Outcome, "state")
    list_select_related = ("by",)
    search_fields = ("name", "by__username")
    date_hierarchy = "at"
    fields = (
        "name",
        "standing",
        "rows",
        ("first_day", "last_day"),
        "by",
        ("at", "applied_at", "undone_at"),
        "why",
        "page",
    )
    readonly_fields = ("standing", "rows", "why", "page")

    @admin.display(description=FigureImport._meta.get_field("state").verbose_name, ordering="state")
    def standing(self, record: FigureImport) -> str:
        """How far it has come; rows that have to be mended come before "ready"."""
        if record.is_put_aside:
            return gettext("put aside")
        return gettext("rows to mend") if record.waits_for_mending else record.get_state_display()

    @admin.display(description=_("days"), ordering="first_day")
    def days(self, record: FigureImport) -> str:
        """From when to when its figures are."""
        if not record.first_day:
            return "–"
        return f"{dates.day(record.first_day)} – {dates.day(record.last_day)}"

    @admin.display(description=_("rows"))
    def rows(self, record: FigureImport) -> str:
        """The counts by outcome, of what there is."""
        return audit_words.changes_of(
            {name: record.counts[name] for name in COUNTS if record.counts.get(name)}
        )

    @admin.display(description=FigureImport._meta.get_field("error").verbose_name)
    def why(self, record: FigureImport) -> str:
        """Why the file was refused as a whole, in the reader's language."""
        return kept_reason(record.error) if record.state == ImportState.REFUSED else ""

    @admin.display(description=_("page"))
    def page(self, record: FigureImport) -> str | SafeString:
        """To the import's own page."""
        try:
            return format_html(
                '<a href="{}">{}</a>',
                reverse("scorecards:import", args=[record.pk]),
                gettext("Open the import"),
            )
        except NoReverseMatch:
            return ""


@admin.register(ImportProfile)
class ImportProfileAdmin(AuditedAdmin):
    """How a source's files are read; made on the import pages, renamed or deleted here."""

    empty_text = _(
        "A profile remembers how the files of a source are read. It is saved on the page of an import, under "
        "“Remember this as”."
    )
    list_display = ("name", "who")
    list_select_related = ("by",)
    search_fields = ("name",)
    fields = ("name", "columns", "who")
    readonly_fields = ("columns", "who")
    audited = ("name",)

    @admin.display(description=FigureImport._meta.get_field("by").verbose_name, ordering="by")
    def who(self, profile: ImportProfile) -> str:
        """Who saved it; the system where nobody is behind it."""
        return str(profile.by or _("the system"))

    @admin.display(description=_("columns"))
    def columns(self, profile: ImportProfile) -> str:
        """Which heading holds which input."""
        return audit_words.changes_of(profile.mapping)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A profile is saved from a file that was read."""
        return False
