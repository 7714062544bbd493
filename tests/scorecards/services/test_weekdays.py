"""Marking weekdays as closed on which branches never had figures, and what follows from a changed calendar."""

from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone

from branches.models import AuditEntry, Closure
from branches.services import reopen_weekdays, trading_changed
from jobs.models import Job
from scorecards.models import DailyFigures, DirtyMonth
from scorecards.queries.missing import missing_of
from scorecards.queries.weekdays import NeverTraded, never_traded
from scorecards.services.recompute import recompute
from scorecards.services.weekdays import close_never_traded
from tests.scorecards.queries.test_weekdays import LAST, SUNDAY, trade
from tests.worlds import World

# The 35 trading days up to Saturday 21 November 2026 of a branch taken to trade daily begin on Sunday 18 October.
SUNDAYS = [date(2026, 11, 15), date(2026, 11, 8), date(2026, 11, 1), date(2026, 10, 25), date(2026, 10, 18)]


@pytest.fixture
def closed_on_sundays(world: World) -> World:
    """Two branches without figures on Sundays, one that trades daily; computed, nothing marked."""
    trade(world.branch, not_on=(SUNDAY,))
    trade(world.sister, not_on=(SUNDAY,))
    trade(world.foreign)
    recompute(today=date(2026, 11, 22))
    return world


def test_sundays_are_missing_until_they_are_marked_as_closed(closed_on_sundays: World) -> None:
    world = closed_on_sundays
    ids = [world.branch.pk, world.sister.pk, world.foreign.pk]
    assert {one.branch_id: list(one.days) for one in missing_of(ids, LAST)} == {
        world.branch.pk: SUNDAYS,
        world.sister.pk: SUNDAYS,
    }

    assert close_never_traded(never_traded(LAST), by=world.administrator) == 2

    assert missing_of(ids, LAST) == []
    assert never_traded(LAST) == []


def test_it_leaves_one_audit_row_and_marks_the_months_of_these_branches(closed_on_sundays: World) -> None:
    world = closed_on_sundays
    assert not DirtyMonth.objects.exists()

    close_never_traded(never_traded(LAST), by=world.administrator)

    entry = AuditEntry.objects.get(what="weekdays closed")
    assert entry.by == world.administrator
    assert entry.after == {"count": 2, "weekdays": [6], "branches": ["N1", "N2"]}
    months = [date(2026, month, 1) for month in (8, 9, 10, 11)]
    assert set(DirtyMonth.objects.values_list("branch_id", "month")) == {
        (branch.pk, month) for branch in (world.branch, world.sister) for month in months
    }
    assert Job.objects.get(kind="recompute").state == "waiting"


def test_it_is_taken_back_and_marked_again(closed_on_sundays: World) -> None:
    world = closed_on_sundays
    close_never_traded(never_traded(LAST), by=None)
    DirtyMonth.objects.all().delete()

    assert reopen_weekdays([world.branch.pk, world.sister.pk], by=None) == 2

    assert len(missing_of([world.branch.pk], LAST)[0].days) == 5
    assert DirtyMonth.objects.count() == 8


def test_a_finding_that_is_out_of_date_overwrites_nothing(closed_on_sundays: World) -> None:
    world = closed_on_sundays
    found = [NeverTraded((SUNDAY,), (world.branch.pk, 999_999))]

    assert close_never_traded(found, by=None) == 1
    assert close_never_traded(found, by=None) == 0


def test_only_the_months_of_a_closure_are_computed_anew(closed_on_sundays: World) -> None:
    world = closed_on_sundays
    closure = Closure.objects.create(first_day=date(2026, 9, 30), last_day=date(2026, 10, 2))

    trading_changed([world.branch.pk], first=closure.first_day, last=closure.last_day)
    assert set(DirtyMonth.objects.values_list("branch_id", "month")) == {
        (world.branch.pk, date(2026, 9, 1)),
        (world.branch.pk, date(2026, 10, 1)),
    }
    trading_changed(first=closure.first_day, last=closure.last_day)
    assert DirtyMonth.objects.count() == 6


def test_a_calendar_of_branches_without_figures_asks_for_nothing(world: World) -> None:
    trading_changed([world.branch.pk])

    assert not DirtyMonth.objects.exists()
    assert not Job.objects.exists()


def test_the_command_shows_first_and_stores_only_when_asked_to(
    closed_on_sundays: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 22))

    call_command("closed_weekdays")
    assert capsys.readouterr().out.splitlines() == [
        "Sunday: 2 branches",
        "Nothing is stored: add --save to mark these weekdays as closed.",
    ]
    assert never_traded(LAST)

    call_command("closed_weekdays", "--save")
    assert capsys.readouterr().out.splitlines()[1] == "Closed on these weekdays: 2 branches."
    call_command("closed_weekdays", "--save")
    assert capsys.readouterr().out.splitlines() == ["No weekday without figures in 13 weeks."]
    assert DailyFigures.objects.of_branches().count() > 0
