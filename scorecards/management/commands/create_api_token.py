"""Make a token with which another system delivers figures."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from branches.models import Branch
from scorecards.services.tokens import create_token


class Command(BaseCommand):
    """Prints the token once; only its hash is kept."""

    help = "Create an API token for a source, for all branches or for those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The source's name and its branches."""
        parser.add_argument("name")
        parser.add_argument("--branch", action="append", default=[], metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; CommandError for an unknown branch or a name that is taken."""
        codes = set(options["branch"])
        branches = list(Branch.objects.filter(code__in=codes))
        if unknown := codes - {branch.code for branch in branches}:
            raise CommandError(f"There is no branch {', '.join(sorted(unknown))}.")
        try:
            _, token = create_token(options["name"], branches=branches, by=None, at=timezone.now())
        except IntegrityError:
            raise CommandError("There is a token of this name already.") from None
        self.stdout.write(token)
