"""The rest of the month, and what more money would need."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from formulas.periods import Span
from scorecards.queries.whatif import Lever, WhatIf, needs, what_if
from tests.scorecards.factories import AS_OF, make_days
from tests.worlds import World


def plan(world: World, **percents: int) -> WhatIf:
    return what_if(world.manager, world.branch, as_of=AS_OF, percents=percents)


def test_the_pace_is_that_of_the_last_four_weeks(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), AS_OF)

    found = plan(world)

    assert found.pace_span == Span(date(2026, 10, 24), AS_OF)
    assert [(lever.code, lever.value) for lever in found.levers] == [
        ("visitors", 100.0),
        ("conversion", 0.2),
        ("basket", 10_000.0),
        ("repeat", 1.5),
    ]
    assert (found.days, found.so_far) == (10, 6_000_000)
    assert (found.at_pace, found.chosen, found.gained) == (3_000_000, 3_000_000, 0)


def test_moving_a_factor_moves_the_money(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), AS_OF)

    assert plan(world, visitors=10).gained == 300_000
    assert plan(world, visitors=10, basket=-10).gained == -30_000


def test_conversion_never_passes_one_and_repeat_never_falls_below_one() -> None:
    assert Lever("conversion", 0.8, 100, most=1.0).chosen == 1.0
    assert Lever("repeat", 1.2, -50, least=1.0).chosen == 1.0


@pytest.mark.parametrize(
    ("unknown", "codes"),
    [
        (["visitors"], ["buyers", "basket", "repeat"]),
        (["visitors", "buyers", "repeat_orders", "extension_orders"], ["orders", "basket"]),
        (["visitors", "buyers", "orders", "repeat_orders", "extension_orders"], ["revenue"]),
    ],
)
def test_only_recorded_factors_can_be_moved(world: World, unknown: list[str], codes: list[str]) -> None:
    nothing: dict[str, Any] = dict.fromkeys(unknown)
    make_days(world.branch, date(2026, 11, 1), AS_OF, **nothing)

    found = plan(world)

    assert [lever.code for lever in found.levers] == codes
    assert found.at_pace == 3_000_000


def test_after_the_last_day_of_a_month_the_next_month_lies_ahead(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), date(2026, 10, 31))

    found = what_if(world.manager, world.branch, as_of=date(2026, 10, 31), percents={})

    assert found.rest == Span(date(2026, 11, 1), date(2026, 11, 30))
    assert found.so_far == 0


def test_without_figures_there_is_nothing_to_move(world: World) -> None:
    make_days(world.foreign, date(2026, 10, 1), AS_OF)

    found = plan(world)

    assert found.levers == ()
    assert needs(found, 100_00) == ()


def test_each_factor_alone_could_bring_the_extra(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), AS_OF)

    found = needs(plan(world), 300_000)

    assert [(need.code, need.change) for need in found] == [
        ("visitors", pytest.approx(10)),
        ("conversion", pytest.approx(0.02)),
        ("basket", pytest.approx(1_000)),
        ("repeat", pytest.approx(0.15)),
    ]


def test_what_cannot_be_is_none(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), AS_OF)

    found = {need.code: need.change for need in needs(plan(world), 30_000_000)}

    assert found["conversion"] is None
    assert found["visitors"] == pytest.approx(1_000)


def test_no_days_left_need_nothing(world: World) -> None:
    make_days(world.branch, date(2026, 10, 1), AS_OF)
    world.branch.closed_on = AS_OF
    world.branch.save()

    assert plan(world).days == 0
    assert needs(plan(world), 100_00) == ()
