"""Log-ins: by which name wrong passwords are counted."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

LONGEST_NAME_COUNTED = 255
"""The column of django-axes; Django's own form lets longer names through, and no user has one."""


def name_counted(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """The user name that was tried, cut to what can be stored; see `settings.AXES_USERNAME_CALLABLE`."""
    tried: Mapping[str, Any] = credentials or (request.POST if request else {})
    return str(tried.get("username") or "")[:LONGEST_NAME_COUNTED]
