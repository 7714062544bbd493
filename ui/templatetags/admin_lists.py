"""In which order Django admin lists the apps."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def largest_first(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The apps with most to look after first: the same order in every language, and master data on top."""
    return sorted(apps, key=lambda app: -len(app["models"]))
