"""Floor 0: personal fields."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonalConfig(AppConfig):
    """A field that is encrypted at rest, and the register of all fields that may speak of a person. No tables."""

    name = "personal"
    verbose_name = _("Personal fields")
