"""`manage.py closed_weekdays`: find the weekdays on which branches never trade, and mark them as closed."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dates import WEEKDAYS

from scorecards.queries.weekdays import WEEKS, never_traded
from scorecards.services.weekdays import close_never_traded


class Command(BaseCommand):
    """Branches without opening hours that never had figures on a weekday in the last thirteen weeks."""

    help = "Find weekdays without any figures at branches without opening hours; --save marks them as closed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--save", action="store_true", help="mark them as closed; without it nothing is stored"
        )

    def handle(self, *args: Any, **options: Any) -> str:
        """Lists what is found, and stores it if asked to; a second run finds nothing."""
        found = never_traded(timezone.localdate() - timedelta(days=1))
        for one in found:
            names = ", ".join(str(WEEKDAYS[weekday]) for weekday in one.weekdays)
            self.stdout.write(f"{names}: {len(one.branch_ids)} branches")
        if not found:
            return f"No weekday without figures in {WEEKS} weeks."
        if not options["save"]:
            return "Nothing is stored: add --save to mark these weekdays as closed."
        return f"Closed on these weekdays: {close_never_traded(found, by=None)} branches."
