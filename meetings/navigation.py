"""The places of this app in the main navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from branches.permissions import ADMINISTRATOR, MANAGER, REGIONAL, STAFF
from ui import navigation


def connect() -> None:
    """Add them; called when the app has loaded."""
    leaders = frozenset({MANAGER, REGIONAL, ADMINISTRATOR})
    navigation.register(
        navigation.Entry(
            "meetings", _("Meetings"), "meetings:index", "calendar-check", 40, leaders, phone=True
        )
    )
    navigation.register(
        navigation.Entry(
            "actions", _("My actions"), "meetings:actions", "list-checks", 40, frozenset({STAFF}), phone=True
        )
    )
