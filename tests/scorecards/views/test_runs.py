from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from branches.models import AuditEntry
from jobs.models import Job, State
from scorecards.models import DailyFigures, DirtyMonth, FigureImport, ImportState
from scorecards.services.recompute import recompute, request
from tests.worlds import World

LogIn = Callable[[object], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _language_of_this_test_only() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def computed(world: World) -> World:
    """Figures of one's own and of a foreign branch, computed."""
    for branch in (world.branch, world.foreign):
        DailyFigures.objects.create(day=date(2026, 1, 5), branch=branch, revenue=100)
    recompute(today=date(2026, 1, 6))
    return world


def test_an_administrator_sees_the_runs_with_state_and_error(world: World, client_of: LogIn) -> None:
    Job.objects.create(
        kind="nightly", subject="company", period="2026-01-06", state=State.FAILED, error="disk full"
    )
    page = client_of(world.administrator).get(reverse("scorecards:runs"))
    assert page.status_code == 200
    assert "2026-01-06" in page.content.decode()
    assert "disk full" in page.content.decode()


@pytest.mark.parametrize("who", ["staff", "manager", "regional"])
def test_others_do_not(world: World, client_of: LogIn, who: str) -> None:
    client = client_of(getattr(world, who))
    assert client.get(reverse("scorecards:runs")).status_code == 403
    assert client.post(reverse("scorecards:recompute_everything")).status_code == 403


def test_the_fragment_is_the_pages_own_part_and_looks_again_only_while_something_runs(
    world: World, client_of: LogIn
) -> None:
    client = client_of(world.administrator)
    address = reverse("scorecards:runs")
    assert "every 2s" not in client.get(address).content.decode()
    request()
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in fragment
    assert "<html" not in fragment


def test_a_run_that_is_over_is_started_again_and_that_is_written_down(world: World, client_of: LogIn) -> None:
    job = Job.objects.create(
        kind="nightly", subject="company", period="2026-01-06", state=State.FAILED, attempts=5
    )
    client_of(world.administrator).post(reverse("scorecards:run_again", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.WAITING, 0)
    assert AuditEntry.objects.get(what="job started again").by == world.administrator


def test_a_run_that_runs_is_left_alone(world: World, client_of: LogIn) -> None:
    job = Job.objects.create(kind="nightly", subject="company", state=State.RUNNING)
    client_of(world.administrator).post(reverse("scorecards:run_again", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == State.RUNNING
    assert not AuditEntry.objects.exists()


def test_what_remembers_a_delivery_is_no_run_and_is_never_started(world: World, client_of: LogIn) -> None:
    job = Job.objects.create(
        kind="figures.delivery", subject="token 1", period="abc", state=State.DONE, result={"new": 3}
    )
    client = client_of(world.administrator)
    page = client.get(reverse("scorecards:runs")).content.decode()
    client.post(reverse("scorecards:run_again", args=[job.pk]))
    job.refresh_from_db()
    assert "Delivery by another system" not in page
    assert (job.state, job.result) == (State.DONE, {"new": 3})


def test_an_administrator_asks_for_everything(world: World, client_of: LogIn) -> None:
    client_of(world.administrator).post(reverse("scorecards:recompute_everything"))
    assert Job.objects.get(kind="recompute").arguments == {"everything": True}


def test_nothing_starts_by_a_link(world: World, client_of: LogIn) -> None:
    assert client_of(world.administrator).get(reverse("scorecards:recompute_everything")).status_code == 405


def test_a_manager_recomputes_the_own_branch_and_no_other(computed: World, client_of: LogIn) -> None:
    client = client_of(computed.manager)
    answer = client.post(reverse("scorecards:recompute_branch", args=[computed.branch.code]))
    assert answer.status_code == 302
    assert list(DirtyMonth.objects.values_list("branch_id", flat=True)) == [computed.branch.pk]
    assert Job.objects.get(kind="recompute").state == State.WAITING
    foreign = client.post(reverse("scorecards:recompute_branch", args=[computed.foreign.code]))
    assert foreign.status_code == 404
    assert DirtyMonth.objects.count() == 1


def test_a_run_that_nobody_takes_up_says_that_no_worker_runs(world: World, client_of: LogIn) -> None:
    client, address = client_of(world.administrator), reverse("scorecards:runs")
    job = Job.objects.create(kind="nightly", subject="company", due_at=timezone.now() - timedelta(minutes=9))
    assert "no worker seems to be running" not in client.get(address).content.decode()

    Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(minutes=11))

    assert "no worker seems to be running" in client.get(address).content.decode()


def file_of(world: World) -> FigureImport:
    return FigureImport.objects.create(
        name="till.csv", digest="x", at=timezone.now(), by=world.manager, state=ImportState.DONE
    )


def test_a_run_about_an_import_names_its_file_and_leads_to_it_and_a_failed_one_shows_why(
    world: World, client_of: LogIn
) -> None:
    made = file_of(world)
    Job.objects.create(
        kind="figures.apply",
        subject=f"import {made.pk}",
        arguments={"import": made.pk},
        state=State.FAILED,
        error="disk full",
    )
    page = client_of(world.administrator).get(reverse("scorecards:runs")).content.decode()
    assert f'href="{reverse("scorecards:import", args=[made.pk])}">till.csv</a>' in page
    assert '<details class="run-error" open>' in page
    assert "Run again" in page


def test_a_run_that_stored_a_file_says_how_many_rows_and_is_not_run_again(
    world: World, client_of: LogIn
) -> None:
    made = file_of(world)
    Job.objects.create(
        kind="figures.apply",
        subject=f"import {made.pk}",
        arguments={"import": made.pk},
        state=State.DONE,
        result={"new": 1200, "changed": 34, "same": 5, "written": 1234},
    )
    page = client_of(world.administrator).get(reverse("scorecards:runs")).content.decode()
    assert '<td class="num">1,234</td>' in page
    assert "Run again" not in page


@pytest.mark.parametrize(
    "kind",
    ["recompute", "nightly", "figures.inspect", "figures.apply", "figures.undo", "agendas", "erase_comments"],
)
def test_every_kind_of_run_has_a_name_in_chinese(world: World, client_of: LogIn, kind: str) -> None:
    Job.objects.create(kind=kind, subject="company")
    client = client_of(world.administrator)
    client.cookies["django_language"] = "zh-hans"
    assert f">{kind}" not in client.get(reverse("scorecards:runs")).content.decode()
