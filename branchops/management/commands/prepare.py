"""Make everything ready for the start of the servers."""

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from branchops.demo.log_ins import log_ins
from branchops.preparation import load_demo_if_empty, prepare


class Command(BaseCommand):
    """Compiles translations, applies migrations, makes the cache table, collects static files: what is missing of it.

    What it is doing goes to standard error; standard output holds the demo's log-ins and nothing else.
    """

    help = "Everything between new code and a start: translations, migrations, cache table, static files."
    requires_system_checks = [Tags.staticfiles]

    def add_arguments(self, parser: CommandParser) -> None:
        """The demo is asked for."""
        parser.add_argument(
            "--demo", action="store_true", help="load the demo company if there are no branches"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and with --demo print the log-ins."""
        try:
            prepare(say=self._say)
            if options["demo"]:
                load_demo_if_empty(say=self._say)
                self.stdout.write(log_ins())
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error

    def _say(self, text: str) -> None:
        """To standard error, but not in red: nothing is wrong."""
        self.stderr.write(text, style_func=str)
