"""The roof as an app: it fills the registers that need every app, and refuses to start unsafe."""

from django.apps import AppConfig, apps
from django.contrib.staticfiles.apps import StaticFilesConfig

# What packages bring and no page of ours uses: two thirds of what would be collected and compressed.
UNUSED_STATIC_FILES = ["ninja", "*.map", "htmx-4*", "htmax-*"]


class BranchOpsConfig(AppConfig):
    """Loaded last, so that every app's registers are filled when its checks run."""

    name = "branchops"
    label = "branchops"
    verbose_name = "BranchOps"

    def ready(self) -> None:
        from branchops import checks  # noqa: F401  registering happens on import, once apps are loaded

        static_files = apps.get_app_config("staticfiles")
        assert isinstance(static_files, StaticFilesConfig)
        static_files.ignore_patterns = [*StaticFilesConfig.ignore_patterns, *UNUSED_STATIC_FILES]
