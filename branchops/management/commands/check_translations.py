"""Are the translations complete, in both directions?"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")


class Command(BaseCommand):
    """Every text of the source has a Chinese translation, and every translation still has its text in the source."""

    help = "Fail if a text is untranslated or fuzzy, missing from the catalogue, or no longer in the source."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare the committed catalogue with one extracted afresh in a copy of the tree."""
        committed = polib.pofile(str(settings.BASE_DIR / CATALOGUE))
        found = _keys(polib.pofile(str(_extract(settings.BASE_DIR))))
        known = _keys(committed)
        faults = [f"not in the catalogue: {key[1]!r}" for key in sorted(found - known)]
        faults += [f"no longer in the source: {key[1]!r}" for key in sorted(known - found)]
        faults += [f"untranslated: {entry.msgid!r}" for entry in committed if not entry.translated()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the translations")
        self.stdout.write(f"{len(committed)} texts, all translated")


def _keys(catalogue: polib.POFile) -> set[tuple[str, str]]:
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}


def _extract(tree: Path) -> Path:
    """Run makemessages in a copy of the tree, so that the tree itself is not touched; the path of its catalogue."""
    copy = Path(tempfile.mkdtemp(prefix="branchops-texts-"))
    skipped = shutil.ignore_patterns(
        ".*", "node_modules", "var", "staticfiles", "tests", "benchmarks", "*.mo", "locale"
    )
    shutil.copytree(tree, copy / "tree", ignore=skipped)
    (copy / "tree" / "locale").mkdir()
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--no-location", "-v", "0"]
    done = subprocess.run(  # noqa: S603  our own interpreter and command
        command,
        cwd=copy / "tree",
        capture_output=True,
        text=True,
        env=os.environ | {"DEBUG": "true"},
        check=False,
    )
    if done.returncode:
        raise CommandError(done.stderr)
    return copy / "tree" / CATALOGUE
