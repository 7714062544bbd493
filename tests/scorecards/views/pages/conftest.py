"""The company whose pages are read: two months of figures, the second better than the first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from formulas.periods import Kind
from tests.scorecards.factories import AS_OF, make_card, make_days, make_fresh
from tests.scorecards.views.pages.reading import NOW
from tests.worlds import World


@pytest.fixture(autouse=True)
def in_the_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def figures(world: World) -> World:
    """Two months of figures at all three branches, better in November, with staff, cards and freshness."""
    make_fresh()
    for place in (world.branch, world.sister, world.foreign):
        make_days(place, date(2026, 9, 1), date(2026, 10, 31))
        make_days(place, date(2026, 11, 1), AS_OF, revenue=330_000)
        make_card(place, Kind.MONTH, AS_OF)
    for number in range(1, 8):
        make_card(world.branch, Kind.WEEK, AS_OF - timedelta(weeks=number))
    for person, place in [(world.member, world.branch), (world.foreign_member, world.foreign)]:
        make_days(place, date(2026, 10, 1), AS_OF, staff_id=person.pk, revenue=100_000)
        make_card(place, Kind.MONTH, AS_OF, staff_id=person.pk)
    return world
