"""The calendar in Django admin: closed weekdays, and who is told when trading days change."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import Branch, Closure, OpeningHours
from branches.services import close_weekdays
from branches.signals import calendar_changed
from tests.branches.admin.test_pages import branch_form
from tests.worlds import World

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db


def choose(client: Client, action: str, branches: list[Branch], **answers: Any) -> Any:
    data = {"action": action, "_selected_action": [branch.pk for branch in branches], **answers}
    return client.post(reverse("admin:branches_branch_changelist"), data)


def test_weekdays_are_closed_for_the_chosen_branches_after_a_question(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    OpeningHours.objects.create(branch=world.foreign, weekday=0, opens_at="09:00", closes_at="18:00")

    page = choose(client, "close_weekdays", [world.branch, world.foreign]).content.decode()
    assert "2 branches are chosen" in page
    assert "1 of them keeps opening hours already" in page
    assert not world.branch.opening_hours.exists()

    refused = choose(client, "close_weekdays", [world.branch], apply="1", weekdays=list("0123456"))
    assert "Leave at least one weekday open" in refused.content.decode()
    choose(client, "close_weekdays", [world.branch, world.foreign], apply="1", weekdays=["6"])

    assert list(world.branch.opening_hours.values_list("weekday", flat=True)) == [0, 1, 2, 3, 4, 5]
    assert world.foreign.opening_hours.count() == 1


def test_chosen_branches_trade_daily_again(world: World, client_of: ClientOf) -> None:
    close_weekdays([world.branch.pk], [6], by=None)

    choose(client_of(world.administrator), "trade_daily", [world.branch, world.sister])

    assert not world.branch.opening_hours.exists()


@pytest.mark.parametrize(("hours", "codes"), [("none", {"S1"}), ("weekdays", {"N1"}), ("entered", {"N2"})])
def test_branches_are_found_by_what_is_known_of_their_hours(
    hours: str, codes: set[str], world: World, client_of: ClientOf
) -> None:
    close_weekdays([world.branch.pk], [6], by=None)
    OpeningHours.objects.create(branch=world.sister, weekday=0, opens_at="09:00", closes_at="18:00")

    page = client_of(world.administrator).get(reverse("admin:branches_branch_changelist") + f"?hours={hours}")

    assert {branch.code for branch in page.context["cl"].result_list} == codes


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What the floors above are told of changed calendars: (sorted branch ids or None, first, last)."""
    heard: list[Any] = []

    def hear(branch_ids: Any, first: Any, last: Any, **kwargs: Any) -> None:
        heard.append((branch_ids and sorted(branch_ids), first, last))

    calendar_changed.connect(hear)
    yield heard
    calendar_changed.disconnect(hear)


def test_a_branch_that_moves_or_changes_its_days_is_told_of_and_a_new_name_is_not(
    world: World, client_of: ClientOf, told: list[Any]
) -> None:
    client, url = (
        client_of(world.administrator),
        reverse("admin:branches_branch_change", args=[world.branch.pk]),
    )

    client.post(url, branch_form(world.branch, name_en="Nanshan Park"))
    assert told == []
    client.post(url, branch_form(world.branch, name_en="Nanshan Park", region=world.south.pk))
    assert told == [([world.branch.pk], None, None)]
    hours = {
        "opening_hours-TOTAL_FORMS": 1,
        "opening_hours-0-weekday": 0,
        "opening_hours-0-branch": world.branch.pk,
    }
    client.post(url, branch_form(world.branch, name_en="Nanshan Park", region=world.south.pk, **hours))
    assert told[1:] == [([world.branch.pk], None, None)]


def test_a_region_under_another_one_changes_the_sums_of_both(
    world: World, client_of: ClientOf, told: list[Any]
) -> None:
    url = reverse("admin:branches_region_change", args=[world.area.pk])
    form = {
        "code": "AREA",
        "name_en": "Harbour",
        "name_zh": "海港片区",
        "parent": world.south.pk,
        "position": 0,
    }

    client_of(world.administrator).post(url, form)

    assert told == [(None, None, None)]


def test_closures_are_told_of_with_the_days_of_before_and_of_now(
    world: World, client_of: ClientOf, told: list[Any]
) -> None:
    client = client_of(world.administrator)
    form = {"region": world.area.pk, "first_day": "2026-08-01", "last_day": "2026-08-02", "reason": "typhoon"}
    both = sorted([world.branch.pk, world.sister.pk])

    client.post(reverse("admin:branches_closure_add"), form)
    assert told == [(both, date(2026, 8, 1), date(2026, 8, 2))]
    closure = Closure.objects.get()
    url = reverse("admin:branches_closure_change", args=[closure.pk])
    client.post(url, {**form, "region": "", "first_day": "2026-08-05", "last_day": "2026-08-06"})
    assert told[1:] == [
        (both, date(2026, 8, 1), date(2026, 8, 2)),
        (None, date(2026, 8, 5), date(2026, 8, 6)),
    ]
    client.post(reverse("admin:branches_closure_delete", args=[closure.pk]), {"post": "yes"})
    assert told[3:] == [(None, date(2026, 8, 5), date(2026, 8, 6))]


def test_a_corrected_holiday_concerns_the_branches_that_keep_holidays(
    world: World, client_of: ClientOf, told: list[Any]
) -> None:
    Branch.objects.filter(code="N2").update(opens_on_holidays=False)

    client_of(world.administrator).post(
        reverse("admin:branches_holidayoverride_add"),
        {"day": "2026-05-06", "is_holiday": "on", "name_zh": "补休"},
    )

    assert told == [([world.sister.pk], date(2026, 5, 6), date(2026, 5, 6))]
