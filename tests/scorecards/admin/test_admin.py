"""The figures in Django admin."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from branches.models import AuditEntry, OpeningHours
from branches.services import close_weekdays
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
from tests.scorecards.queries.test_weekdays import trade
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
    record = apps.get_model("scorecards", model).objects.get()
    change = reverse(f"admin:scorecards_{model}_change", args=[record.pk])
    assert f'href="{change}' in get(client, reverse(f"admin:scorecards_{model}_changelist"))
    assert "</h1>" in get(client, reverse(f"admin:scorecards_{model}_changelist") + "?q=none")
    assert str(record._meta.verbose_name).lower() in get(client, change).lower()


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
    answer = client.post(address, {"name": "Till system", "branches": [world.branch.pk]})
    page = html.unescape(answer.content.decode())
    token = page.split('translate="no">')[1].split("<")[0].strip()
    assert "http://testserver/api/v1/figures</code>" in page
    assert 'href="http://testserver/api/v1/openapi.json"' in page
    assert "It is good for 1 branch." in page
    assert "no-store" in answer["Cache-Control"]
    record = ApiToken.objects.get(name="Till system")
    assert record.digest == hashlib.sha256(token.encode()).hexdigest()
    assert list(record.branches.all()) == [world.branch]
    assert AuditEntry.objects.get(what="API token created").by == world.administrator
    assert token not in get(client, reverse("admin:scorecards_apitoken_change", args=[record.pk]))


def test_a_token_without_branches_is_said_to_be_good_for_every_one(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    address = reverse("admin:scorecards_apitoken_add")
    assert "Leave this empty for a token that is good for every branch" in get(client, address)

    page = html.unescape(client.post(address, {"name": "ERP"}).content.decode())

    assert "It is good for every branch" in page
    assert "Is it lost" in page
    listed = get(client, reverse("admin:scorecards_apitoken_changelist"))
    assert '<td class="field-good_for">every branch</td>' in listed
    ApiToken.objects.update(every_branch=False)
    assert "0 branches" in get(client, reverse("admin:scorecards_apitoken_changelist"))


def test_a_name_that_is_taken_makes_no_second_token(world: World, client_of: ClientOf) -> None:
    ApiToken.objects.create(name="ERP", digest="y", created_at=NOW)
    page = client_of(world.administrator).post(reverse("admin:scorecards_apitoken_add"), {"name": "ERP"})
    assert "already exists" in page.content.decode()
    assert ApiToken.objects.count() == 1


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
    lists = reverse("admin:scorecards_figurechange_changelist")
    for address in (reverse("admin:index"), by_month(), closed_weekdays(), lists):
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
    assert "Recompute what has changed" in page
    assert "bad.csv" in page
    assert "105 days" in page  # three branches without any figures
    assert "at 3 branches" in page


def test_the_first_page_of_an_empty_company_is_calm(db: None, client_of: ClientOf) -> None:
    from tests.factories import UserFactory

    user = UserFactory(role="administrator", is_staff=True, is_superuser=True)
    page = get(client_of(user), reverse("admin:index"))
    assert "Not computed yet" in page
    assert "None failed in the last fortnight." in page
    assert "There are no branches yet." in page
    assert f'href="{reverse("admin:branches_branch_import")}">Import branches' in page


def next_step(client: Client) -> str:
    return get(client, reverse("admin:index")).split('class="next-step')[1].split("</p>")[0]


def test_the_first_page_names_the_most_urgent_thing_first(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    assert "There are no figures yet." in next_step(client)
    for branch in (world.branch, world.sister, world.foreign):
        trade(branch, not_on=(6,) if branch == world.branch else (), last=date(2026, 11, 20))
    DailyFigures.objects.filter(branch=world.sister, day=date(2026, 11, 18)).delete()
    fresh = Freshness.objects.create(pk=1, as_of=date(2026, 11, 20), computed_at=NOW)
    refused = FigureImport.objects.create(name="bad.csv", digest="x", at=NOW, state=ImportState.REFUSED)
    failed = Job.objects.create(
        kind="recompute", subject="company", state=State.FAILED, created_at=NOW, finished_at=NOW
    )

    assert "1 run has failed" in next_step(client)
    failed.delete()
    Freshness.objects.update(computed_at=datetime(2026, 11, 19, 18, 0, tzinfo=UTC))
    assert "have missed a night" in next_step(client)
    Freshness.objects.update(computed_at=fresh.computed_at)
    assert "1 branch without opening hours never had figures on certain weekdays" in next_step(client)
    close_weekdays([world.branch.pk], [6], by=None)
    assert "A file was refused: bad.csv." in next_step(client)
    refused.delete()
    assert "1 branch lacks figures" in next_step(client)
    DailyFigures.objects.create(branch=world.sister, day=date(2026, 11, 18), revenue=1)
    assert "All is well" in next_step(client)


def closed_weekdays() -> str:
    return reverse("admin:scorecards_closed_weekdays")


def test_weekdays_without_figures_are_shown_asked_about_and_marked(world: World, client_of: ClientOf) -> None:
    for branch in (world.branch, world.sister):
        trade(branch, not_on=(6,), last=date(2026, 11, 20))
    client = client_of(world.administrator)

    shown = get(client, closed_weekdays())
    assert 'for="weekdays-6">Sunday</label>' in shown
    assert "N1 Nanshan" in shown
    asked = html.unescape(client.post(closed_weekdays(), {"weekdays": ["6"]}).content.decode())
    assert "Mark 2 branches as closed on these weekdays?" in asked
    assert not OpeningHours.objects.exists()

    answer = client.post(closed_weekdays(), {"weekdays": ["6"], "branches": "2"}, follow=True)

    assert "2 branches are closed on these weekdays from now on." in answer.content.decode()
    assert sorted(world.branch.opening_hours.values_list("weekday", flat=True)) == [0, 1, 2, 3, 4, 5]
    assert AuditEntry.objects.get(what="weekdays closed").by == world.administrator
    assert "There is nothing to do" in get(client, closed_weekdays())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"weekdays": ["6"], "branches": "7"}, "Mark 1 branch as closed on these weekdays?"),
        ({"weekdays": ["0-1"], "branches": "1"}, "Choose at least one line."),
        ({"weekdays": ["6"], "branches": "x"}, "Mark 1 branch as closed on these weekdays?"),
        ({}, "Choose at least one line."),
    ],
    ids=["other number by now", "never found", "no number", "nothing chosen"],
)
def test_an_answer_to_another_question_marks_nothing(
    world: World, client_of: ClientOf, answer: dict[str, object], words: str
) -> None:
    trade(world.branch, not_on=(6,), last=date(2026, 11, 20))
    page = client_of(world.administrator).post(closed_weekdays(), answer)
    assert words in html.unescape(page.content.decode())
    assert not OpeningHours.objects.exists()


def test_a_change_of_a_persons_figures_says_whose_they_are(world: World, client_of: ClientOf) -> None:
    records(world)
    FigureChange.objects.create(
        day=date(2026, 11, 20),
        branch=world.branch,
        staff_id=world.member.pk,
        at=NOW,
        by=world.manager,
        source=Source.ENTRY,
        after={"revenue": 100},
    )
    page = get(client_of(world.administrator), reverse("admin:scorecards_figurechange_changelist"))
    assert '<td class="field-person">E1 Li Lei</td>' in page
    assert '<td class="field-person">the branch</td>' in page
