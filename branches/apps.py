"""Floor 1: regions, branches, staff, users with their roles, and the trading calendar."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BranchesConfig(AppConfig):
    """Master data that every higher floor rests on."""

    name = "branches"
    verbose_name = _("Branches and staff")

    def ready(self) -> None:
        from branches import handlers

        handlers.connect()
