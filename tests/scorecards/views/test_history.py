from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, date, datetime

from django.test import Client

from scorecards.models import DailyFigures, FigureChange, FigureImport, Source
from tests.worlds import World

ClientOf = Callable[[object], Client]

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ADDRESS = "/branches/N1/figures/2026-11-20/history/"


def change(world: World, staff_id: int = 0, **more: object) -> FigureChange:
    fields = {
        "before": {"revenue": 100_000},
        "after": {"revenue": 123_456},
        "why": "a receipt was missing",
        "by": world.manager,
        "source": Source.ENTRY,
        "at": AT,
    } | more
    return FigureChange.objects.create(**{"day": DAY, "branch": world.branch, "staff_id": staff_id} | fields)


def page_of(client_of: ClientOf, user: object, address: str = ADDRESS) -> str:
    return html.unescape(client_of(user).get(address).content.decode())


def test_a_change_is_told_with_old_new_who_when_and_why(world: World, client_of: ClientOf) -> None:
    change(world)
    page = page_of(client_of, world.manager)
    for words in ["¥1,000.00", "¥1,234.56", "a receipt was missing", "manager", "21 Nov 2026 10:00", "entry"]:
        assert words in page


def test_what_was_saved_with_one_press_is_told_together_the_branch_first(
    world: World, client_of: ClientOf
) -> None:
    change(world, why="", at=AT.replace(hour=1))
    change(world)
    change(world, world.member.pk)
    page = page_of(client_of, world.manager)
    assert page.count('<li class="card entry-block">') == 2
    assert page.count("a receipt was missing") == 1
    newest = page[page.index("21 Nov 2026 10:00") :]
    assert newest.index("The branch") < newest.index("Li Lei") < newest.index("21 Nov 2026 09:00")


def test_a_staff_member_sees_changes_of_own_figures_only(world: World, client_of: ClientOf) -> None:
    change(world, world.member.pk, after={"revenue": 11_100})
    change(world, world.colleague.pk, after={"revenue": 22_200})
    change(world, after={"revenue": 33_300})
    page = page_of(client_of, world.staff)
    assert "¥111.00" in page
    assert "¥222.00" not in page
    assert "¥333.00" not in page
    assert "Han Mei" not in page


def test_a_foreign_branchs_history_does_not_exist(world: World, client_of: ClientOf) -> None:
    change(world, branch=world.foreign)
    for user in (world.manager, world.regional, world.staff):
        assert client_of(user).get("/branches/S1/figures/2026-11-20/history/").status_code == 404
    assert client_of(world.foreign_manager).get("/branches/S1/figures/2026-11-20/history/").status_code == 200


def test_rows_that_an_import_brought_name_its_file_to_those_who_may_see_it(
    world: World, client_of: ClientOf
) -> None:
    source = FigureImport.objects.create(
        name="november.csv", digest="x", at=AT, applied_at=AT, by=world.manager
    )
    DailyFigures.objects.create(day=DAY, branch=world.branch, revenue=5, import_id=source.pk)
    assert "1 row of this day came with the file november.csv." in page_of(client_of, world.manager)
    assert "november.csv" not in page_of(client_of, world.regional)


def test_a_day_without_changes_says_so(world: World, client_of: ClientOf) -> None:
    assert "No changes yet" in page_of(client_of, world.manager)


def test_figures_that_nobody_changed_are_said_to_stand_as_they_came(
    world: World, client_of: ClientOf
) -> None:
    DailyFigures.objects.create(day=DAY, branch=world.branch, revenue=100_000, source=Source.API)
    assert "The figures of this day stand as they first came in." in page_of(client_of, world.manager)
    assert "The figures of this day stand as they first came in." not in page_of(client_of, world.staff)


def test_a_day_without_figures_says_what_will_be_listed(world: World, client_of: ClientOf) -> None:
    assert "Figures of this day will be listed here" in page_of(client_of, world.manager)
