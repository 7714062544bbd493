"""Make the demo company."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from branches.models import Branch
from branchops.demo.loading import load_demo
from branchops.demo.log_ins import log_ins


class Command(BaseCommand):
    """Fills an empty database with the demo company: units, people, log-ins, 15 months of figures, cards.

    The same numbers for the same last day. A database that holds branches is never touched.
    """

    help = "Load the demo company into an empty database: 24 branches, 15 months, a log-in per role."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options for scripts and tests."""
        parser.add_argument(
            "--until", type=date.fromisoformat, metavar="DATE", help="last day of figures; yesterday"
        )
        parser.add_argument(
            "--no-recompute", action="store_true", help="leave the cards to the next recompute"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and print the log-ins."""
        if Branch.objects.exists():
            raise CommandError("This database holds branches already; the demo goes into an empty one only.")
        last = options["until"] or timezone.localdate() - timedelta(days=1)
        load_demo(last, say=self.stdout.write, cards=not options["no_recompute"])
        self.stdout.write(log_ins())
