"""The audit trail in Django admin: to read, never to edit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from branches.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Who changed what, when, from what to what."""

    list_display = ["at", "by", "what", "subject", "before", "after"]
    list_select_related = ["by"]
    search_fields = ["subject", "what", "by__username"]
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
