"""The numbers of the admin's first page, for its template."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from scorecards.queries.overview import Overview, overview

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_overview(context: Any) -> Overview:
    """The state of the installation for the signed-in administrator."""
    return overview(context["request"].user, at=timezone.now())
