"""Compile the translations without the gettext tools, so that a fresh machine needs nothing installed."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Write the .mo beside every .po that is newer."""

    help = "Compile locale/*/LC_MESSAGES/*.po to .mo."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile what changed."""
        for source in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))
