"""`manage.py recompute`: compute the cards of what has changed, at once and in this process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branches.models import Branch
from scorecards.services.recompute import mark_branch, recompute


class Command(BaseCommand):
    """Recompute what is marked as changed, one branch's whole history, or everything."""

    help = "Compute the cards of what has changed since the last run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="everything, from the facts")
        parser.add_argument("--branch", metavar="CODE", help="all months of this branch as well")

    def handle(self, *args: Any, **options: Any) -> str:
        """Raises CommandError for a branch that does not exist."""
        if options["branch"]:
            branch = Branch.objects.filter(code=options["branch"]).first()
            if branch is None:
                raise CommandError(f"There is no branch with the code {options['branch']}.")
            mark_branch([branch.pk])
        done = recompute(today=timezone.localdate(), everything=options["all"], progress=self._progress)
        return (
            f"{done['cards']} cards of {done['periods']} periods, figures up to {done['as_of'] or 'no day'}."
        )

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total} periods", ending="\r")
