"""Floor 6: what customers say."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """A survey behind each branch's QR code; the answers become metrics."""

    name = "surveys"
    verbose_name = _("Voice of the customer")

    def ready(self) -> None:
        """Fill the registers of the floors below."""
        from surveys import agenda, handlers, metrics, navigation, panels, personal

        for module in (agenda, handlers, metrics, navigation, panels, personal):
            module.connect()
