"""What admin pages say where Django says too little: empty lists, what cannot be deleted, filters, days, languages."""

import html
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

import branchops.urls  # noqa: F401  the admin pages of all apps, which hold the names, are loaded there
from branches.models import AuditEntry, FailedLogIn
from branches.passwords import LongEnough
from jobs import services as jobs
from jobs.models import Job, State
from jobs.names import named
from meetings.models import Meeting
from scorecards.models import ApiToken
from tests.branches.factories import ClosureFactory
from tests.worlds import World

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def page(client: Client, name: str, *args: Any, query: str = "", language: str = "en") -> str:
    url = reverse(f"admin:{name}", args=args) + query
    answer = client.get(url, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_list_is_headed_by_what_it_holds(world: World, client_of: ClientOf) -> None:
    text = page(client_of(world.administrator), "branches_branch_changelist")
    assert "<h1>Branches</h1>" in text
    assert "<title>Branches | BranchOps administration</title>" in text
    assert "3 in all" in text


def test_a_search_without_a_hit_offers_the_whole_list_and_no_actions(
    world: World, client_of: ClientOf
) -> None:
    text = page(client_of(world.administrator), "branches_branch_changelist", query="?q=nowhere")
    assert "Nothing fits this search and these filters." in text
    assert '<a href="?">Show all</a>' in text
    assert 'name="action"' not in text


def test_an_empty_list_says_what_will_be_in_it_and_how(world: World, client_of: ClientOf) -> None:
    text = page(client_of(world.administrator), "branches_holidayoverride_changelist")
    assert "Nothing is here yet." in text
    assert "The public holidays of the country hold as they are." in text
    assert "Add holiday correction</a>" in text


def test_a_branch_with_records_is_kept_and_the_page_says_what_to_do_instead(
    world: World, client_of: ClientOf
) -> None:
    Meeting.objects.create(
        branch=world.branch, kind="morning", day=date(2026, 11, 20), window_closes_at=NOW, built_at=NOW
    )
    text = page(client_of(world.administrator), "branches_branch_delete", world.branch.pk)
    assert "“Nanshan” cannot be deleted: other records belong to it and are kept." in text
    assert "Enter its last day of trading instead" in text
    assert "your account doesn't have permission" not in text


def test_a_closure_without_branch_and_region_is_said_to_close_the_whole_company(
    world: World, client_of: ClientOf
) -> None:
    text = page(client_of(world.administrator), "branches_closure_add")
    assert "Left empty, with no branch chosen either, the whole company closes." in text


def test_days_are_written_day_before_month_and_hours_of_24(world: World, client_of: ClientOf) -> None:
    ClosureFactory(branch=world.branch, first_day=date(2026, 9, 4), last_day=date(2026, 9, 5))
    assert "4 Sep 2026" in page(client_of(world.administrator), "branches_closure_changelist")


def test_a_day_that_could_be_two_is_refused_and_an_iso_day_is_read(world: World, client_of: ClientOf) -> None:
    form = {"branch": world.branch.pk, "first_day": "03/04/2026", "last_day": "2026-04-05"}
    answer = client_of(world.administrator).post(reverse("admin:branches_closure_add"), form)
    assert "Enter a valid date." in answer.content.decode()


def test_tokens_are_filtered_by_words_with_and_without_counts(world: World, client_of: ClientOf) -> None:
    ApiToken.objects.create(name="ERP", digest="x", created_at=NOW)
    ApiToken.objects.create(name="Till", digest="y", created_at=NOW, revoked_at=NOW)
    client = client_of(world.administrator)
    text = page(client, "scorecards_apitoken_changelist", query="?revoked_at__isempty=1")
    assert ">in use</a>" in text
    assert ">revoked</a>" in text
    assert "Not empty" not in text
    assert "ERP" in text
    assert "Till" not in text
    assert ">revoked (1)</a>" in page(client, "scorecards_apitoken_changelist", query="?_facets=True")


def test_the_other_language_is_one_press_away(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    assert 'name="language" value="zh-hans"' in page(client, "branches_branch_changelist")
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/admin/"})
    text = page(client, "branches_branch_changelist")
    assert 'lang="zh-hans"' in text
    assert 'name="language" value="en"' in text


def test_what_nobody_can_change_has_no_history_and_what_can_leads_to_the_audit_trail(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    entry = AuditEntry.objects.create(what="branch changed", subject="branch N1", at=NOW)
    assert "historylink" not in page(client, "branches_auditentry_change", entry.pk)
    assert "historylink" in page(client, "branches_branch_change", world.branch.pk)
    history = page(client, "branches_branch_history", world.branch.pk)
    assert f'href="{reverse("admin:branches_auditentry_changelist")}?q=branch%20N1"' in history


def test_a_meeting_and_a_job_are_called_by_words_and_codes(world: World, client_of: ClientOf) -> None:
    meeting = Meeting.objects.create(
        branch=world.branch, kind="morning", day=date(2026, 11, 20), window_closes_at=NOW, built_at=NOW
    )
    job = Job.objects.create(kind="nightly", subject="company", period="2026-11-20", state=State.DONE)
    assert str(meeting) == "Morning meeting N1 2026-11-20"
    text = page(client_of(world.administrator), "jobs_job_change", job.pk)
    assert "Nightly recompute · 2026-11-20" in text


def test_every_kind_of_job_has_a_name() -> None:
    assert sorted(set(jobs._handlers) - set(named())) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_failed_log_ins_are_listed_under_our_own_words(
    language: str, world: World, client_of: ClientOf
) -> None:
    FailedLogIn.objects.create(username="manager", ip_address="10.0.0.1", failures_since_start=9)
    text = page(client_of(world.administrator), "branches_failedlogin_changelist", language=language)
    assert "Failed Logins" not in text
    assert "IP Address" not in text
    if language == "en":
        assert "Wrong passwords" in text


def test_a_new_password_unlocks_a_locked_name(world: World, client_of: ClientOf, settings: Any) -> None:
    settings.AXES_ENABLED = True
    for number in range(settings.AXES_FAILURE_LIMIT):
        Client().post(reverse("login"), {"username": "manager", "password": f"wrong {number}"})
    locked = Client().post(reverse("login"), {"username": "manager", "password": "wrong again"})
    assert locked.status_code == 429
    form = {"password1": "another-one-7", "password2": "another-one-7"}
    client_of(world.administrator).post(
        reverse("admin:auth_user_password_change", args=[world.manager.pk]), form
    )
    answer = Client().post(reverse("login"), {"username": "manager", "password": "another-one-7"})
    assert answer.status_code == 302


def test_a_short_password_is_refused_in_the_readers_language() -> None:
    assert LongEnough(10).get_error_message() == (
        "This password is too short: at least 10 characters are needed."
    )
    with translation.override("zh-hans"):
        assert LongEnough(10).get_error_message() == "密码太短：至少要 10 个字符。"


def test_an_act_on_a_related_record_is_written_down_by_its_code(world: World, client_of: ClientOf) -> None:
    form = {"username": "manager", "role": "manager", "is_active": "on", "branches": [world.sister.pk]}
    client_of(world.administrator).post(reverse("admin:branches_user_change", args=[world.manager.pk]), form)
    entry = AuditEntry.objects.get(what="user changed")
    assert (entry.before, entry.after) == ({"branches": ["N1"]}, {"branches": ["N2"]})


def test_branches_with_records_are_kept_when_many_are_to_be_deleted(
    world: World, client_of: ClientOf
) -> None:
    Meeting.objects.create(
        branch=world.branch, kind="morning", day=date(2026, 11, 20), window_closes_at=NOW, built_at=NOW
    )
    chosen = {"action": "delete_selected", "_selected_action": [world.branch.pk]}
    answer = client_of(world.administrator).post(reverse("admin:branches_branch_changelist"), chosen)
    text = html.unescape(answer.content.decode())
    assert "Not all of these can be deleted" in text
    assert "Enter its last day of trading instead" in text


def test_the_deletion_of_a_user_names_no_links_between_tables(world: World, client_of: ClientOf) -> None:
    text = page(client_of(world.administrator), "branches_user_delete", world.regional.pk)
    assert "relationship" not in text
    assert "regional" in text


def test_a_code_that_is_taken_is_refused_in_plain_words(world: World, client_of: ClientOf) -> None:
    form = {"code": "N1", "region": world.area.pk, "format": world.branch.format.pk}
    answer = client_of(world.administrator).post(reverse("admin:branches_branch_add"), form)
    assert "This is taken already: choose another one." in answer.content.decode()


def test_the_page_of_a_month_says_what_it_needs(world: World, client_of: ClientOf) -> None:
    text = page(client_of(world.administrator), "scorecards_figures_by_month")
    assert "Enter the code of a branch and a month" in text
    assert "Enter the code" not in page(
        client_of(world.administrator), "scorecards_figures_by_month", query="?branch=N1&month=2026-01"
    )
