"""Imports that broke off: what the page says, and the two ways on."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from branches.models import AuditEntry
from jobs import services as jobs
from jobs.models import Job, State
from jobs.services import Run
from scorecards.models import DailyFigures, FigureImport, ImportState
from scorecards.services import imports as services
from scorecards.services.imports.receiving import APPLY, INSPECT, UNDO
from tests.scorecards.views.test_imports import GOOD, ClientOf, post, stored, upload, work
from tests.worlds import World


@pytest.fixture
def client(world: World, client_of: ClientOf) -> Client:
    return client_of(world.manager)


def broken_off(made: FigureImport, kind: str, state: ImportState) -> FigureImport:
    """The import as it stands after the worker gave up its job."""
    Job.objects.filter(subject=f"import {made.pk}").delete()
    Job.objects.create(
        kind=kind,
        subject=f"import {made.pk}",
        arguments={"import": made.pk},
        state=State.FAILED,
        error="OSError: disk",
    )
    FigureImport.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def unread(client: Client) -> FigureImport:
    """A file whose reading broke off before anything was recognised."""
    client.post("/imports/upload/", {"file": SimpleUploadedFile("a.csv", GOOD.encode())})
    return broken_off(FigureImport.objects.get(), INSPECT, ImportState.READING)


def text(client: Client, made: FigureImport) -> str:
    return client.get(f"/imports/{made.pk}/").content.decode()


def test_a_reading_that_broke_off_says_what_happened_and_offers_two_ways_on(client: Client) -> None:
    page = text(client, unread(client))
    assert "Checking this file broke off. Nothing of it was stored." in page
    assert "OSError" not in page
    assert "Try again</button>" in page
    assert "Put the file aside</button>" in page
    assert 'hx-trigger="every 1s"' not in page


def test_a_reading_that_broke_off_is_taken_up_again(client: Client) -> None:
    made = unread(client)
    post(client, made, "again")
    assert (made.state, made.counts["new"]) == (ImportState.READY, 2)
    assert AuditEntry.objects.filter(what="import tried again").count() == 1


def test_a_reading_that_broke_off_is_put_aside_and_its_file_goes(client: Client) -> None:
    made = unread(client)
    name = made.file.name
    assert default_storage.exists(name)
    with_commits = client.post(f"/imports/{made.pk}/discard/", follow=True)
    made.refresh_from_db()
    assert (made.state, made.file.name) == (ImportState.REFUSED, "")
    assert "The file was put aside." in with_commits.content.decode()


def test_storing_that_broke_off_is_taken_up_again_and_stores_once(client: Client) -> None:
    made = broken_off(upload(client, GOOD), APPLY, ImportState.APPLYING)
    assert "Storing these figures broke off. Nothing of them was stored." in text(client, made)
    post(client, made, "again")
    assert (made.state, len(stored())) == (ImportState.DONE, 2)


def test_storing_that_broke_off_is_put_aside_and_a_late_worker_stores_nothing(client: Client) -> None:
    made = broken_off(upload(client, GOOD), APPLY, ImportState.APPLYING)
    post(client, made, "discard")
    assert made.state == ImportState.REFUSED
    job = Job.objects.get(kind=APPLY)
    assert services.apply(Run(job)) == {}
    assert not DailyFigures.objects.exists()


def test_a_worker_that_was_thought_dead_changes_nothing_after_its_successor(client: Client) -> None:
    made = upload(client, GOOD)
    post(client, made, "apply")
    late = FigureImport.objects.get(pk=made.pk)
    from scorecards.importing.plan import guess
    from scorecards.importing.reading import judge
    from scorecards.services.imports.applying import store_judged
    from scorecards.services.imports.opening import lookup_for, opened, plan_for

    with opened(late) as file:
        judged = judge(file.table, guess(file, plan_for(late)).plan, lookup_for(late), at=timezone.now())
    assert store_judged(late, judged, at=timezone.now()) == {}
    made.refresh_from_db()
    assert made.counts["written"] == 2
    assert services.overlapping(made) == 0


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING])
@pytest.mark.parametrize("what", ["discard", "again"])
def test_an_import_that_is_worked_on_can_neither_be_put_aside_nor_begun_again(
    client: Client, state: State, what: str
) -> None:
    made = unread(client)
    Job.objects.update(state=state, lease_until=timezone.now() + jobs.lease())
    answer = client.post(f"/imports/{made.pk}/{what}/", follow=True)
    made.refresh_from_db()
    assert made.state == ImportState.READING
    assert "This import has moved on meanwhile." in answer.content.decode()


def test_a_job_that_ended_while_the_reader_answered_leaves_nobody_waiting(client: Client) -> None:
    made = unread(client)
    Job.objects.update(state=State.DONE)
    assert "Try again</button>" in text(client, made)
    post(client, made, "again")
    assert made.state == ImportState.READY


def test_work_that_will_be_tried_again_by_itself_says_so(client: Client) -> None:
    made = unread(client)
    Job.objects.update(state=State.WAITING)
    page = text(client, made)
    assert "It is tried again by itself" in page
    assert 'hx-trigger="every 1s"' in page


def test_columns_can_be_answered_anew_after_storing_broke_off(client: Client) -> None:
    made = broken_off(upload(client, GOOD), APPLY, ImportState.APPLYING)
    plan = {"kind": "daily", "heading": "1", "column_0": "branch", "column_1": "day", "column_2": "visitors"}
    post(client, made, "columns", **plan, column_3="none", column_4="none")
    assert (made.state, made.preview[0]["values"]) == (ImportState.READY, {"visitors": 10})


def test_an_undo_that_broke_off_does_not_say_that_nothing_was_stored(client: Client) -> None:
    made = upload(client, GOOD)
    post(client, made, "apply")
    page = text(client, broken_off(made, UNDO, ImportState.DONE))
    assert "Undoing this import broke off. The figures are as the import left them." in page
    assert "Nothing was stored" not in page
    post(client, made, "undo")
    assert made.state == ImportState.UNDONE


def test_a_file_that_cannot_be_read_is_not_kept(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/imports/upload/", {"file": SimpleUploadedFile("a.csv", b"one word")})
        name = FigureImport.objects.get().file.name
        assert default_storage.exists(name)
        work()
    made = FigureImport.objects.get()
    assert (made.state, made.file.name, default_storage.exists(name)) == (ImportState.REFUSED, "", False)
    assert client.get(f"/imports/{made.pk}/file/").status_code == 404
    assert f"/imports/{made.pk}/file/" not in text(client, made)


def test_rows_to_hand_back_go_with_the_file(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    made = upload(client, GOOD + "N1,2026-01-07,x,1,1\n")
    names = [made.file.name, made.options["refused_rows"]]
    assert [default_storage.exists(name) for name in names] == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        post(client, made, "discard")
    assert [default_storage.exists(name) for name in names] == [False, False]
