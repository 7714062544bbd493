"""Start-up checks: the application refuses to run with settings that are unsafe in production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def refuse_unsafe_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors, each with what to set, unless DEBUG is on: an own secret key and the hosts that are served."""
    if settings.DEBUG:
        return []
    errors: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < 40 or settings.SECRET_KEY.startswith("insecure"):
        errors.append(
            Error(
                "SECRET_KEY is missing or too short.",
                hint="Set SECRET_KEY to 50 random characters.",
                id="branchops.E001",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        errors.append(
            Error(
                "ALLOWED_HOSTS is empty or open.",
                hint="Set ALLOWED_HOSTS to the names served.",
                id="branchops.E002",
            )
        )
    return errors
