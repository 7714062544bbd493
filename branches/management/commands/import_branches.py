"""Import branches from a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from branches.management.importing import add_arguments, load
from branches.resources import BranchResource


class Command(BaseCommand):
    """Branches by their code: new ones are made, known ones changed; all of the file or nothing."""

    help = (
        "Import branches (code, name_en, name_zh, region, format, opened_on, closed_on, …) from CSV or Excel."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Those of every import, and whether regions and formats may come with the file."""
        add_arguments(parser)
        parser.add_argument(
            "--create-missing", action="store_true", help="make regions and formats that are not there yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say what is wrong."""
        resource = BranchResource()
        if options["create_missing"]:
            resource.create_missing()
        load(self, resource, options)
