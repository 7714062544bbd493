"""Imports and their profiles in Django admin, and what the first page says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from branches.audit_words import changes_of
from branches.models import AuditEntry
from scorecards.models import FigureImport, Freshness, ImportProfile, ImportState
from tests.scorecards.admin.test_admin import get, next_step
from tests.scorecards.queries.test_weekdays import trade
from tests.worlds import World

ClientOf = Callable[[object], Client]
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LIST = "admin:scorecards_figureimport_changelist"


@pytest.fixture(autouse=True)
def _a_saturday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def made(name: str, state: str, *, error: str = "", **counts: int) -> FigureImport:
    kept = json.dumps({"code": error}) if error else ""
    return FigureImport.objects.create(name=name, digest="x", at=NOW, state=state, counts=counts, error=kept)


def test_the_rows_of_an_import_are_told_in_words_and_without_what_there_is_none_of(
    world: World, client_of: ClientOf
) -> None:
    made(
        "till.csv",
        ImportState.DONE,
        read=14,
        refused=1,
        problems=2,
        held_days=0,
        nowhere=0,
        new=13,
        changed=0,
    )
    page = get(client_of(world.administrator), reverse(LIST))
    assert '<td class="field-rows">rows in the file: 14; refused: 1; new: 13</td>' in page


def test_rows_to_mend_and_a_file_put_aside_are_called_so(world: World, client_of: ClientOf) -> None:
    made("mend.csv", ImportState.READY, refused=3)
    made("aside.csv", ImportState.REFUSED, error="discarded")
    client = client_of(world.administrator)
    for address in (reverse(LIST), reverse("scorecards:imports")):
        page = get(client, address)
        assert "rows to mend" in page
        assert "put aside" in page


def test_with_errors_are_files_refused_and_rows_to_mend_but_not_what_was_put_aside(
    world: World, client_of: ClientOf
) -> None:
    made("mend.csv", ImportState.READY, refused=3)
    made("ready.csv", ImportState.READY, refused=0)
    made("aside.csv", ImportState.REFUSED, error="discarded")
    made("broken.csv", ImportState.REFUSED, error="empty")
    page = get(client_of(world.administrator), reverse(LIST) + "?outcome=errors")
    assert [name for name in ("mend", "ready", "aside", "broken") if f"{name}.csv" in page] == [
        "mend",
        "broken",
    ]


def test_a_refused_file_says_why_in_words(world: World, client_of: ClientOf) -> None:
    record = made("broken.csv", ImportState.REFUSED, error="empty")
    page = get(
        client_of(world.administrator), reverse("admin:scorecards_figureimport_change", args=[record.pk])
    )
    assert "The file holds no rows." in page
    assert '{"code"' not in page


def test_the_first_page_counts_rows_to_mend_and_sends_there(world: World, client_of: ClientOf) -> None:
    for branch in (world.branch, world.sister, world.foreign):
        trade(branch, not_on=(), last=date(2026, 11, 20))
    Freshness.objects.create(pk=1, as_of=date(2026, 11, 20), computed_at=NOW)
    record = made("mend.csv", ImportState.READY, refused=3)
    client = client_of(world.administrator)
    assert "3 rows to mend" in get(client, reverse("admin:index"))
    assert "3 rows of mend.csv have to be mended before they can be stored." in next_step(client)
    assert reverse("scorecards:import", args=[record.pk]) in next_step(client)


COUNTS = {"problems": 1, "held_days": 2, "nowhere": 3, "source": 2, "changed": 0, "import": 7}


def test_what_an_import_writes_into_the_audit_trail_has_words() -> None:
    assert changes_of(COUNTS | {"mapping": {"repeat_orders": "复购"}}) == (
        "problems: 1; days held back: 2; rows without a branch: 3; source: import; changed: 0; "
        "number of the import: 7; columns: repeat orders: 复购"
    )


def test_in_chinese_it_has_chinese_words() -> None:
    with translation.override("zh-hans"):
        assert [letter for letter in changes_of(COUNTS) if letter.isascii() and letter.isalpha()] == []


def test_a_renamed_and_a_deleted_profile_leave_audit_rows(world: World, client_of: ClientOf) -> None:
    profile = ImportProfile.objects.create(name="Till")
    client = client_of(world.administrator)
    client.post(reverse("admin:scorecards_importprofile_change", args=[profile.pk]), {"name": "Till North"})
    client.post(reverse("admin:scorecards_importprofile_delete", args=[profile.pk]), {"post": "yes"})
    rows = AuditEntry.objects.order_by("pk").values_list("what", "before", "after")
    assert list(rows) == [
        ("importprofile changed", {"name": "Till"}, {"name": "Till North"}),
        ("importprofile deleted", {}, {}),
    ]


def test_the_newest_changes_are_those_of_people(world: World, client_of: ClientOf) -> None:
    AuditEntry.objects.create(what="agendas built", subject="day 2026-11-21", at=NOW)
    AuditEntry.objects.create(what="import uploaded", subject="import 7", at=NOW, by=world.administrator)
    page = get(client_of(world.administrator), reverse("admin:index"))
    assert "file uploaded" in page
    assert "agendas made" not in page
