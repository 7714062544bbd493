"""Make the demo company."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from branches.models import Branch, User
from branchops.demo.figures import make_figures
from branchops.demo.history import make_history
from branchops.demo.meetings import make_agendas_of_today, make_meetings
from branchops.demo.surveys import make_answers
from branchops.demo.units import PASSWORD, make_company
from scorecards.services.recompute import recompute

LOG_INS = {
    "manager": "branch manager, one branch · 营业厅经理（一个营业厅）",
    "manager2": "branch manager, two branches, one with missing figures · 营业厅经理（两个营业厅，其中一个缺数据）",
    "region": "regional staff, South China · 区域督导（华南）",
    "staff": "staff member · 员工",
    "admin": "administrator · 管理员",
}


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
            "--log-ins",
            action="store_true",
            help="only name the demo's log-ins, if there are any, in both languages",
        )
        parser.add_argument(
            "--no-recompute", action="store_true", help="leave the cards to the next recompute"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the company in one transaction, then compute its cards."""
        if options["log_ins"]:
            self.stdout.write(_log_ins())
            return
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
        self.stdout.write(_log_ins())


def _log_ins() -> str:
    """A line per demo log-in that exists; empty where this is no demo company."""
    known = set(User.objects.filter(username__in=LOG_INS).values_list("username", flat=True))
    lines = [f"    {name:<10} {LOG_INS[name]}" for name in LOG_INS if name in known]
    heading = f"  Log-ins, password {PASSWORD} · 演示账号，密码 {PASSWORD}"
    return "\n".join([heading, *lines, ""]) if lines else ""
