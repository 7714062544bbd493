from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from branches.models import Branch
from scorecards.models import DailyFigures
from tests.factories import BranchFactory
from tests.worlds import World

ClientOf = Callable[[object], Client]

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
MISSING = "/figures/missing/"


@pytest.fixture(autouse=True)
def _a_saturday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def fill(branch: Branch, *leave_out: date) -> None:
    days = (date(2026, 11, 20) - timedelta(days=n) for n in range(60))
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, branch=branch, revenue=100) for day in days if day not in leave_out
    )


def test_a_manager_is_led_to_the_newest_missing_day(world: World, client_of: ClientOf) -> None:
    fill(world.branch, date(2026, 11, 18), date(2026, 11, 4))
    answer = client_of(world.manager).get(reverse("scorecards:entry_start"))
    assert answer["Location"] == "/branches/N1/figures/2026-11-18/"


def test_a_manager_without_gaps_is_led_to_yesterday(world: World, client_of: ClientOf) -> None:
    fill(world.branch)
    answer = client_of(world.manager).get(reverse("scorecards:entry_start"))
    assert answer["Location"] == "/branches/N1/figures/2026-11-20/"


def test_those_who_look_after_many_branches_get_the_list(world: World, client_of: ClientOf) -> None:
    assert client_of(world.regional).get(reverse("scorecards:entry_start"))["Location"] == MISSING
    assert client_of(world.administrator).get(reverse("scorecards:entry_start"))["Location"] == MISSING


def test_the_list_names_days_and_links_to_their_entry(world: World, client_of: ClientOf) -> None:
    fill(world.branch, date(2026, 11, 18))
    fill(world.sister)
    page = client_of(world.regional).get(MISSING).content.decode()
    assert "Nanshan" in page
    assert "Futian" not in page
    assert 'href="/branches/N1/figures/2026-11-18/"' in page
    assert "1 branch lacks figures:" in page
    assert "1 day in all." in page


def test_a_manager_of_a_few_branches_has_nothing_to_filter(world: World, client_of: ClientOf) -> None:
    assert 'id="q"' not in client_of(world.manager).get(MISSING).content.decode()
    assert 'id="q"' in client_of(world.regional).get(MISSING).content.decode()


def test_of_a_few_branches_every_day_is_a_link(world: World, client_of: ClientOf) -> None:
    page = client_of(world.manager).get(MISSING).content.decode()
    assert page.count('class="entry-day"') == 35
    assert "earlier day" not in page


def test_of_many_branches_the_newest_week_is_named_and_the_rest_counted(
    world: World, client_of: ClientOf
) -> None:
    for _branch in range(5):
        BranchFactory(region=world.area)
    fill(world.branch, *(date(2026, 11, 20) - timedelta(days=n) for n in range(8)))
    page = client_of(world.regional).get(MISSING).content.decode()
    assert page.count('class="entry-day"') == 7 * 7
    assert 'href="/branches/N1/figures/2026-11-14/"' in page
    assert 'href="/branches/N1/figures/2026-11-13/"' not in page
    assert "and 1 earlier day<" in page
    assert "and 28 earlier days<" in page


def test_the_list_holds_nothing_foreign(world: World, client_of: ClientOf) -> None:
    page = client_of(world.regional).get(MISSING + "?q=Secret").content.decode()
    assert "Secretfield" not in page
    assert "S1</span>" not in client_of(world.manager).get(MISSING + "?region=SOUTH").content.decode()
    assert "S1</span>" in client_of(world.foreign_regional).get(MISSING).content.decode()
    assert "Secretfield" in client_of(world.foreign_regional).get(MISSING).content.decode()


def test_the_list_is_filtered_by_region_and_text(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    assert "Secretfield" not in client.get(MISSING + "?region=NORTH").content.decode()
    assert "Nanshan" in client.get(MISSING + "?region=NORTH").content.decode()
    assert "Nanshan" not in client.get(MISSING + "?q=futian").content.decode()
    assert "No branch has this name or code" in client.get(MISSING + "?q=nowhere").content.decode()


def test_nothing_missing_is_said(world: World, client_of: ClientOf) -> None:
    fill(world.branch)
    assert "No figures are missing" in client_of(world.manager).get(MISSING).content.decode()


def test_staff_members_do_not_see_it(world: World, client_of: ClientOf) -> None:
    assert client_of(world.staff).get(MISSING).status_code == 403


@pytest.mark.parametrize("branches", [1, 3])
def test_the_page_needs_no_more_queries_for_more_branches(
    world: World, client_of: ClientOf, django_assert_num_queries: Any, branches: int
) -> None:
    for _branch in range(branches - 1):
        BranchFactory(region=world.area)
    fill(world.sister)
    client = client_of(world.regional)
    client.get(MISSING)  # the first page of a test also makes the session
    with django_assert_num_queries(10):
        client.get(MISSING)
