"""Make the demo company."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from branches.models import Branch
from branchops.demo.figures import make_figures
from branchops.demo.history import make_history
from branchops.demo.meetings import make_agendas_of_today, make_meetings
from branchops.demo.surveys import make_answers
from branchops.demo.units import PASSWORD, Company, make_company
from scorecards.services.recompute import recompute


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
            "--if-empty", action="store_true", help="do nothing, without an error, if there are branches"
        )
        parser.add_argument(
            "--no-recompute", action="store_true", help="leave the cards to the next recompute"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the company in one transaction, then compute its cards."""
        if Branch.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("This database holds branches already; the demo goes into an empty one only.")
        last = options["until"] or timezone.localdate() - timedelta(days=1)
        with transaction.atomic():
            company = make_company(last)
            rows = make_figures(company)
            make_history(company)
            answers = make_answers(company)
            meetings = make_meetings(company)
        self.stdout.write(f"{len(company.branches)} branches, {rows} rows of figures until {last}")
        self.stdout.write(f"{meetings} morning meetings held, {answers} answers of customers")
        if not options["no_recompute"]:
            recompute(today=company.today, everything=True)
            make_agendas_of_today(company)
        self.stdout.write(_log_ins(company))


def _log_ins(company: Company) -> str:
    return f"Log-ins: {', '.join(company.users)}; password {PASSWORD}"
