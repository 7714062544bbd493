from datetime import date, timedelta

import pytest

from formulas.periods import Kind, Period, Span, period_of, periods_between
from scorecards.models.dirty import EVERY_DAY
from scorecards.services.recompute.plan import Changes, Reach, batches, changes

REACH = Reach(date(2024, 1, 1), date(2026, 11, 20))  # a Friday
NOVEMBER = date(2026, 11, 1)
ONE, OTHER = frozenset({1}), frozenset({2})


def bit(day: int) -> int:
    return 1 << (day - 1)


def codes(work: dict[Period, frozenset[int] | None]) -> set[str]:
    return {period.code for period in work}


def test_a_change_of_the_newest_day_touches_its_five_periods_and_no_other() -> None:
    work = changes({(NOVEMBER, bit(20)): ONE}, REACH, REACH.as_of, branches=100)
    assert codes(work) == {"2026-11-20", "2026-W47", "2026-11", "2026-Q4", "2026"}
    assert set(work.values()) == {ONE}


def test_a_change_of_an_older_day_touches_what_is_compared_with_it_and_the_trends_that_show_it() -> None:
    work = changes({(date(2026, 10, 1), bit(14)): ONE}, REACH, REACH.as_of, branches=100)
    days = {"2026-10-14", "2026-10-21"}  # and the day a week later
    weeks = {"2026-W42", "2026-W43"}
    # November to the 20th stands against October to the 20th.
    assert codes(work) == days | weeks | {"2026-10", "2026-11", "2026-Q4", "2026"}


def test_a_year_later_the_same_weekday_is_compared_with_a_changed_day() -> None:
    work = changes({(date(2025, 11, 1), bit(21)): ONE}, REACH, REACH.as_of, branches=100)
    assert period_of(date(2026, 11, 20), Kind.DAY) in work
    assert period_of(date(2026, 11, 19), Kind.DAY) not in work


def test_branches_that_changed_on_other_days_are_kept_apart() -> None:
    work = changes({(NOVEMBER, bit(19)): ONE, (NOVEMBER, bit(20)): OTHER}, REACH, REACH.as_of, branches=100)
    assert work[period_of(date(2026, 11, 19), Kind.DAY)] == ONE
    assert work[period_of(date(2026, 11, 20), Kind.DAY)] == OTHER
    assert work[period_of(date(2026, 11, 20), Kind.WEEK)] == ONE | OTHER


def test_when_more_than_half_of_the_branches_change_all_are_computed() -> None:
    half = changes({(NOVEMBER, bit(20)): ONE}, REACH, REACH.as_of, branches=2)
    more = changes({(NOVEMBER, bit(20)): ONE | OTHER}, REACH, REACH.as_of, branches=3)
    assert set(half.values()) == {ONE}
    assert set(more.values()) == {None}


def test_a_new_day_changes_the_periods_to_date_of_every_branch() -> None:
    work = changes({}, REACH, REACH.as_of - timedelta(days=1), branches=100)
    assert work == dict.fromkeys(work)
    assert codes(work) == {"2026-11-20", "2026-W47", "2026-11", "2026-Q4", "2026"}


def test_when_days_are_taken_back_those_of_the_fortnight_before_are_made_again() -> None:
    """Branches keep the cards of the newest fourteen days; of the 7th to the 20th only those from the 16th on stand."""
    work = changes({}, REACH, date(2026, 11, 29), branches=100)
    days = {period.first.day for period in work if period.kind == Kind.DAY}
    assert days == {*range(7, 16), 20}


def test_days_beyond_the_end_of_a_month_do_not_spill_into_the_next() -> None:
    changed = Changes({(date(2026, 9, 1), EVERY_DAY): ONE, (date(2026, 11, 1), bit(2)): OTHER})
    assert changed.within([Span(date(2026, 9, 30), date(2026, 9, 30))]).tolist() == [True, False]
    assert changed.within([Span(date(2026, 10, 1), date(2026, 11, 1))]).tolist() == [False, False]
    assert changed.within([Span(date(2026, 11, 2), date(2027, 11, 2))]).tolist() == [False, True]
    assert changed.within([Span(date(2020, 1, 1), date(2030, 1, 1))]).tolist() == [True, True]


@pytest.mark.parametrize("whole", ["D", "W", "M"])
def test_weeks_come_before_months_whether_of_all_branches_or_of_some(whole: str) -> None:
    periods = [period_of(REACH.as_of, kind) for kind in (Kind.MONTH, Kind.WEEK, Kind.DAY)]
    work = {period: None if period.kind == whole else ONE for period in periods}
    order = [period.kind for batch in batches(work, 3) for period in batch]
    assert order.index(Kind.WEEK) < order.index(Kind.MONTH)
    for batch in batches(work, 3):
        assert len({work[period] is None for period in batch}) == 1


def test_the_more_branches_the_fewer_periods_are_added_up_at_once() -> None:
    days = periods_between(Kind.DAY, REACH.as_of - timedelta(days=19), REACH.as_of)
    sizes = {
        count: [len(batch) for batch in batches(dict.fromkeys(days), count)]
        for count in (100, 10_000, 90_000)
    }
    assert sizes == {100: [16, 4], 10_000: [5, 5, 5, 5], 90_000: [1] * 20}
