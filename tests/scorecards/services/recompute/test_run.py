import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.models import Branch, Region
from formulas.components import FORMULA_INPUTS
from formulas.lmdi import PARTS
from formulas.periods import Kind, Period, period_of, periods_between
from scorecards.models import Card, DailyFigures, DirtyMonth, Freshness, Level, MetricCard, MonthSums
from scorecards.services.recompute import mark, mark_branch, recompute
from scorecards.signals import recomputed
from tests.factories import BranchFactory, BranchFormatFactory, RegionFactory
from tests.scorecards.services.recompute.facts import bases_of, random_day, random_facts, reference_sums

FIRST, LAST = date(2024, 12, 28), date(2026, 1, 14)
TODAY = LAST + timedelta(days=1)
SUMS = ("days", "known", "visitor_days", "buyers_counted", *FORMULA_INPUTS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> dict[str, Branch]:
    """North holds Area; two branches in Area, one in North, one in South; five staff members, 5 works at two."""
    north, south = RegionFactory(code="north"), RegionFactory(code="south")
    area = RegionFactory(code="area", parent=north)
    kiosk = BranchFormatFactory(code="kiosk")
    return {
        "a": BranchFactory(code="a", region=area),
        "b": BranchFactory(code="b", region=area),
        "n": BranchFactory(code="n", region=north),
        "s": BranchFactory(code="s", region=south, format=kiosk),
    }


@pytest.fixture
def facts(company: dict[str, Branch]) -> list[DailyFigures]:
    """Fourteen months: `b` opens in June, `s` closes in October, `n` has no visitors."""
    chance = random.Random(7)
    random_facts(chance, {company["a"]: [1, 2]}, FIRST, LAST)
    random_facts(chance, {company["b"]: [3, 5]}, date(2025, 6, 11), LAST)
    random_facts(chance, {company["n"]: [4]}, FIRST, LAST)
    random_facts(chance, {company["s"]: [5]}, FIRST, date(2025, 10, 5))
    DailyFigures.objects.filter(branch=company["n"]).update(visitors=None)
    # Staff member 5 moves from s to b; on the days before, rows at b are somebody else's.
    DailyFigures.objects.filter(branch=company["b"], staff_id=5, day__lte=date(2025, 10, 5)).update(
        staff_id=6
    )
    return list(DailyFigures.objects.all())


def snapshot() -> tuple[dict, dict]:
    """Every card and metric card, whole."""
    names = [field.name for field in Card._meta.concrete_fields]
    metric_names = [field.name for field in MetricCard._meta.concrete_fields]
    return (
        {row[:4]: row[4:] for row in Card.objects.values_list(*names)},
        {row[:5]: row[5:] for row in MetricCard.objects.values_list(*metric_names)},
    )


def below(unit: Region) -> set[int]:
    children = Region.objects.filter(parent=unit)
    own = set(Branch.objects.filter(region=unit).values_list("pk", flat=True))
    return own.union(*(below(child) for child in children))


def below_of(unit: int) -> set[int]:
    return below(Region.objects.get(pk=unit))


def rows_of(facts: list[DailyFigures], level: int, unit: int) -> list[DailyFigures]:
    if level == Level.STAFF:
        return [row for row in facts if row.staff_id == unit]
    branches = {
        Level.BRANCH: {unit},
        Level.REGION: below(Region.objects.get(pk=unit)) if level == Level.REGION else set(),
        Level.COMPANY: {row.branch_id for row in facts},
    }[Level(level)]
    return [row for row in facts if row.staff_id == 0 and row.branch_id in branches]


def test_every_card_of_every_level_equals_the_sums_of_a_plain_loop(facts: list[DailyFigures]) -> None:
    recompute(today=TODAY, everything=True)
    for level, unit in set(Card.objects.values_list("level", "unit_id")):
        own = rows_of(facts, level, unit)
        cards = {(card.kind, card.starts_on): card for card in Card.objects.filter(level=level, unit_id=unit)}
        for card in cards.values():
            period = Period(Kind(card.kind), card.starts_on)
            spans = {"": period.to_date(LAST)}
            spans |= {f"{name}_": span for name, span in bases_of(period, FIRST, LAST).items()}
            for prefix, span in spans.items():
                expected = reference_sums(own, span)
                found = {name: getattr(card, f"{prefix}{name}") for name in SUMS}
                assert found == {name: expected[name] for name in SUMS}, (period.code, level, unit, prefix)


def test_a_card_says_how_many_branches_it_adds_up(facts: list[DailyFigures]) -> None:
    """Each as many as have a card of the period; of staff nobody says so."""
    recompute(today=TODAY, everything=True)
    for above in Card.objects.filter(level__gt=Level.BRANCH).exclude(kind="D"):
        units = Branch.objects.values("pk") if above.level == Level.COMPANY else below_of(above.unit_id)
        own = Card.objects.filter(kind=above.kind, starts_on=above.starts_on, level=Level.BRANCH)
        assert above.branches == own.filter(unit_id__in=units).count() > 0
    assert set(Card.objects.filter(level=Level.BRANCH).values_list("branches", flat=True)) == {1}
    assert set(Card.objects.filter(level=Level.STAFF).values_list("branches", flat=True)) == {None}


def test_there_is_a_card_for_every_period_with_figures_and_none_besides(facts: list[DailyFigures]) -> None:
    recompute(today=TODAY, everything=True)
    for kind in (Kind.WEEK, Kind.MONTH, Kind.QUARTER, Kind.YEAR):
        staff = {(period_of(row.day, kind).first, row.staff_id) for row in facts if row.staff_id}
        cards = Card.objects.filter(kind=kind.value)
        assert set(cards.filter(level=Level.STAFF).values_list("starts_on", "unit_id")) == staff
        company = {period.first for period in periods_between(kind, FIRST, LAST)}
        assert set(cards.filter(level=Level.COMPANY).values_list("starts_on", flat=True)) == company


def test_drivers_add_up_to_the_change_at_every_level_and_from_level_to_level(
    facts: list[DailyFigures],
) -> None:
    recompute(today=TODAY, everything=True)
    for base in ("previous", "year_before"):
        names = [f"{base}_driver_{part}" for part in PARTS]
        for card in Card.objects.exclude(**{f"{base}_change": None}):
            assert sum(getattr(card, name) for name in names) == getattr(card, f"{base}_change")
        for company in Card.objects.filter(level=Level.COMPANY).exclude(kind="D"):
            branches = Card.objects.filter(kind=company.kind, starts_on=company.starts_on, level=Level.BRANCH)
            for name in names:
                parts = [value for value in branches.values_list(name, flat=True) if value is not None]
                assert getattr(company, name) == (sum(parts) if parts else None)


def test_a_region_of_branches_that_record_differently_adds_up_each_by_its_own_chain(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    north = Card.objects.get(
        kind="M", starts_on=date(2025, 12, 1), level=Level.REGION, unit_id=company["n"].region_id
    )
    own = Card.objects.get(kind="M", starts_on=date(2025, 12, 1), level=Level.BRANCH, unit_id=company["n"].pk)
    assert own.previous_chain == 3
    assert own.previous_driver_visitors == 0
    assert own.previous_driver_buyers != 0
    assert north.previous_chain == 3
    assert north.previous_driver_buyers != 0
    assert north.known & 1 == 0


def test_a_branch_that_opened_or_closed_is_a_part_of_its_own(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    opened = Card.objects.get(kind="Q", starts_on=date(2025, 10, 1), level=2, unit_id=company["b"].pk)
    closed = Card.objects.get(kind="M", starts_on=date(2025, 11, 1), level=2, unit_id=company["s"].pk)
    whole = Card.objects.get(kind="M", starts_on=date(2025, 11, 1), level=4, unit_id=0)
    assert opened.year_before_driver_openings is None  # the facts begin in the middle of that quarter
    assert closed.days == 0
    assert closed.revenue is None
    assert closed.previous_driver_openings == closed.previous_change == -closed.previous_revenue
    assert whole.previous_driver_openings == closed.previous_change


def test_nothing_is_compared_with_days_before_the_first_figures(facts: list[DailyFigures]) -> None:
    recompute(today=TODAY, everything=True)
    card = Card.objects.get(kind="M", starts_on=date(2024, 12, 1), level=Level.COMPANY, unit_id=0)
    assert card.previous_revenue is None
    assert card.previous_change is None
    assert card.previous_driver_openings is None
    assert card.previous_chain == 0


def test_a_factor_is_missing_where_an_input_has_gaps_but_conversion_holds_with_a_broken_counter() -> None:
    branch = BranchFactory()
    whole = {"buyers": 10, "orders": 10, "repeat_orders": 0, "extension_orders": 0, "revenue": 5000}
    DailyFigures.objects.create(day=date(2026, 1, 1), branch=branch, visitors=40, **whole)
    DailyFigures.objects.create(day=date(2026, 1, 2), branch=branch, visitors=None, **whole)
    recompute(today=date(2026, 1, 3))
    card = Card.objects.get(kind="M", level=Level.BRANCH)
    assert (card.visitors, card.buyers, card.buyers_counted, card.visitor_days) == (40, 20, 10, 1)
    assert card.conversion == 0.25
    assert card.basket == 500.0
    DailyFigures.objects.filter(day=date(2026, 1, 2)).update(orders=None)
    mark([(branch.pk, date(2026, 1, 2))])
    recompute(today=date(2026, 1, 3))
    card = Card.objects.get(kind="M", level=Level.BRANCH)
    assert (card.orders, card.basket, card.repeat) == (10, None, None)


def test_a_staff_member_who_moved_has_one_card_over_both_branches(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    card = Card.objects.get(kind="M", starts_on=date(2025, 10, 1), level=Level.STAFF, unit_id=5)
    own = [row for row in facts if row.staff_id == 5 and (row.day.year, row.day.month) == (2025, 10)]
    assert {row.branch_id for row in own} == {company["b"].pk, company["s"].pk}
    assert card.revenue == sum(row.revenue or 0 for row in own)
    assert card.branch_id == company["b"].pk
    assert card.region_id == company["b"].region_id


def test_the_trend_is_the_revenue_of_thirteen_whole_weeks(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    card = Card.objects.get(kind="M", starts_on=date(2026, 1, 1), level=2, unit_id=company["a"].pk)
    own = [row for row in facts if row.staff_id == 0 and row.branch_id == company["a"].pk]
    newest = [row.revenue for row in own if date(2026, 1, 5) <= row.day <= date(2026, 1, 11)]
    oldest = [row.revenue for row in own if date(2025, 10, 13) <= row.day <= date(2025, 10, 19)]
    assert len(card.trend) == 13
    assert (card.trend[0], card.trend[-1]) == (sum(oldest), sum(newest))


@pytest.mark.parametrize("seed", range(2))
def test_a_run_after_changes_gives_the_same_rows_as_a_run_from_nothing(
    facts: list[DailyFigures], company: dict[str, Branch], seed: int
) -> None:
    chance = random.Random(seed)
    recompute(today=TODAY, everything=True)
    for _change in range(3):
        branch = chance.choice(list(company.values()))
        day = FIRST + timedelta(days=chance.randint(1, (LAST - FIRST).days - 1))
        DailyFigures.objects.filter(day=day, branch=branch).delete()
        DailyFigures.objects.bulk_create(random_day(chance, branch, day, chance.sample(range(1, 9), 2)))
        mark([(branch.pk, day)])
    recompute(today=TODAY)
    after_changes = snapshot()
    recompute(today=TODAY, everything=True)
    assert after_changes == snapshot()


def test_whoever_has_no_figures_any_more_loses_the_card_even_if_the_first_run_was_cut(
    company: dict[str, Branch],
) -> None:
    for staff in (1, 2):
        DailyFigures.objects.create(day=LAST, branch=company["a"], staff_id=staff, revenue=100)
    DailyFigures.objects.create(day=LAST, branch=company["a"], revenue=200)
    recompute(today=TODAY)
    DailyFigures.objects.filter(staff_id=2).update(staff_id=3)
    mark([(company["a"].pk, LAST)])

    def cut(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recompute(today=TODAY, progress=cut)
    recompute(today=TODAY)
    assert set(Card.objects.filter(level=Level.STAFF).values_list("unit_id", flat=True)) == {1, 3}
    assert set(MonthSums.objects.values_list("staff_id", flat=True)) == {0, 1, 3}


def test_a_night_with_late_changes_of_some_branches_gives_the_same_rows_as_a_run_from_nothing(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY - timedelta(days=2), everything=True)
    late = DailyFigures.objects.filter(branch=company["n"], staff_id=0, day__in=[date(2025, 9, 30), LAST])
    late.update(revenue=1_234_567)
    mark([(company["n"].pk, date(2025, 9, 30)), (company["n"].pk, LAST)])
    recompute(today=TODAY)
    after_changes = snapshot()
    recompute(today=TODAY, everything=True)
    assert after_changes == snapshot()


def test_a_change_at_one_branch_reads_no_card_of_another_region_but_for_the_ranks(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    mark([(company["s"].pk, date(2025, 10, 5))])
    north = company["n"].pk
    Card.objects.filter(level=Level.BRANCH, unit_id=north).update(revenue=999_999_999_999)
    recompute(today=TODAY)
    whole = Card.objects.get(kind="M", starts_on=date(2025, 10, 1), level=Level.COMPANY)
    assert whole.revenue < 999_999_999_999


def test_a_night_that_brings_a_new_day_gives_the_same_rows_as_a_run_from_nothing(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY - timedelta(days=3), everything=True)
    assert Freshness.objects.get(pk=1).as_of == LAST - timedelta(days=3)
    recompute(today=TODAY)
    step_by_step = snapshot()
    recompute(today=TODAY, everything=True)
    assert step_by_step == snapshot()


def test_days_that_are_taken_back_take_their_cards_with_them(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    gone = DailyFigures.objects.filter(day__gte=date(2025, 12, 20))
    mark(set(gone.values_list("branch_id", "day")))
    gone.delete()
    recompute(today=TODAY)
    after = snapshot()
    assert not Card.objects.filter(starts_on__gte=date(2025, 12, 22)).exists()
    recompute(today=TODAY, everything=True)
    assert after == snapshot()


def test_the_last_figure_taken_back_leaves_no_card(company: dict[str, Branch]) -> None:
    DailyFigures.objects.create(day=LAST, branch=company["a"], revenue=100)
    recompute(today=TODAY)
    assert Card.objects.exists()
    DailyFigures.objects.all().delete()
    mark([(company["a"].pk, LAST)])
    recompute(today=TODAY)
    assert not Card.objects.exists()
    assert not MonthSums.objects.exists()
    assert not DirtyMonth.objects.exists()
    assert Freshness.objects.get(pk=1).as_of is None


def test_run_twice_writes_the_same_rows(facts: list[DailyFigures]) -> None:
    recompute(today=TODAY, everything=True)
    once = snapshot()
    done = recompute(today=TODAY)
    assert done["periods"] == 0
    assert snapshot() == once


def test_a_branch_that_moves_takes_its_history_to_the_new_region(
    facts: list[DailyFigures], company: dict[str, Branch]
) -> None:
    recompute(today=TODAY, everything=True)
    south = company["s"].region
    Branch.objects.filter(pk=company["a"].pk).update(region=south, format=company["s"].format)
    mark_branch([company["a"].pk])
    recompute(today=TODAY)
    moved = snapshot()
    recompute(today=TODAY, everything=True)
    assert moved == snapshot()


def test_a_figure_changed_while_the_run_was_reading_keeps_its_mark(company: dict[str, Branch]) -> None:
    DailyFigures.objects.create(day=LAST, branch=company["a"], revenue=100)
    mark([(company["a"].pk, LAST)])

    def change_meanwhile(done: int, total: int) -> None:
        mark([(company["a"].pk, LAST)])

    recompute(today=TODAY, progress=change_meanwhile)
    assert DirtyMonth.objects.count() == 1
    recompute(today=TODAY)
    assert DirtyMonth.objects.count() == 0


def test_a_run_that_was_overtaken_computes_again_from_what_is_newest(company: dict[str, Branch]) -> None:
    DailyFigures.objects.create(day=LAST, branch=company["a"], revenue=100)
    overtaken = []

    def another_run(done: int, total: int) -> None:
        if not overtaken:
            overtaken.append(True)
            DailyFigures.objects.update(revenue=250)
            mark([(company["a"].pk, LAST)])
            recompute(today=TODAY)

    recompute(today=TODAY, progress=another_run)
    assert Card.objects.get(kind="M", level=Level.BRANCH).revenue == 250


def test_todays_figures_wait_for_tomorrow(company: dict[str, Branch]) -> None:
    DailyFigures.objects.create(day=LAST, branch=company["a"], revenue=100)
    DailyFigures.objects.create(day=TODAY, branch=company["a"], revenue=900)
    recompute(today=TODAY)
    assert Card.objects.get(kind="M", level=Level.BRANCH).revenue == 100
    recompute(today=TODAY + timedelta(days=1))
    assert Card.objects.get(kind="M", level=Level.BRANCH).revenue == 1000


def test_those_above_are_told_once_the_run_is_committed(
    company: dict[str, Branch], django_capture_on_commit_callbacks: Any
) -> None:
    DailyFigures.objects.create(day=LAST, branch=company["a"], revenue=100)
    told: list[date] = []

    def listen(sender: object, as_of: date, **kwargs: object) -> None:
        told.append(as_of)

    recomputed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            recompute(today=TODAY)
    finally:
        recomputed.disconnect(listen)
    assert told == [LAST]


def test_the_number_of_queries_does_not_grow_with_branches(company: dict[str, Branch]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            recompute(today=TODAY, everything=True)
        return len(captured)

    chance = random.Random(3)
    random_facts(chance, {company["a"]: [1]}, date(2025, 12, 1), LAST)
    recompute(today=TODAY, everything=True)
    one = queries()
    random_facts(chance, {company["b"]: [2], company["n"]: [3, 4]}, date(2025, 12, 1), LAST)
    assert queries() == one


def test_metrics_are_ratios_of_sums_with_their_intervals_at_every_level() -> None:
    region = RegionFactory()
    one, two = BranchFactory(region=region), BranchFactory(region=region)
    for branch, visitors, buyers in ((one, 80, 20), (two, 20, 15)):
        DailyFigures.objects.create(
            day=date(2026, 1, 3), branch=branch, visitors=visitors, buyers=buyers, orders=buyers, revenue=5000
        )
    recompute(today=date(2026, 1, 6))
    cards = MetricCard.objects.filter(metric="conversion", kind="Q")
    values = {(card.level, card.unit_id): (card.numerator, card.denominator, card.value) for card in cards}
    assert values == {
        (2, one.pk): (20.0, 80.0, 25.0),
        (2, two.pk): (15.0, 20.0, 75.0),
        (3, region.pk): (35.0, 100.0, 35.0),
        (4, 0): (35.0, 100.0, 35.0),
    }
    company = cards.get(level=4)
    # Wilson, 35 of 100: 26.4 % to 44.7 %.
    assert (round(company.low, 1), round(company.high, 1)) == (26.4, 44.7)
    assert not MetricCard.objects.filter(metric="gross_margin").exists()
