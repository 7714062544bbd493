"""Floor 4: meetings, their agenda, minutes, commitments and actions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """The day's meetings get their agenda from the figures; actions follow."""

    name = "meetings"
    verbose_name = _("Meetings and actions")

    def ready(self) -> None:
        """Fill the registers of the floors below."""
        from meetings import handlers, metrics, navigation, sections, steps

        for module in (handlers, metrics, navigation, sections, steps):
            module.connect()
