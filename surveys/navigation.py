"""The place of this app in the main navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.permissions import READERS
from ui import navigation


def connect() -> None:
    """Add it; called when the app has loaded."""
    navigation.register(
        navigation.Entry(
            "voice",
            _("Customers' voice"),
            "surveys:voice",
            "message-square-heart",
            50,
            READERS.roles,
            phone=True,
            short=pgettext_lazy("navigation", "Voice"),
        )
    )
