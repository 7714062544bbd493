"""Records that tell what happened: looked at in Django admin, never written there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Before a ModelAdmin or an inline: nothing is added, changed or deleted there."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Such records are written by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above."""
        return False
