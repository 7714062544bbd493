from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import BranchFactory, BranchFormatFactory
from tests.meetings.factories import CLOSES, make_held, make_meeting
from tests.worlds import World


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 0, 50, tzinfo=UTC))


def _day(n: int) -> dict[str, object]:
    return {"day": date(2026, 11, n), "window_closes_at": CLOSES - timedelta(days=20 - n)}


def _make_some(world: World) -> None:
    make_held(world.branch, world.manager, held_at=datetime(2026, 11, 19, 1, tzinfo=UTC), **_started(19))
    make_held(world.branch, world.manager, held_at=datetime(2026, 11, 18, 5, tzinfo=UTC), **_started(18))
    make_meeting(world.branch, **_day(17))
    make_meeting(world.branch)
    make_held(world.foreign, world.foreign_manager)


def _started(n: int) -> dict[str, object]:
    return {**_day(n), "started_at": datetime(2026, 11, n, 0, 50, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", [19, 18, 17]),
        ("?state=in_time", [19]),
        ("?state=late", [18]),
        ("?state=missed", [17]),
        ("?state=waiting", [20]),
        ("?branch=nan", [19, 18, 17]),
        ("?branch=Secretfield", []),
    ],
)
def test_minutes_are_listed_by_state_and_branch(world: World, client_of, query: str, days: list[int]) -> None:  # noqa: ANN001
    _make_some(world)
    response = client_of(world.manager).get(f"/meetings/{query}")
    assert [meeting.day.day for meeting, _counts in response.context["rows"]] == days
    assert "/meetings/S1/" not in response.content.decode()


def test_a_manager_finds_this_morning_first(world: World, client_of) -> None:  # noqa: ANN001
    _make_some(world)
    page = client_of(world.manager).get("/meetings/").content.decode()
    assert "To the meeting" in page
    assert "/meetings/N1/2026-11-20/" in page


def test_regional_staff_see_how_many_are_held(world: World, client_of) -> None:  # noqa: ANN001
    _make_some(world)
    make_held(world.sister, world.administrator)
    page = client_of(world.regional).get("/meetings/").content.decode()
    assert "Today 1 of 2 morning meetings are held." in page


def test_staff_members_have_no_list_of_meetings(world: World, client_of) -> None:  # noqa: ANN001
    assert client_of(world.staff).get("/meetings/").status_code == 403


def test_the_list_asks_as_much_for_many_as_for_one(world: World, client_of) -> None:  # noqa: ANN001
    client: Client = client_of(world.manager)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/meetings/")
        return len(queries)

    make_meeting(world.branch, **_day(1))
    few = cost()
    for n in range(2, 8):
        make_meeting(world.branch, **_day(n))
    assert cost() == few


@pytest.mark.parametrize(
    ("who", "query", "listed"),
    [
        ("regional", "", ["N1", "N3"]),
        ("regional", "?region=AREA", ["N1"]),
        ("regional", "?format=flagship", ["N3"]),
        ("regional", "?region=AREA&format=flagship", []),
        ("regional", "?region=SOUTH", ["N1", "N3"]),
        ("regional", "?branch=Ｎ３", ["N3"]),
        ("administrator", "?region=SOUTH", ["S1"]),
        ("manager", "?region=SOUTH", ["N1"]),
    ],
)
def test_minutes_are_narrowed_by_region_and_format_within_what_the_reader_sees(
    world: World,
    client_of,  # noqa: ANN001
    who: str,
    query: str,
    listed: list[str],
) -> None:
    flagship = BranchFactory(code="N3", region=world.north, format=BranchFormatFactory(code="flagship"))
    for branch in (world.branch, flagship, world.foreign):
        make_held(branch, world.administrator, **_started(19))
    response = client_of(getattr(world, who)).get(f"/meetings/{query}")
    assert sorted(meeting.branch.code for meeting, _counts in response.context["rows"]) == listed


def test_how_many_are_held_is_said_of_the_region_that_is_chosen(world: World, client_of) -> None:  # noqa: ANN001
    _make_some(world)
    make_held(world.sister, world.administrator)
    page = client_of(world.administrator).get("/meetings/?region=AREA").content.decode()
    assert "Today 1 of 2 morning meetings are held." in page
    page = client_of(world.administrator).get("/meetings/").content.decode()
    assert "Today 2 of 3 morning meetings are held." in page


@pytest.mark.parametrize("path", ["/meetings/", "/meetings/actions/"])
def test_what_no_database_takes_is_left_out_of_a_name(world: World, client_of, path: str) -> None:  # noqa: ANN001
    assert client_of(world.regional).get(f"{path}?branch=%00N1&region=%00&format=%00").status_code == 200
