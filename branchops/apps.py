"""The roof as an app: it fills the registers that need every app, and refuses to start unsafe."""

from django.apps import AppConfig


class BranchOpsConfig(AppConfig):
    """Loaded last, so that every app's registers are filled when its checks run."""

    name = "branchops"
    label = "branchops"
    verbose_name = "BranchOps"

    def ready(self) -> None:
        from branchops import checks  # noqa: F401  registering happens on import, once apps are loaded
