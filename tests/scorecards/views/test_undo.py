"""Taking back the last save of a branch's day: everything that it did and nothing else."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from branches.models import AuditEntry
from scorecards.models import DailyFigures, DirtyMonth, FigureChange, Source
from scorecards.services.figures import store
from tests.worlds import World

ClientOf = Callable[[object], Client]

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)
UNDONE = "Undone: Nanshan, Fri 20 Nov 2026, is as it was before you saved."
REFUSED = "Nothing was undone"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time of the tests; a test that lets time pass changes its one element."""
    now = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    return now


def address(name: str = "entry", code: str = "N1") -> str:
    return reverse(f"scorecards:{name}", kwargs={"code": code, "day": DAY.isoformat()})


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def revisions() -> dict[int, int]:
    return dict(DailyFigures.objects.values_list("staff_id", "revision"))


def save(client: Client, mode: str = "total", **typed: str) -> HttpResponse:
    """Save a form; of what is stored the editor has seen the newest state."""
    seen = json.dumps({"revisions": revisions(), "texts": {}})
    answer = client.post(address(), {"mode": mode, "seen": seen, **typed}, follow=True)
    assert answer.status_code == 200, text(answer)
    return answer


def undo(client: Client, number: object = "", code: str = "N1") -> HttpResponse:
    newest = FigureChange.objects.first()
    number = number or (newest.pk if newest else 0)
    return client.post(address("entry_undo", code), {"save": str(number)}, follow=True)


def figures() -> dict[int, tuple[int | None, int | None]]:
    """Visitors and revenue by staff id."""
    return {row.staff_id: (row.visitors, row.revenue) for row in DailyFigures.objects.all()}


def bring(world: World, source: Source = Source.IMPORT, staff_id: int = 0, **values: int) -> None:
    """Figures that come by another door."""
    frame = pd.DataFrame(
        {"day": pd.to_datetime([DAY]), "branch_id": [world.branch.pk], "staff_id": [staff_id]}
        | {name: pd.array([value], dtype="Int64") for name, value in values.items()}
    )
    store(frame, by=None, source=source, at=NOW + 2 * MINUTE, import_id=1)


def test_after_saving_the_page_offers_to_undo_it(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    assert "Undo this save" in text(save(client, **{"b-visitors": "50"}))
    assert "Undo this save" not in text(client.get(address()))


def test_a_first_save_that_is_undone_leaves_the_day_without_figures(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50", "b-revenue": "2000"})
    assert UNDONE in text(undo(client))
    assert figures() == {}


def test_a_correction_that_is_undone_gives_back_what_was_stored(
    world: World, client_of: ClientOf, clock: list[datetime]
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50", "b-revenue": "2000"})
    clock[0] += MINUTE
    save(client, **{"b-visitors": "5", "b-revenue": "2000", "why": "typing"})
    assert figures() == {0: (5, 200_000)}
    assert UNDONE in text(undo(client))
    assert figures() == {0: (50, 200_000)}


def test_members_rows_go_and_the_branch_has_its_own_figures_again(
    world: World, client_of: ClientOf, clock: list[datetime]
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50", "b-revenue": "2000"})
    clock[0] += MINUTE
    ones, others = f"s{world.member.pk}", f"s{world.colleague.pk}"
    by_member = {
        f"{ones}-revenue": "1200",
        f"{others}-revenue": "900",
        "b-visitors": "50",
        "why": "by member",
    }
    save(client, "staff", **by_member)
    assert figures() == {
        0: (50, 210_000),
        world.member.pk: (None, 120_000),
        world.colleague.pk: (None, 90_000),
    }
    undo(client)
    assert figures() == {0: (50, 200_000)}


def test_the_history_keeps_the_save_and_its_undoing(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    undo(client)
    gone, made = FigureChange.objects.all()
    assert (made.before, made.after) == ({}, {"visitors": 50})
    assert (gone.before, gone.after, gone.by, gone.why) == (
        {"visitors": 50},
        {},
        world.manager,
        "Undone right after saving",
    )
    assert AuditEntry.objects.get(what="figures undone").by == world.manager
    assert "taken away" in text(client.get(address("history")))


def test_the_month_is_marked_to_be_computed_anew(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    DirtyMonth.objects.all().delete()
    undo(client)
    assert DirtyMonth.objects.get().month == date(2026, 11, 1)


def test_it_is_undone_once(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    number = FigureChange.objects.get().pk
    undo(client, number)
    assert REFUSED in text(undo(client, number))
    assert FigureChange.objects.count() == 2


def test_only_the_one_who_saved_may_undo(world: World, client_of: ClientOf) -> None:
    save(client_of(world.manager), **{"b-visitors": "50"})
    client = client_of(world.regional)
    assert "Undo this save" not in text(client.get(address() + "?saved=1"))
    assert REFUSED in text(undo(client))
    assert figures() == {0: (50, None)}
    assert "Undo this save" not in text(client.get(address("history")))
    assert "Undo this save" in text(client_of(world.manager).get(address("history")))


def test_a_newer_save_of_somebody_else_is_not_lost(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    number = FigureChange.objects.get().pk
    save(client_of(world.regional), **{"b-visitors": "51", "why": "counted again"})
    assert REFUSED in text(undo(client, number))
    assert figures() == {0: (51, None)}


@pytest.mark.parametrize("values", [{"visitors": 51}, {"orders": 7}], ids=["the same input", "another input"])
def test_an_import_that_came_later_is_not_lost(
    world: World, client_of: ClientOf, values: dict[str, int]
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    number = FigureChange.objects.get().pk
    bring(world, **values)
    assert REFUSED in text(undo(client, number))
    assert DailyFigures.objects.get().import_id == 1


def test_the_branchs_row_stays_while_a_members_row_that_came_later_rests_on_it(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-revenue": "2000"})
    bring(
        world, staff_id=world.member.pk, revenue=200_000
    )  # new, and the sum is the same: no change is written
    assert FigureChange.objects.count() == 1
    assert REFUSED in text(undo(client))
    assert figures() == {0: (None, 200_000), world.member.pk: (None, 200_000)}


def test_a_correction_is_not_undone_under_the_members_rows_that_add_up_to_it(
    world: World, client_of: ClientOf, clock: list[datetime]
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-revenue": "1000"})
    clock[0] += MINUTE
    save(client, **{"b-revenue": "2000", "why": "typing"})
    bring(world, staff_id=world.member.pk, revenue=200_000)
    assert REFUSED in text(undo(client))
    assert figures()[0] == (None, 200_000)


def test_a_save_of_the_day_before_is_corrected_and_not_undone(
    world: World, client_of: ClientOf, clock: list[datetime]
) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    clock[0] = NOW + timedelta(hours=24)
    assert "Undo this save" in text(client.get(address() + "?saved=1"))
    clock[0] = NOW + timedelta(hours=24, seconds=1)
    assert "Undo this save" not in text(client.get(address() + "?saved=1"))
    assert REFUSED in text(undo(client))


@pytest.mark.parametrize("number", ["x", "-1", "\x00", "99999999999999999999999", "²"])
def test_a_number_that_names_no_save_undoes_nothing(world: World, client_of: ClientOf, number: str) -> None:
    client = client_of(world.manager)
    save(client, **{"b-visitors": "50"})
    assert REFUSED in text(undo(client, number))
    assert figures() == {0: (50, None)}


def test_nothing_foreign_is_undone(world: World, client_of: ClientOf) -> None:
    DailyFigures.objects.create(day=DAY, branch=world.foreign, visitors=77)
    change = {
        "day": DAY,
        "branch": world.foreign,
        "after": {"visitors": 77},
        "at": NOW,
        "source": Source.ENTRY,
    }
    theirs = FigureChange.objects.create(
        by=world.manager, **change
    )  # saved while the branch was still theirs
    answer: Any = undo(client_of(world.manager), theirs.pk, "S1")
    assert answer.status_code == 404
    assert client_of(world.staff).post(address("entry_undo"), {"save": "1"}).status_code == 403
    assert figures() == {0: (77, None)}
