"""Floor 0: durable jobs as rows; the queue only rings the bell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Work that has to be done whatever is killed meanwhile."""

    name = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from jobs import embedded, tasks  # noqa: F401  connect to the worker's signals and to the bell
