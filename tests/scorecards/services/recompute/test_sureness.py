"""How sure the growth on a card is: against plain loops, by hand, and after changes a year before."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from branches.models import Branch
from formulas.growth import student_95
from formulas.periods import Kind, Period, Span
from scorecards.models import Card, DailyFigures, Freshness, Level, MonthSums
from scorecards.services.recompute import mark, recompute
from tests.factories import BranchFactory
from tests.scorecards.services.recompute.facts import bases_of

A_YEAR = timedelta(days=364)
MONDAY, SUNDAY = date(2026, 1, 5), date(2026, 1, 18)
LAST = date(2026, 2, 10)
FIRST_WEEK, SECOND_WEEK = [10, 20, 30, 40, 50, 60, 70], [12, 18, 33, 41, 47, 66, 72]
By_day = dict[date, int]

pytestmark = pytest.mark.django_db


def enter(branch: Branch, first: date, revenues: Iterable[int | None], staff: int = 0) -> None:
    days = ((first + timedelta(days=n), revenue) for n, revenue in enumerate(revenues))
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, branch=branch, staff_id=staff, revenue=revenue) for day, revenue in days
    )


def card_of(branch: Branch, kind: str = "M", first: date = date(2026, 1, 1)) -> Card:
    return Card.objects.get(kind=kind, starts_on=first, level=Level.BRANCH, unit_id=branch.pk)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory()


@pytest.fixture
def two_winters(branch: Branch) -> By_day:
    """January to the 10th of February of two years, with gaps, closed Sundays, and days without revenue."""
    chance, figures = random.Random(11), {}
    for first in (date(2025, 1, 1), date(2026, 1, 1)):
        for n in range(41):
            day = first + timedelta(days=n)
            if day.isoweekday() < 7 and (n == 0 or chance.random() < 0.9):
                figures[day] = round(10_000 * day.isoweekday() * chance.uniform(0.8, 1.3))
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, branch=branch, revenue=revenue) for day, revenue in figures.items()
    )
    enter(branch, date(2026, 1, 25), [None])
    return figures


def spread_of_sum(figures: By_day) -> tuple[float, float]:
    """(variance of the sum, degrees of freedom), weekday by weekday where there are two weeks of days."""
    days = {day.isoweekday() for day in figures}
    if len(figures) >= 2 * len(days):
        groups = [[v for day, v in figures.items() if day.isoweekday() == n] for n in days]
    else:
        groups = [list(figures.values())]
    squares = sum(sum((v - sum(group) / len(group)) ** 2 for v in group) for group in groups)
    freedom = len(figures) - len(groups)
    return (len(figures) * squares / freedom, freedom) if freedom > 0 else (math.nan, math.nan)


def spread_apart(now: By_day, before: By_day) -> tuple[float, float]:
    weekdays = [{day.isoweekday(): v for day, v in side.items()} for side in (now, before)]
    if [len(each) for each in weekdays] == [len(now), len(before)]:  # no weekday twice
        pairs = [(x, weekdays[1][n]) for n, x in weekdays[0].items() if n in weekdays[1]]
        if len(pairs) >= 2 and 2 * len(pairs) >= max(len(now), len(before)):
            return spread_of(pairs, max(len(now), len(before)))
    (above, f), (below, g) = spread_of_sum(now), spread_of_sum(before)
    below *= (sum(now.values()) / sum(before.values())) ** 2
    return above + below, (above + below) ** 2 / (above**2 / f + below**2 / g)


def spread_of_pairs(now: By_day, before: By_day) -> tuple[float, float]:
    pairs = [(revenue, before[day - A_YEAR]) for day, revenue in now.items() if day - A_YEAR in before]
    longer = max(len(now), len(before))
    if len(pairs) < 2 or 2 * len(pairs) < longer:
        return spread_apart(now, before)
    return spread_of(pairs, longer)


def spread_of(pairs: list[tuple[int, int]], longer: int) -> tuple[float, float]:
    ratio = sum(x for x, _y in pairs) / sum(y for _x, y in pairs)
    squares = sum((x - ratio * y) ** 2 for x, y in pairs)
    return longer * squares / (len(pairs) - 1), len(pairs) - 1


def mix(now: By_day, before: By_day) -> float:
    """ln of a day's mean revenue now against before, had every weekday brought its mean over both."""
    both = [*now.items(), *before.items()]
    mean = {
        n: [v for day, v in both if day.isoweekday() == n] for n in {day.isoweekday() for day, _v in both}
    }
    expected = [
        sum(sum(mean[day.isoweekday()]) / len(mean[day.isoweekday()]) for day in side) / len(side)
        for side in (now, before)
    ]
    return math.log(expected[0] / expected[1])


SPREAD: dict[str, Callable[[By_day, By_day], tuple[float, float]]] = {
    "previous": spread_apart,
    "year_before": spread_of_pairs,
}


def within(figures: By_day, span: Span | None) -> By_day:
    return {day: v for day, v in figures.items() if span is not None and day in span}


def test_every_interval_is_that_of_a_plain_loop_over_the_days(branch: Branch, two_winters: By_day) -> None:
    recompute(today=LAST + timedelta(days=1), everything=True)
    seen = set()
    for card in Card.objects.filter(level=Level.BRANCH, starts_on__year=2026).exclude(kind="D"):
        period = Period(Kind(card.kind), card.starts_on)
        now = within(two_winters, period.to_date(LAST))
        for base, span in bases_of(period, date(2025, 1, 1), LAST).items():
            before = within(two_winters, span)
            if len(now) < 2 or len(before) < 2:
                continue
            variance, freedom = SPREAD[base](now, before)
            rest, shift = sum(now.values()) / sum(before.values()), mix(now, before)
            half = float(student_95(freedom)) * math.sqrt(variance) / sum(now.values())
            low, high = (getattr(card, f"{base}_growth_{end}") for end in ("low", "high"))
            assert low == pytest.approx(rest * math.exp(-half - max(shift, 0)) - 1, abs=2e-6), (
                period.code,
                base,
            )
            assert high == pytest.approx(rest * math.exp(half - min(shift, 0)) - 1, abs=2e-6), (
                period.code,
                base,
            )
            seen.add((card.kind, base))
    assert seen == {
        *((kind, "year_before") for kind in "WMQY"),
        *((kind, "previous") for kind in "WMY"),
    }


def test_two_weeks_by_hand(branch: Branch) -> None:
    # Σ difference² / 2 within the weekdays = 33.5; 14 · 33.5 / (14 − 7) = 67 (tests/formulas/test_growth.py).
    enter(branch, MONDAY, [*FIRST_WEEK, *SECOND_WEEK])
    enter(branch, MONDAY, [*FIRST_WEEK, *SECOND_WEEK], staff=5)

    recompute(today=SUNDAY + timedelta(days=1))

    assert card_of(branch).revenue_variance == 67
    kept = MonthSums.objects.get(branch_id=branch.pk, staff_id=0)
    assert [getattr(kept, f"weekday_{n}_days") for n in range(1, 8)] == [2] * 7
    assert [getattr(kept, f"weekday_{n}_revenue") for n in range(1, 8)] == [22, 38, 63, 81, 97, 126, 142]
    staff = MonthSums.objects.get(branch_id=branch.pk, staff_id=5)
    assert (staff.weekday_1_revenue, staff.pairs) == (None, None)


def test_a_day_without_revenue_is_no_day_of_zero(branch: Branch) -> None:
    enter(branch, MONDAY, [*FIRST_WEEK, *SECOND_WEEK, None, None])

    recompute(today=SUNDAY + timedelta(days=3))

    card = card_of(branch)
    assert (card.days, card.revenue_variance) == (16, 67)


def test_days_that_rise_alike_leave_no_doubt_against_the_year_before(branch: Branch) -> None:
    enter(branch, MONDAY - A_YEAR, [100 * v for v in (*FIRST_WEEK, *SECOND_WEEK)])
    enter(branch, MONDAY, [110 * v for v in (*FIRST_WEEK, *SECOND_WEEK)])

    recompute(today=SUNDAY + timedelta(days=1))

    week = card_of(branch, "W", MONDAY)
    assert (week.year_before_growth, week.year_before_growth_low, week.year_before_growth_high) == (
        0.1,
        0.1,
        0.1,
    )


def test_a_branch_that_fell_behind_is_told_from_its_peers_in_spite_of_busy_saturdays() -> None:
    steady, falling = BranchFactory(), BranchFactory()
    week = [600, 700, 800, 900, 1100, 1900, 2000]
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(59)]
    for branch, fallen in ((steady, 1.0), (falling, 0.8)):
        branch.format = steady.format
        branch.save()
        # January and February by the weekday, every other week a hundredth more.
        levels = [(fallen if day.month == 2 else 1) * (100 + n // 7 % 2) for n, day in enumerate(days)]
        enter(branch, days[0], [round(a * week[day.weekday()]) for a, day in zip(levels, days, strict=True)])

    recompute(today=date(2026, 3, 2))

    places = [
        (card.previous_rank_best, card.previous_rank_worst)
        for card in (card_of(branch, "M", date(2026, 2, 1)) for branch in (steady, falling))
    ]
    assert places == [(1, 1), (2, 2)]


def test_missing_days_push_no_branch_down_among_its_peers() -> None:
    steady, fallen, late = BranchFactory(), BranchFactory(), BranchFactory()
    for branch in (fallen, late):
        branch.format = steady.format
        branch.save()
    enter(steady, date(2025, 1, 1), [None])  # so that there is a year before
    for branch, week in ((steady, [100] * 7), (fallen, [79] * 7), (late, [110] * 5)):
        enter(branch, MONDAY - A_YEAR, [100] * 7)
        enter(branch, MONDAY, week)

    recompute(today=MONDAY + timedelta(days=7))

    # By what came in: 0, −21 and −21.4 %. But five days of seven at 110 would be 770 of 700 with the other two.
    cards = [card_of(branch, "W", MONDAY) for branch in (steady, fallen, late)]
    assert [(card.days, card.days_due) for card in cards] == [(7, 7), (7, 7), (5, 7)]
    assert [card.year_before_rank for card in cards] == [1, 2, 3]
    places = [(card.year_before_rank_best, card.year_before_rank_worst) for card in cards]
    assert places == [(1, 2), (2, 3), (1, 3)]


def test_days_that_both_periods_lack_make_no_place_uncertain() -> None:
    steady, fallen = BranchFactory(), BranchFactory()
    fallen.format = steady.format
    fallen.save()
    enter(steady, date(2025, 1, 1), [None])
    for branch, week in ((steady, [100] * 5), (fallen, [79] * 5)):  # the calendar knows of no closed weekend
        enter(branch, MONDAY - A_YEAR, [100] * 5)
        enter(branch, MONDAY, week)
    enter(BranchFactory(), SUNDAY - timedelta(days=7), [100])

    recompute(today=MONDAY + timedelta(days=7))

    cards = [card_of(branch, "W", MONDAY) for branch in (steady, fallen)]
    assert [(card.days, card.days_due, card.year_before_days) for card in cards] == [(5, 7, 5)] * 2
    assert [(card.year_before_rank_best, card.year_before_rank_worst) for card in cards] == [(1, 1), (2, 2)]


def test_a_region_varies_as_its_branches_together_the_newly_opened_too(branch: Branch) -> None:
    # Pairs by hand: r = 60 / 6, residuals −2, 0, 2, 3 · 8 / 2 = 12. The other has no year before: 67 of its own.
    opened = BranchFactory(region=branch.region)
    enter(branch, date(2025, 1, 1), [None])
    enter(branch, MONDAY - A_YEAR, [1, 2, 3])
    enter(branch, MONDAY, [8, 20, 32])
    enter(opened, MONDAY, [*FIRST_WEEK, *SECOND_WEEK])

    recompute(today=SUNDAY + timedelta(days=1))

    region = Card.objects.get(kind="M", starts_on=date(2026, 1, 1), level=Level.REGION)
    assert [card_of(one).year_before_revenue_variance for one in (branch, opened)] == [12, 67]
    assert card_of(opened).year_before_growth is None
    assert region.year_before_revenue_variance == 79


def all_growth() -> set[tuple[object, ...]]:
    ends = [f"year_before_{name}" for name in ("revenue_variance", "growth", "growth_low", "growth_high")]
    return set(Card.objects.values_list("kind", "starts_on", "level", "unit_id", *ends))


def test_a_figure_changed_a_year_ago_changes_what_it_is_paired_with(
    branch: Branch, two_winters: By_day
) -> None:
    recompute(today=LAST + timedelta(days=1), everything=True)
    day = date(2025, 1, 14)
    DailyFigures.objects.filter(day=day).update(revenue=1)
    before = all_growth()

    mark([(branch.pk, day)])
    recompute(today=LAST + timedelta(days=1))

    after = all_growth()
    assert after != before
    recompute(today=LAST + timedelta(days=1), everything=True)
    assert after == all_growth()


def test_pairs_that_are_gone_are_forgotten(branch: Branch, two_winters: By_day) -> None:
    recompute(today=LAST + timedelta(days=1), everything=True)
    january = MonthSums.objects.filter(branch_id=branch.pk, month=date(2026, 1, 1))
    assert january.get().pairs
    gone = DailyFigures.objects.filter(day__gt=date(2025, 1, 1), day__lte=date(2025, 2, 1))
    mark((branch.pk, day) for day in list(gone.values_list("day", flat=True)))
    gone.delete()

    recompute(today=LAST + timedelta(days=1))

    assert january.get().pairs is None
    assert january.get().pairs_products is None


def test_month_sums_of_the_release_before_are_made_anew_by_the_next_run(branch: Branch) -> None:
    enter(branch, MONDAY, [*FIRST_WEEK, *SECOND_WEEK])
    recompute(today=SUNDAY + timedelta(days=1))
    MonthSums.objects.update(
        **{f"weekday_{n}_{what}": None for n in range(1, 8) for what in ("days", "revenue")}
    )

    import_module("scorecards.migrations.0004_sums_by_weekday").ask_for_everything(apps, None)
    assert Freshness.objects.get().as_of == SUNDAY
    recompute(today=SUNDAY + timedelta(days=1))

    assert MonthSums.objects.get().weekday_7_revenue == 142
