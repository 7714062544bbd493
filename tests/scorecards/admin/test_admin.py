"""The figures in Django admin."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from branches.models import AuditEntry
from jobs.models import Job, State
from scorecards.models import (
    ApiToken,
    DailyFigures,
    FigureChange,
    FigureDraft,
    FigureImport,
    Freshness,
    ImportProfile,
    ImportState,
    Source,
)
from tests.worlds import World

ClientOf = Callable[[object], Client]
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MODELS = ["figurechange", "figureimport", "importprofile", "apitoken", "freshness", "figuredraft"]


@pytest.fixture(autouse=True)
def _a_saturday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def records(world: World) -> None:
    """One record of every registered model."""
    FigureChange.objects.create(
        day=date(2026, 11, 20),
        branch=world.branch,
        before={"revenue": 100_000},
        after={"revenue": 120_000},
        at=NOW,
        by=world.manager,
        source=Source.ENTRY,
        why="a receipt was missing",
    )
    FigureImport.objects.create(
        name="bad.csv", digest="x", at=NOW, by=world.manager, state=ImportState.REFUSED, counts={"refused": 3}
    )
    ImportProfile.objects.create(name="Till")
    ApiToken.objects.create(name="ERP", digest="y", created_at=NOW)
    Freshness.objects.create(pk=1, as_of=date(2026, 11, 20), computed_at=NOW)
    FigureDraft.objects.create(branch=world.branch, day=date(2026, 11, 20), by=world.manager, at=NOW)


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_record_opens_and_can_be_searched(
    world: World, client_of: ClientOf, model: str
) -> None:
    records(world)
    client = client_of(world.administrator)
    get(client, reverse(f"admin:scorecards_{model}_changelist"))
    get(client, reverse(f"admin:scorecards_{model}_changelist") + "?q=none")
    from django.apps import apps

    record = apps.get_model("scorecards", model).objects.get()
    get(client, reverse(f"admin:scorecards_{model}_change", args=[record.pk]))


@pytest.mark.parametrize("model", ["figurechange", "figureimport", "freshness", "figuredraft"])
def test_what_happened_cannot_be_written_by_hand(world: World, client_of: ClientOf, model: str) -> None:
    assert client_of(world.administrator).get(reverse(f"admin:scorecards_{model}_add")).status_code == 403


def test_the_list_of_changes_tells_old_and_new(world: World, client_of: ClientOf) -> None:
    records(world)
    page = get(client_of(world.administrator), reverse("admin:scorecards_figurechange_changelist"))
    assert "Revenue ¥1,000.00 → ¥1,200.00" in page


def test_the_list_of_changes_needs_no_more_queries_for_more_rows(
    world: World, client_of: ClientOf, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(5):
        FigureChange.objects.create(
            day=date(2026, 11, 20), branch=world.branch, at=NOW, by=world.manager, source=Source.ENTRY
        )
    client = client_of(world.administrator)
    with django_assert_max_num_queries(12):
        client.get(reverse("admin:scorecards_figurechange_changelist"))


def test_imports_with_errors_can_be_filtered(world: World, client_of: ClientOf) -> None:
    records(world)
    FigureImport.objects.create(name="good.csv", digest="z", at=NOW, state=ImportState.DONE)
    address = reverse("admin:scorecards_figureimport_changelist") + "?outcome=errors"
    page = get(client_of(world.administrator), address)
    assert "bad.csv" in page
    assert "good.csv" not in page


def test_a_token_is_shown_once_and_only_its_digest_is_kept(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    address = reverse("admin:scorecards_apitoken_add")
    answer = client.post(address, {"name": "Till system", "branches": [world.branch.pk]}, follow=True)
    page = html.unescape(answer.content.decode())
    token = page.split("copy it now: ")[1].split("<")[0].strip()
    record = ApiToken.objects.get(name="Till system")
    assert record.digest == hashlib.sha256(token.encode()).hexdigest()
    assert list(record.branches.all()) == [world.branch]
    assert AuditEntry.objects.get(what="API token created").by == world.administrator
    assert token not in get(client, reverse("admin:scorecards_apitoken_change", args=[record.pk]))


def test_a_token_is_revoked_by_an_action_and_stays_as_a_record(world: World, client_of: ClientOf) -> None:
    record = ApiToken.objects.create(name="ERP", digest="y", created_at=NOW)
    client_of(world.administrator).post(
        reverse("admin:scorecards_apitoken_changelist"),
        {"action": "revoke", "_selected_action": [record.pk]},
    )
    record.refresh_from_db()
    assert record.revoked_at == NOW
    assert AuditEntry.objects.filter(what="API token revoked").count() == 1


def by_month(query: str = "") -> str:
    return reverse("admin:scorecards_figures_by_month") + query


def test_figures_are_shown_by_branch_and_month_with_gaps_and_history(
    world: World, client_of: ClientOf
) -> None:
    records(world)
    DailyFigures.objects.create(day=date(2026, 11, 20), branch=world.branch, revenue=120_000, visitors=7)
    DailyFigures.objects.create(day=date(2026, 11, 20), branch=world.foreign, revenue=999_900)
    page = get(client_of(world.administrator), by_month("?branch=N1&month=2026-11"))
    assert "Nanshan · November 2026" in page
    assert "¥1,200.00" in page
    assert "¥9,999.00" not in page
    assert page.count("missing</th>") == 19  # the 1st to the 19th; today is not over
    assert "a receipt was missing" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?branch=NOPE&month=2026-11", "There is no branch with this code."),
        ("?branch=N1&month=November", "Write the month as year and month"),
        ("?branch=N1&month=2027-03", "This month has not come yet."),
        ("", "Branch code"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    world: World, client_of: ClientOf, query: str, words: str
) -> None:
    assert words in get(client_of(world.administrator), by_month(query))


@pytest.mark.parametrize("role", ["staff", "manager", "regional"])
def test_only_administrators_come_here(world: World, client_of: ClientOf, role: str) -> None:
    client = client_of(getattr(world, role))
    for address in (reverse("admin:index"), by_month(), reverse("admin:scorecards_figurechange_changelist")):
        assert client.get(address).status_code == 403


def test_the_first_page_says_how_things_stand(world: World, client_of: ClientOf) -> None:
    records(world)
    Job.objects.create(
        kind="recompute",
        subject="all",
        state=State.FAILED,
        created_at=NOW,
        finished_at=NOW,
        error="disk full",
    )
    page = get(client_of(world.administrator), reverse("admin:index"))
    assert "Fri 20 Nov 2026" in page
    assert "recompute all" in page
    assert "bad.csv" in page
    assert "105 days" in page  # three branches without any figures
    assert "at 3 branches" in page


def test_the_first_page_of_an_empty_company_is_calm(db: None, client_of: ClientOf) -> None:
    from tests.factories import UserFactory

    user = UserFactory(role="administrator", is_staff=True, is_superuser=True)
    page = get(client_of(user), reverse("admin:index"))
    assert "Not computed yet" in page
    assert "None failed in the last fortnight." in page
