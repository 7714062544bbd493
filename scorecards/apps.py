"""Floor 3: figures, metrics, the recompute, scorecards and their drivers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScorecardsConfig(AppConfig):
    """The numbers: how a branch stands and why."""

    name = "scorecards"
    verbose_name = _("Figures and scorecards")

    def ready(self) -> None:
        from scorecards import handlers, navigation, steps

        handlers.connect()
        navigation.connect()
        steps.connect()
