"""What the pages cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from formulas.periods import Kind
from tests.factories import EmploymentFactory, StaffMemberFactory
from tests.scorecards.factories import (
    AS_OF,
    make_card,
    make_days,
)
from tests.scorecards.views.pages.reading import BRANCH_PAGES, LogIn
from tests.worlds import World

OWN_QUERIES = {"today": 9, "branch": 8, "whatif": 7, "scorecard": 3}


@pytest.mark.parametrize("route", BRANCH_PAGES)
def test_a_page_costs_as_many_queries_with_much_as_with_little(
    figures: World, client_of: LogIn, route: str
) -> None:
    client = client_of(figures.manager)
    url = reverse(f"scorecards:{route}", args=["N1"])
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)

    for number in range(3):
        person = StaffMemberFactory(name=f"New {number}")
        EmploymentFactory(staff=person, branch=figures.branch)
        make_days(figures.branch, AS_OF - timedelta(days=5), AS_OF, staff_id=person.pk)
        make_card(figures.branch, Kind.MONTH, AS_OF, staff_id=person.pk)
    with CaptureQueriesContext(connection) as after:
        client.get(url)

    assert len(after) == len(before)
    assert len(own_queries(before)) <= OWN_QUERIES[route]


def own_queries(captured: CaptureQueriesContext) -> list[str]:
    """Without session and user, which every page reads, and without what other apps put on the page."""
    others = ("django_session", "branches_user", "meetings_", "surveys_")
    return [q["sql"] for q in captured.captured_queries if not any(name in q["sql"] for name in others)]
