"""App configuration of the look."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Frame, number formats and page helpers that every other app builds on."""

    name = "ui"
    verbose_name = _("User interface")
