"""What the pages of an import say: of blank keys, of closed days, in the reader's way of writing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from branches.models import Closure
from scorecards.models import DailyFigures
from tests.scorecards.views.test_import_mending import text
from tests.scorecards.views.test_imports import ClientOf, post, upload
from tests.worlds import World

ROW = "branch,day,orders,revenue\nN1,2026-01-05,4,100\n"


@pytest.fixture
def client(world: World, client_of: ClientOf) -> Client:
    return client_of(world.administrator)


def test_a_blank_branch_is_called_needed_and_not_unknown(client: Client) -> None:
    made = upload(client, "branch,day,revenue\n,2026-01-05,1\nNOWHERE,2026-01-05,1\n")
    assert [(one["row"], one["code"]) for one in made.problems] == [
        (2, "missing_key"),
        (3, "unknown_branch_code"),
    ]


def test_figures_on_a_day_closed_by_the_calendar_are_told_before_they_are_stored(
    world: World, client: Client
) -> None:
    Closure.objects.create(branch=world.branch, first_day=date(2026, 1, 5), last_day=date(2026, 1, 5))
    made = upload(client, ROW + "N1,2026-01-06,4,100\n")
    page = text(client, made)
    assert "On 1 day with figures the branch is closed by its calendar." in page
    assert '<span class="text-nowrap">N1 5 Jan 2026</span>' in page
    post(client, made, "apply")
    assert DailyFigures.objects.get(day=date(2026, 1, 5)).marked_open


def test_without_such_days_nothing_is_said_of_them(client: Client) -> None:
    assert "closed by its calendar" not in text(client, upload(client, ROW))


def test_the_preview_writes_days_and_money_the_readers_way(client: Client) -> None:
    page = text(client, upload(client, ROW))
    assert '<td class="text-nowrap">5 Jan 2026</td>' in page
    assert '<th scope="col" class="num">Revenue (CNY)</th>' in page


def test_what_was_stored_is_told_as_done_and_what_was_undone_with_its_hour(client: Client) -> None:
    made = upload(client, ROW)
    assert "The first rows as they will be stored" in text(client, made)
    post(client, made, "apply")
    assert "The first rows as they were stored" in text(client, made)
    post(client, made, "undo")
    assert "p.m." not in text(client, made)
    assert "a.m." not in text(client, made)


def test_what_only_the_reader_knows_is_asked_before_everything_else(client: Client) -> None:
    page = text(client, upload(client, "branch,day,revenue\nN1,03/04/2026,1\n"))
    assert (
        page.index("What only you know")
        < page.index('name="date_order"')
        < page.index("What the columns hold")
    )
    assert page.count('name="date_order"') == 1


def test_problems_in_the_download_have_a_chinese_colon_for_a_chinese_reader(client: Client) -> None:
    made = upload(client, "branch,day,revenue\nN1,2026-01-05,x\n")
    content = client.get(f"/imports/{made.pk}/refused/", headers={"Accept-Language": "zh-hans"}).getvalue()
    assert "revenue：这不是数字。" in content.decode("utf-8-sig")
