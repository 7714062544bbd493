"""Today: how the month stands, why, and what to do next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.urls import reverse

from scorecards.models import DailyFigures
from tests.scorecards.factories import (
    AS_OF,
    make_fresh,
)
from tests.scorecards.views.pages.reading import LogIn, get, text_of
from tests.worlds import World


def test_today_says_how_the_month_stands_and_why(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "Revenue is ¥66,000, ¥6,000 (+10.0%) ahead of 1–20 Oct 2026." in text
    assert "Basket explains +¥6,000." in text
    assert "20 of 20 days have figures" in text
    assert "Li Lei" in text


def test_the_parts_that_today_shows_add_up_to_the_change_that_it_shows(
    figures: World, client_of: LogIn
) -> None:
    response = get(client_of, figures.manager, "today", "N1")

    effects = [tile.effect for tile in response.context["tiles"] if tile.effect is not None]
    assert sum(effects) == response.context["change"] == 600_000


def test_today_can_be_compared_with_the_year_before(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "today", "N1", against="year_before"))

    assert "There are no complete figures for the same weekdays a year before (2–21 Nov 2025)" in text


def test_today_asks_for_missing_figures_first(figures: World, client_of: LogIn) -> None:
    DailyFigures.objects.filter(branch=figures.branch, day=AS_OF).delete()

    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "The figures of Fri 20 Nov 2026 are missing." in text
    assert reverse("scorecards:entry", args=["N1", "2026-11-20"]) in text


def test_today_of_a_closed_branch_has_no_next_step(figures: World, client_of: LogIn) -> None:
    figures.branch.closed_on = date(2026, 11, 10)
    figures.branch.save()

    response = get(client_of, figures.manager, "today", "N1")

    assert response.context["step"] is None
    assert "The branch has closed; its last trading day was 10 Nov 2026." in text_of(response)
    assert response.context["page"].newest == date(2026, 11, 10)


def test_today_of_a_closed_branch_does_not_call_its_last_month_the_month_to_date(
    figures: World, client_of: LogIn
) -> None:
    figures.branch.closed_on = date(2026, 11, 10)
    figures.branch.save()

    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "The last month, 1–10 Nov 2026" in text
    assert "Month to date" not in text


def test_on_the_first_of_a_month_the_month_before_is_not_called_the_month_to_date(
    figures: World, client_of: LogIn
) -> None:
    with time_machine.travel(datetime(2026, 12, 1, 1, tzinfo=UTC), tick=False):
        text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "The newest month, 1–20 Nov 2026" in text
    assert "Month to date" not in text
    assert "this month" not in text.lower()


def test_today_of_a_branch_that_has_not_opened_says_when_it_will(world: World, client_of: LogIn) -> None:
    make_fresh()
    world.branch.opened_on = date(2026, 12, 5)
    world.branch.save()

    response = get(client_of, world.manager, "today", "N1")

    assert "The branch opens on Sat 5 Dec 2026." in text_of(response)
    assert response.context["step"] is None


def test_today_without_any_figures_says_what_will_be_here(world: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, world.manager, "today", "N1"))

    assert "No figures yet" in text
    assert reverse("scorecards:entry_start") in text


def test_today_of_a_branch_without_figures_of_its_own(world: World, client_of: LogIn) -> None:
    make_fresh()

    text = text_of(get(client_of, world.manager, "today", "N1"))

    assert "No figures for 1–20 Nov 2026 yet" in text
    assert "No figures of this branch in the last 13 weeks." in text


def test_today_says_that_the_newest_day_is_not_in(figures: World, client_of: LogIn) -> None:
    make_fresh(AS_OF + timedelta(days=1))

    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "Other branches have figures to Sat 21 Nov; here they are still missing." in text
