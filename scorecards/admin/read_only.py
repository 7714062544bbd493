"""Records that tell what happened: looked at, never written by hand."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """An admin without add, change and delete."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Such records are written by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """As above."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """As above."""
        return False
