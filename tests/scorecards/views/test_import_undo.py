"""Undoing imports that lie over one another: the newest first, down to what was there before all of them."""

from datetime import date

import pytest
from django.test import Client

from scorecards.models import DailyFigures, FigureChange, FigureImport, ImportState, Source
from tests.scorecards.factories import DailyFiguresFactory
from tests.scorecards.views.test_imports import GOOD, ClientOf, post, stored, upload
from tests.worlds import World


@pytest.fixture
def client(world: World, client_of: ClientOf) -> Client:
    return client_of(world.manager)


def imported(client: Client, content: str) -> FigureImport:
    made = upload(client, content)
    post(client, made, "apply")
    assert made.state == ImportState.DONE
    return made


def test_undo_is_refused_while_newer_figures_lie_over_it(client: Client) -> None:
    first = imported(client, GOOD)
    imported(client, GOOD.replace("100.50", "7"))
    post(client, first, "undo")
    assert first.state == ImportState.DONE
    assert stored()[0][-1] == 700


def test_after_the_newer_import_was_undone_the_older_one_can_be(client: Client) -> None:
    first = imported(client, GOOD)
    after_first = stored()
    second = imported(client, GOOD.replace("100.50", "7"))
    post(client, second, "undo")
    assert stored() == after_first
    post(client, first, "undo")
    assert first.state == ImportState.UNDONE
    assert not stored()


def test_three_imports_over_entered_figures_are_undone_one_after_the_other(
    client: Client, world: World
) -> None:
    DailyFiguresFactory(
        branch=world.branch,
        day=date(2026, 1, 5),
        visitors=9,
        buyers=None,
        orders=3,
        repeat_orders=None,
        extension_orders=None,
        revenue=100,
    )
    seen, made = [stored()], []
    for amount in ("1", "2", "3"):
        made.append(imported(client, GOOD.replace("100.50", amount)))
        seen.append(stored())
    for number in (2, 1, 0):
        post(client, made[number], "undo")
        assert (made[number].state, stored()) == (ImportState.UNDONE, seen[number])
    row = DailyFigures.objects.get()
    assert (row.source, row.import_id) == (Source.ENTRY, None)


def test_an_undone_import_leaves_no_history_in_the_name_of_the_older_one(client: Client) -> None:
    first = imported(client, GOOD)
    second = imported(client, GOOD.replace("100.50", "7"))
    post(client, second, "undo")
    changes = FigureChange.objects.order_by("pk").values_list("import_id", "before", "after")
    assert list(changes) == [
        (second.pk, {"revenue": 10_050}, {"revenue": 700}),
        (None, {"revenue": 700}, {"revenue": 10_050}),
    ]
    assert first.state == ImportState.DONE


def test_figures_corrected_by_hand_still_hold_back_both(client: Client) -> None:
    first = imported(client, GOOD)
    second = imported(client, GOOD.replace("100.50", "7"))
    DailyFigures.objects.filter(day=date(2026, 1, 5)).update(source=Source.ENTRY, import_id=None)
    for made in (second, first):
        post(client, made, "undo")
        assert made.state == ImportState.DONE
