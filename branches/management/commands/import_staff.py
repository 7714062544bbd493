"""Import staff from a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from branches.management.importing import add_arguments, load
from branches.resources import StaffResource


class Command(BaseCommand):
    """Staff by their number, with the branch where they work from a day on; all of the file or nothing."""

    help = "Import staff (number, name, post, branch, starts_on, ends_on) from CSV or Excel."

    def add_arguments(self, parser: CommandParser) -> None:
        """Those of every import."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say what is wrong."""
        load(self, StaffResource(), options)
