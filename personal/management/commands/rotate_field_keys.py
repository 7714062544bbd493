"""Write personal fields anew under the first key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personal.services import rotate


class Command(BaseCommand):
    """After a new key was put first in FIELD_KEYS: bring every personal field under it, so that the old one may go."""

    help = (
        "Encrypt every personal field anew with the first of FIELD_KEYS. Can be cut anywhere and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and say what was found; an error while a text cannot be read, because its key is still missing."""
        counts = rotate()
        self.stdout.write(
            f"{counts.rewritten} texts written anew, {counts.current} were under the first key."
        )
        if counts.unreadable:
            raise CommandError(
                f"{counts.unreadable} texts cannot be read: the key they were written with is missing."
            )
