"""Figures that have changed and are not added up yet: the page says so, and shows them as soon as they are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from scorecards.models import DirtyMonth
from scorecards.services.recompute import mark, recompute
from tests.scorecards.factories import AS_OF
from tests.scorecards.views.pages.reading import NOW, LogIn, get, text_of
from tests.worlds import World

JUST_CHANGED = "have just changed"
ASKS = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TRIGGER": "waiting"}

each_page = pytest.mark.parametrize("page", ["today", "branch"])


@each_page
def test_the_page_says_that_figures_have_changed(figures: World, client_of: LogIn, page: str) -> None:
    assert JUST_CHANGED not in text_of(get(client_of, figures.manager, page, "N1"))

    mark([(figures.branch.pk, AS_OF)])

    assert JUST_CHANGED in text_of(get(client_of, figures.manager, page, "N1"))


@each_page
def test_another_branchs_changes_are_not_told(figures: World, client_of: LogIn, page: str) -> None:
    mark([(figures.foreign.pk, AS_OF)])

    assert JUST_CHANGED not in text_of(get(client_of, figures.manager, page, "N1"))


@each_page
def test_changed_records_alone_move_no_sum(figures: World, client_of: LogIn, page: str) -> None:
    DirtyMonth.objects.create(branch=figures.branch, month=AS_OF.replace(day=1), days=0)

    assert JUST_CHANGED not in text_of(get(client_of, figures.manager, page, "N1"))


@each_page
def test_the_note_learns_when_the_sums_are_there_and_reads_the_page_anew(
    figures: World, client_of: LogIn, page: str
) -> None:
    address, client = reverse(f"scorecards:{page}", args=["N1"]), client_of(figures.manager)
    mark([(figures.branch.pk, AS_OF)])

    assert client.get(address, **ASKS).status_code == 204

    recompute(today=NOW.date())

    assert client.get(address, **ASKS).headers["HX-Refresh"] == "true"


@each_page
def test_who_may_not_see_the_branch_is_told_nothing(figures: World, client_of: LogIn, page: str) -> None:
    address = reverse(f"scorecards:{page}", args=["S1"])

    assert client_of(figures.manager).get(address, **ASKS).status_code == 404
