from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from branches.models import AuditEntry, Branch, Closure, OpeningHours
from meetings import agenda
from meetings.agenda import Line, Section
from meetings.models import AgendaItem, Meeting, MeetingState
from meetings.services import building
from meetings.services.building import build_agendas, plan_meeting
from meetings.services.running import start_meeting
from tests.factories import BranchFactory, RegionFactory
from tests.meetings.factories import FRIDAY, MORNING
from tests.worlds import World

LATER = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[Line]]:
    """What the only section says, by branch; tests fill it."""
    lines: dict[int, list[Line]] = {}
    monkeypatch.setattr(agenda, "_sections", {})
    agenda.register(Section("news", "News", 10, lambda branches, day: lines))
    return lines


def _texts(branch: Branch) -> list[str]:
    return list(AgendaItem.objects.filter(meeting__branch=branch).values_list("text_en", flat=True))


def test_every_branch_that_trades_gets_its_meeting_with_its_own_lines(world: World, said: dict) -> None:
    said[world.branch.pk] = [Line("First", "一"), Line("Second", "二", "/x/", "Do it", "去做")]
    said[world.sister.pk] = [Line("Third", "三")]
    Closure.objects.create(branch=world.foreign, first_day=FRIDAY, last_day=FRIDAY)
    counts = build_agendas(list(Branch.objects.all()), FRIDAY, at=MORNING)
    assert counts == {"meetings": 2, "made": 2, "items": 3}
    assert _texts(world.branch) == ["First", "Second"]
    assert _texts(world.sister) == ["Third"]
    assert not Meeting.objects.filter(branch=world.foreign).exists()
    assert AuditEntry.objects.get(what="agendas built").after == counts


def test_building_twice_gives_the_same_rows(world: World, said: dict) -> None:
    said[world.branch.pk] = [Line("First", "一")]
    branches = list(Branch.objects.all())
    build_agendas(branches, FRIDAY, at=MORNING)
    before = list(Meeting.objects.values_list("pk", "branch_id"))
    assert build_agendas(branches, FRIDAY, at=LATER) == {"meetings": 3, "made": 0, "items": 1}
    assert list(Meeting.objects.values_list("pk", "branch_id")) == before
    assert _texts(world.branch) == ["First"]


def test_the_agenda_of_a_meeting_that_has_not_begun_follows_the_figures(world: World, said: dict) -> None:
    branches = [world.branch, world.sister]
    said[world.branch.pk] = [Line("Old", "旧")]
    build_agendas(branches, FRIDAY, at=MORNING)
    said[world.branch.pk] = [Line("New", "新")]
    build_agendas(branches, FRIDAY, at=LATER)
    assert _texts(world.branch) == ["New"]


def test_a_meeting_that_has_begun_keeps_its_agenda(world: World, said: dict) -> None:
    branches = [world.branch, world.sister]
    said[world.branch.pk] = said[world.sister.pk] = [Line("Old", "旧")]
    build_agendas(branches, FRIDAY, at=MORNING)
    start_meeting(Meeting.objects.get(branch=world.branch), by=world.manager, at=MORNING)
    said[world.branch.pk] = said[world.sister.pk] = [Line("New", "新")]
    build_agendas(branches, FRIDAY, at=LATER)
    assert _texts(world.branch) == ["Old"]
    assert _texts(world.sister) == ["New"]


def test_building_some_branches_leaves_the_others_alone(world: World, said: dict) -> None:
    said[world.branch.pk] = said[world.sister.pk] = [Line("Old", "旧")]
    build_agendas([world.branch, world.sister], FRIDAY, at=MORNING)
    said[world.branch.pk] = said[world.sister.pk] = [Line("New", "新")]
    build_agendas([world.sister], FRIDAY, at=LATER)
    assert _texts(world.branch) == ["Old"]
    assert _texts(world.sister) == ["New"]


def test_a_meeting_is_taken_back_when_the_branch_does_not_trade_after_all(world: World, said: dict) -> None:
    build_agendas([world.branch, world.sister], FRIDAY, at=MORNING)
    start_meeting(Meeting.objects.get(branch=world.sister), by=world.administrator, at=MORNING)
    Closure.objects.create(first_day=FRIDAY, last_day=FRIDAY)
    build_agendas([world.branch, world.sister], FRIDAY, at=LATER)
    assert list(Meeting.objects.values_list("branch__code", "state")) == [("N2", "running")]


def test_the_window_closes_an_hour_after_opening_and_at_noon_where_no_hours_are_kept(
    world: World, said: dict
) -> None:
    OpeningHours.objects.create(branch=world.branch, weekday=4, opens_at=time(9, 30), closes_at=time(20))
    build_agendas([world.branch, world.sister], FRIDAY, at=MORNING)
    closes = dict(Meeting.objects.values_list("branch__code", "window_closes_at"))
    assert closes == {
        "N1": datetime(2026, 11, 20, 2, 30, tzinfo=UTC),
        "N2": datetime(2026, 11, 20, 4, 0, tzinfo=UTC),
    }


def test_texts_longer_than_their_column_are_cut(world: World, said: dict) -> None:
    said[world.branch.pk] = [Line("a" * 700, "长" * 700, "", "b" * 300, "短" * 300)]
    build_agendas([world.branch], FRIDAY, at=MORNING)
    item = AgendaItem.objects.get()
    assert (len(item.text_en), item.text_zh[-2:], len(item.suggests_en)) == (600, "长…", 200)


def test_a_meeting_made_by_hand_stays_though_the_branch_does_not_trade(world: World, said: dict) -> None:
    Closure.objects.create(first_day=FRIDAY, last_day=FRIDAY)
    said[world.branch.pk] = [Line("First", "一")]
    meeting = plan_meeting(world.branch, by=world.manager, at=MORNING)
    assert (meeting.day, meeting.state, meeting.made_by) == (FRIDAY, MeetingState.PLANNED, world.manager)
    assert _texts(world.branch) == ["First"]
    assert plan_meeting(world.branch, by=world.manager, at=LATER).pk == meeting.pk
    build_agendas([world.branch], FRIDAY, at=LATER)
    assert Meeting.objects.get() == meeting
    assert AuditEntry.objects.filter(what="meeting planned").count() == 1


def test_building_costs_as_many_queries_for_many_branches_as_for_one(
    world: World,
    django_assert_num_queries,  # noqa: ANN001
) -> None:
    def cost(day: date) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as queries:
            build_agendas(list(Branch.objects.all()), day, at=MORNING)
        return len(queries)

    few = cost(date(2026, 11, 19))
    BranchFactory.create_batch(6, region=RegionFactory())
    assert cost(FRIDAY) == few


def test_batches_write_the_same_rows_as_one_transaction(
    world: World, said: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "BRANCHES_AT_ONCE", 2)
    branches = list(Branch.objects.order_by("pk"))
    for branch in branches:
        said[branch.pk] = [Line(branch.code, "一")]
    done: list[int] = []
    counts = build_agendas(branches, FRIDAY, at=MORNING, progress=done.append)
    assert counts == {"meetings": 3, "made": 3, "items": 3}
    assert done == [2, 3]
    assert [_texts(branch) for branch in branches] == [["N1"], ["N2"], ["S1"]]
    assert AuditEntry.objects.get(what="agendas built").after == counts


def test_cut_between_two_batches_it_goes_on_behind_the_first(
    world: World, said: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "BRANCHES_AT_ONCE", 2)
    branches = list(Branch.objects.order_by("pk"))
    for branch in branches:
        said[branch.pk] = [Line(branch.code, "一")]

    def cut(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_agendas(branches, FRIDAY, at=MORNING, progress=cut)
    assert [_texts(branch) for branch in branches] == [["N1"], ["N2"], []]
    first = set(AgendaItem.objects.values_list("pk", flat=True))
    counts = build_agendas(branches, FRIDAY, at=LATER, since=MORNING)
    assert counts == {"meetings": 3, "made": 1, "items": 1}
    assert [_texts(branch) for branch in branches] == [["N1"], ["N2"], ["S1"]]
    assert first < set(AgendaItem.objects.values_list("pk", flat=True))


def test_a_meeting_planned_by_hand_meanwhile_is_made_anew_all_the_same(world: World, said: dict) -> None:
    said[world.branch.pk] = [Line("Old", "旧")]
    plan_meeting(world.branch, by=world.manager, at=MORNING)
    said[world.branch.pk] = [Line("New", "新")]
    build_agendas([world.branch], FRIDAY, at=LATER, since=MORNING)
    assert _texts(world.branch) == ["New"]


def test_a_batch_leaves_the_meetings_of_other_branches_alone(world: World, said: dict) -> None:
    said[world.branch.pk] = said[world.sister.pk] = [Line("Old", "旧")]
    build_agendas([world.branch, world.sister], FRIDAY, at=MORNING)
    Closure.objects.create(branch=world.branch, first_day=FRIDAY, last_day=FRIDAY)
    build_agendas([world.sister], FRIDAY, at=LATER)
    assert _texts(world.branch) == ["Old"]
    build_agendas([world.branch], FRIDAY, at=LATER)
    assert not Meeting.objects.filter(branch=world.branch).exists()
    assert _texts(world.sister) == ["Old"]
