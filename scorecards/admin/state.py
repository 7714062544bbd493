"""How fresh the cards are, and drafts that were never saved."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from branches.admin.base import AuditedAdmin
from branches.models import Branch
from scorecards.models import FigureDraft, Freshness
from ui.read_only import ReadOnly


@admin.register(Freshness)
class FreshnessAdmin(ReadOnly, admin.ModelAdmin):
    """Up to which day the cards reach; the recompute writes it."""

    list_display = ("as_of", "computed_at")
    fields = ("as_of", "computed_at")


@admin.register(FigureDraft)
class FigureDraftAdmin(ReadOnly, AuditedAdmin):
    """What somebody typed and did not save; may be deleted, never written."""

    empty_text = _("Nobody has typed figures without saving them.")
    list_display = ("place", "day", "by", "at")
    fields = ("place", "day", "by", "at")
    readonly_fields = ("place",)
    list_select_related = ("branch", "by")
    search_fields = ("branch__code", "branch__name_en", "branch__name_zh")
    date_hierarchy = "day"

    @admin.display(description=Branch._meta.verbose_name, ordering="branch")
    def place(self, draft: FigureDraft) -> str:
        """The branch by code and name."""
        return f"{draft.branch.code} {draft.branch.name}"

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Old drafts may go."""
        return bool(request.user.has_perm("scorecards.delete_figuredraft"))
