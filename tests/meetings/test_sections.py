from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.models import Branch
from formulas.lmdi import PARTS
from meetings import agenda, sections
from scorecards.models import Card, Freshness, Level
from tests.factories import BranchFactory, RegionFactory
from tests.meetings.factories import FRIDAY, make_open
from tests.scorecards.factories import DailyFiguresFactory
from tests.worlds import World

THURSDAY = FRIDAY - timedelta(days=1)
WEEK = timedelta(days=7)


def test_yesterday_is_compared_with_the_same_weekday_a_week_before(world: World) -> None:
    DailyFiguresFactory(
        branch=world.branch,
        day=THURSDAY,
        revenue=330_000,
        orders=1,
        buyers=1,
        repeat_orders=0,
        extension_orders=0,
    )
    DailyFiguresFactory(branch=world.branch, day=THURSDAY - WEEK, revenue=300_000)
    (line,) = sections.yesterday([world.branch, world.sister], FRIDAY)[world.branch.pk]
    assert line.text_en == "Thu 19 Nov: revenue ¥3,300, +10.0% against Thu 12 Nov. 1 order."
    assert "11月19日" in line.text_zh
    assert line.url == "/today/N1/"


@pytest.mark.parametrize(
    ("now", "before", "suggests"),
    [
        (200_000, 300_000, "Find out why revenue fell, and what we do about it"),
        (300_000, 300_000, "Say what went well, and do it again"),
        (None, 300_000, ""),
        (200_000, None, ""),
    ],
)
def test_a_day_suggests_to_look_for_the_reason_or_to_do_it_again(
    world: World, now: int | None, before: int | None, suggests: str
) -> None:
    DailyFiguresFactory(branch=world.branch, day=THURSDAY, revenue=now)
    DailyFiguresFactory(branch=world.branch, day=THURSDAY - WEEK, revenue=before)
    (line,) = sections.yesterday([world.branch], FRIDAY)[world.branch.pk]
    assert line.suggests_en == suggests


def test_the_newest_day_with_figures_is_said_where_yesterday_has_none(world: World) -> None:
    DailyFiguresFactory(branch=world.branch, day=date(2026, 11, 17), revenue=100_000, orders=None)
    found = sections.yesterday([world.branch, world.sister], FRIDAY)
    assert list(found) == [world.branch.pk]
    assert found[world.branch.pk][0].text_en == (
        "Tue 17 Nov: revenue ¥1,000. Tue 10 Nov has no figures to compare with."
    )


def test_a_revenue_that_is_not_recorded_is_said_so(world: World) -> None:
    DailyFiguresFactory(branch=world.branch, day=THURSDAY, revenue=None)
    (line,) = sections.yesterday([world.branch], FRIDAY)[world.branch.pk]
    assert line.text_en == "Thu 19 Nov: revenue is not recorded."


@pytest.mark.parametrize("day", [FRIDAY, FRIDAY - timedelta(days=8)])
def test_neither_today_nor_a_day_long_ago_is_yesterday(world: World, day: date) -> None:
    DailyFiguresFactory(branch=world.branch, day=day)
    assert sections.yesterday([world.branch], FRIDAY) == {}


def _month_card(branch: Branch, **parts: int) -> Card:
    """November to the 19th against the year before: 1,000 visitors both times, conversion 20 % after 25 %."""
    Freshness.objects.update_or_create(pk=1, defaults={"as_of": THURSDAY})
    sums = {"visitors": 1000, "orders": 400, "repeat_orders": 100, "extension_orders": 100}
    return Card.objects.create(
        kind="M",
        starts_on=date(2026, 11, 1),
        ends_on=THURSDAY,
        level=Level.BRANCH,
        unit_id=branch.pk,
        branch_id=branch.pk,
        days=19,
        known=63,
        visitor_days=19,
        buyers=200,
        buyers_counted=200,
        revenue=4_000_000,
        year_before_days=19,
        year_before_known=63,
        year_before_visitor_days=19,
        year_before_buyers=250,
        year_before_buyers_counted=250,
        year_before_revenue=5_000_000,
        year_before_chain=4,
        year_before_change=-1_000_000,
        **sums,
        **{f"year_before_{name}": value for name, value in sums.items()},
        **{f"year_before_driver_{part}": parts.get(part, 0) for part in PARTS},
    )


def test_the_three_largest_drivers_are_said_with_their_money(world: World) -> None:
    _month_card(world.branch, conversion=-900_000, basket=-300_000, visitors=250_000, repurchase=-50_000)
    lines = sections.drivers([world.branch, world.sister], FRIDAY)
    assert list(lines) == [world.branch.pk]
    assert [line.text_en.split(" in ")[0] for line in lines[world.branch.pk]] == [
        "Conversion: −¥9,000",
        "Basket: −¥3,000",
        "Visitors: +¥2,500",
    ]


def test_a_driver_that_costs_money_suggests_what_raises_it_and_one_that_brings_money_to_keep_it_up(
    world: World,
) -> None:
    _month_card(world.branch, conversion=-1_250_000, visitors=250_000)
    conversion, visitors = sections.drivers([world.branch], FRIDAY)[world.branch.pk]
    assert conversion.text_en == (
        "Conversion: −¥12,500 in November 2026. It was 25.0% the year before, now 20.0%."
    )
    assert conversion.suggests_en == "Raise conversion: practise greeting and asking for the need"
    assert conversion.url == "/branches/N1/?period=2026-11"
    assert visitors.suggests_en == "Keep up what works: Visitors"
    assert visitors.suggests_zh == "把“客户数量”的好做法坚持下去"


def test_no_drivers_are_said_of_days_that_the_meeting_could_not_know(world: World) -> None:
    _month_card(world.branch, conversion=-1_000_000)
    assert sections.drivers([world.branch], THURSDAY) == {}
    Freshness.objects.all().delete()
    assert sections.drivers([world.branch], FRIDAY) == {}


def test_missing_figures_lead_to_the_form(world: World) -> None:
    Branch.objects.filter(pk=world.branch.pk).update(opened_on=date(2026, 11, 17))
    DailyFiguresFactory(branch=world.branch, day=date(2026, 11, 17))
    world.branch.refresh_from_db()
    (line,) = sections.missing([world.branch], FRIDAY)[world.branch.pk]
    assert line.text_en == "The figures of Thu 19 Nov and of one more day are missing."
    assert line.suggests_en == "Enter the missing figures, 19 Nov first"
    assert line.url == "/branches/N1/figures/2026-11-19/"


def test_nothing_is_said_where_nothing_is_missing(world: World) -> None:
    Branch.objects.filter(pk=world.branch.pk).update(opened_on=THURSDAY)
    DailyFiguresFactory(branch=world.branch, day=THURSDAY)
    assert sections.missing([Branch.objects.get(pk=world.branch.pk)], FRIDAY) == {}


def test_open_actions_are_said_with_the_longest_due_first(world: World) -> None:
    for text, due in [("Later", 25), ("Now", 20), ("Old", 18)]:
        make_open(world.branch, world.member, world.manager, text=text, due_on=date(2026, 11, due))
    secret = make_open(world.foreign, world.foreign_member, world.foreign_manager, text="Secret")
    lines = sections.actions([world.branch], FRIDAY)
    assert [line.text_en for line in lines[world.branch.pk]] == [
        "Overdue since Wed 18 Nov: Old (Li Lei)",
        "Due today: Now (Li Lei)",
        "Due on Wed 25 Nov: Later (Li Lei)",
    ]
    assert secret.branch_id not in lines
    assert lines[world.branch.pk][0].action_id is not None


def test_beyond_six_actions_the_others_are_counted(world: World) -> None:
    for n in range(8):
        make_open(world.branch, world.member, world.manager, text=f"Action {n}")
    lines = sections.actions([world.branch], FRIDAY)[world.branch.pk]
    assert len(lines) == 7
    assert (lines[-1].text_en, lines[-1].url) == ("2 more actions are open.", "/meetings/actions/?branch=N1")


@pytest.mark.parametrize("code", ["yesterday", "drivers", "missing", "actions"])
def test_a_section_asks_as_much_for_many_branches_as_for_one(world: World, code: str) -> None:
    section = next(one for one in agenda.sections("morning") if one.code == code)
    branches = [world.branch, *BranchFactory.create_batch(4, region=RegionFactory())]
    for branch in branches:
        DailyFiguresFactory(branch=branch, day=THURSDAY)
        _month_card(branch, conversion=-1_000_000)
        make_open(branch, world.member, world.manager)

    def cost(asked: list[Branch]) -> int:
        with CaptureQueriesContext(connection) as queries:
            section.lines(asked, FRIDAY)
        return len(queries)

    assert cost(branches) == cost(branches[:1]) > 0
