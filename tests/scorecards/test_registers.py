"""The registers of panels and of next steps, and the steps that this app knows itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from formulas.periods import Span
from scorecards import next_steps, panels, steps
from scorecards.next_steps import Moment, Step
from scorecards.panels import Panel
from tests.scorecards.factories import make_days
from tests.worlds import World

SPAN = Span(date(2026, 11, 1), date(2026, 11, 20))


@pytest.fixture(autouse=True)
def empty_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(next_steps, "_providers", {})


def panel(code: str, order: int, values: dict[str, int] | None, pages: set[str]) -> Panel:
    return Panel(code, order, f"{code}.html", lambda branch, user, span: values, frozenset(pages))


def test_panels_come_in_order_and_only_where_they_have_something_to_show(world: World) -> None:
    panels.register(panel("late", 20, {"n": 2}, {"branch"}))
    panels.register(panel("early", 10, {"n": 1}, {"branch", "today"}))
    panels.register(panel("empty", 5, None, {"branch"}))

    found = panels.filled("branch", world.branch, world.manager, SPAN)

    assert [(p.code, p.values) for p in found] == [("early", {"n": 1}), ("late", {"n": 2})]
    assert [p.code for p in panels.filled("today", world.branch, world.manager, SPAN)] == ["early"]


def test_two_panels_of_one_code_are_a_mistake() -> None:
    panels.register(panel("one", 1, None, set()))
    with pytest.raises(ValueError, match="one"):
        panels.register(panel("one", 2, None, set()))


def test_the_first_step_that_anybody_knows_is_the_next(world: World) -> None:
    moment = Moment(world.branch, world.manager, date(2026, 11, 21))
    step = Step("Say it", "Do it", "/there/")
    next_steps.register("b", 20, lambda asked: step)
    next_steps.register("a", 10, lambda asked: None)

    assert next_steps.next_step(moment) == step


def test_nobody_knowing_a_step_gives_none(world: World) -> None:
    assert next_steps.next_step(Moment(world.branch, world.manager, date(2026, 11, 21))) is None


def test_two_providers_of_one_code_are_a_mistake() -> None:
    next_steps.register("a", 10, lambda asked: None)
    with pytest.raises(ValueError, match="a"):
        next_steps.register("a", 20, lambda asked: None)


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        ((date(2026, 11, 20),), "The figures of Fri 20 Nov 2026 are missing."),
        (
            (date(2026, 11, 20), date(2026, 11, 19)),
            "The figures of Fri 20 Nov 2026 and of one more day are missing.",
        ),
        (
            (date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 3)),
            "The figures of Fri 20 Nov 2026 and of 2 more days are missing.",
        ),
    ],
)
def test_missing_figures_are_entered_newest_first(world: World, missing: tuple[date, ...], text: str) -> None:
    step = steps.missing_figures(Moment(world.branch, world.manager, date(2026, 11, 21), missing))

    assert step is not None
    assert (step.text, step.urgent) == (text, True)
    assert step.url == "/branches/N1/figures/2026-11-20/"


def test_missing_figures_of_the_managers_other_branch_are_a_step_here(world: World) -> None:
    world.manager.branches.add(world.sister)
    make_days(world.sister, date(2026, 9, 1), date(2026, 11, 18))

    step = steps.missing_elsewhere(Moment(world.branch, world.manager, date(2026, 11, 20)))

    assert step is not None
    assert (step.text, step.urgent) == ("Futian lacks the figures of Thu 19 Nov 2026.", True)
    assert step.url == "/branches/N2/figures/2026-11-19/"


def test_branches_of_others_are_no_step(world: World) -> None:
    """Foreign branches lack everything, and a reviewer of a whole region is not sent about."""
    moment = Moment(world.branch, world.manager, date(2026, 11, 20))

    assert steps.missing_elsewhere(moment) is None
    assert steps.missing_elsewhere(replace(moment, user=world.regional)) is None


def test_nothing_missing_is_no_step(world: World) -> None:
    assert steps.missing_figures(Moment(world.branch, world.manager, date(2026, 11, 21))) is None


def test_the_largest_loss_leads_to_what_if(world: World) -> None:
    day = date(2026, 11, 21)
    moment = Moment(world.branch, world.manager, day, month=date(2026, 11, 1), is_compared=True)
    lost = steps.largest_loss(replace(moment, loss=("conversion", -5_140_000)))
    well = steps.largest_loss(moment)

    assert lost is not None
    assert well is not None
    assert lost.text == "Conversion costs ¥51,400 in November 2026. See what would make up for it."
    assert well.text == "No factor costs money in November 2026. See what one more point would bring."
    assert lost.url == well.url == "/branches/N1/what-if/"


def test_a_loss_that_nobody_can_know_is_not_denied(world: World) -> None:
    """A new branch has a month, but none before it to tell what costs money."""
    moment = Moment(world.branch, world.manager, date(2026, 11, 21), month=date(2026, 11, 1))

    step = steps.largest_loss(moment)

    assert step is not None
    assert step.text == "See what one more point of conversion, or one more customer, would bring."


def test_a_branch_without_figures_is_not_sent_to_try_with_none(world: World) -> None:
    assert steps.largest_loss(Moment(world.branch, world.manager, date(2026, 11, 21))) is None
