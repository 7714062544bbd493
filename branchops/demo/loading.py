"""Loads the demo company into an empty database."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from branchops.demo.figures import make_figures
from branchops.demo.history import make_history
from branchops.demo.meetings import make_agendas_of_today, make_meetings
from branchops.demo.surveys import make_answers
from branchops.demo.units import make_company
from scorecards.services.recompute import recompute


def load_demo(last: date, *, say: Callable[[str], object], cards: bool = True) -> None:
    """Make the company with figures until `last` in one transaction, then compute its cards; `say` what was made."""
    with transaction.atomic():
        company = make_company(last)
        rows = make_figures(company)
        make_history(company)
        answers = make_answers(company)
        meetings = make_meetings(company)
    say(f"{len(company.branches)} branches, {rows} rows of figures until {last}")
    say(f"{meetings} morning meetings held, {answers} answers of customers")
    if cards:
        recompute(today=company.today, everything=True)
        make_agendas_of_today(company)
