"""Scores with their intervals, counts by branch, and what a meeting hears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from branches.models import OpeningHours
from surveys.models import Answer
from surveys.queries import Counts, answers_of, counts_by_branch, counts_of, total_of, voices_since_last_day
from tests.factories import BranchFactory
from tests.surveys.factories import AnswerFactory, answers, with_comment
from tests.worlds import World

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def test_csat_has_the_interval_that_newcombe_published() -> None:
    """Newcombe 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662, 15 of 148 gives 0.0624 to 0.1605."""
    first = Counts(csat_answers=263, satisfied=81).csat
    second = Counts(csat_answers=148, satisfied=15).csat
    assert (round(first.low, 4), round(first.high, 4)) == (0.2553, 0.3662)  # type: ignore[arg-type]
    assert (round(second.low, 4), round(second.high, 4)) == (0.0624, 0.1605)  # type: ignore[arg-type]


def test_nps_has_the_interval_by_hand() -> None:
    """60 promoters and 20 detractors of 100: 40; variance 0.8 − 0.16 = 0.64, half width 1.96 × 0.08 = 15.68."""
    score = Counts(nps_answers=100, promoters=60, detractors=20).nps
    assert score.value == pytest.approx(40)
    assert (round(score.low, 2), round(score.high, 2)) == (24.32, 55.68)  # type: ignore[arg-type]


def test_nothing_answered_is_not_known_rather_than_zero() -> None:
    assert Counts().csat.value is None
    assert Counts().nps.low is None


@pytest.mark.parametrize(("n", "enough"), [(19, False), (20, True)])
def test_a_score_needs_twenty_answers(n: int, enough: bool) -> None:
    assert Counts(csat_answers=n, satisfied=n).csat.is_enough is enough


def test_answers_are_counted_by_what_they_say(world: World) -> None:
    answers(world.branch, FRIDAY, csat=[1, 2, 3, 4, 5, 5], nps=[0, 6, 7, 8, 9, 10, 10])
    with_comment(world.branch, "slow", csat=2, nps=3)
    assert counts_of(Answer.objects.all()) == Counts(
        answers=14,
        csat_answers=7,
        satisfied=3,
        nps_answers=8,
        promoters=3,
        detractors=3,
        unhappy=5,
        comments=1,
    )


def test_of_no_answers_all_counts_are_zero(world: World) -> None:
    assert counts_of(Answer.objects.all()) == Counts()


def test_branches_that_are_surely_low_come_before_small_ones_with_bad_luck(world: World) -> None:
    answers(world.branch, FRIDAY, csat=[5] * 10 + [1] * 20)
    answers(world.sister, FRIDAY, csat=[1])
    answers(world.foreign, FRIDAY, nps=[0])
    lines = counts_by_branch(Answer.objects.all())
    assert [(line.branch.code, line.counts.answers) for line in lines] == [("N1", 30), ("N2", 1), ("S1", 1)]


def test_branches_together_are_the_sums_of_their_answers(world: World) -> None:
    answers(world.branch, FRIDAY, csat=[5] * 3)
    answers(world.sister, FRIDAY, csat=[1])
    with_comment(world.foreign, "slow", csat=None, nps=0)
    lines = counts_by_branch(Answer.objects.all())
    assert total_of(lines) == counts_of(Answer.objects.all())
    assert total_of(lines).csat.value == 0.75
    assert total_of([]) == Counts()


def test_filters_narrow_and_never_widen_the_scope(world: World) -> None:
    AnswerFactory(branch=world.branch)
    with_comment(world.sister, "slow", csat=1, nps=0)
    with_comment(world.foreign, "secret", csat=1, nps=0)

    def codes(**filters: Any) -> list[str]:
        rows = answers_of(world.regional, first=FRIDAY, last=FRIDAY, **filters)
        return sorted(rows.values_list("branch__code", flat=True))

    assert codes() == ["N1", "N2"]
    assert codes(branch="n1") == ["N1"]
    assert codes(branch="Futi") == ["N2"]
    assert codes(branch="福田") == ["N2"]
    assert codes(branch="S1") == []
    assert codes(branch="Secretfield") == []
    assert codes(unhappy=True) == ["N2"]
    assert codes(with_comment=True) == ["N2"]


def test_days_outside_the_span_are_left_out(world: World) -> None:
    for day in (date(2026, 11, 18), date(2026, 11, 19), FRIDAY, SATURDAY):
        AnswerFactory(branch=world.branch, day=day)
    assert answers_of(world.manager, first=date(2026, 11, 19), last=FRIDAY).count() == 2


def test_a_meeting_hears_of_yesterdays_unhappy_answers(world: World) -> None:
    AnswerFactory(branch=world.branch, day=FRIDAY, csat=1, nps=2, hour=9)
    AnswerFactory(branch=world.branch, day=FRIDAY, csat=3, nps=6, hour=15)
    AnswerFactory(branch=world.branch, day=FRIDAY)
    AnswerFactory(branch=world.branch, day=date(2026, 11, 19), csat=1)
    AnswerFactory(branch=world.branch, day=SATURDAY, csat=1)
    AnswerFactory(branch=world.sister, day=FRIDAY)
    found = voices_since_last_day([world.branch, world.sister], SATURDAY)
    assert list(found) == [world.branch.pk]
    voices = found[world.branch.pk]
    assert (voices.first, voices.last, voices.answers) == (FRIDAY, FRIDAY, 3)
    assert [answer.csat for answer in voices.unhappy] == [3, 1]


def test_after_a_day_of_rest_it_hears_of_the_last_day_of_trade(world: World) -> None:
    for weekday in range(6):
        OpeningHours.objects.create(branch=world.branch, weekday=weekday, opens_at="09:00", closes_at="18:00")
    AnswerFactory(branch=world.branch, day=SATURDAY, csat=1)
    AnswerFactory(branch=world.branch, day=FRIDAY, csat=1)
    voices = voices_since_last_day([world.branch], MONDAY)[world.branch.pk]
    assert (voices.first, voices.answers) == (SATURDAY, 1)


def test_the_number_of_queries_does_not_grow_with_the_branches(
    world: World, django_assert_num_queries: Callable[..., Any]
) -> None:
    many = [world.branch, *BranchFactory.create_batch(4, region=world.area)]
    for branch in many:
        AnswerFactory(branch=branch, day=FRIDAY, csat=1)
    for branches in (many[:1], many):
        with django_assert_num_queries(5):
            assert len(voices_since_last_day(branches, SATURDAY)) == len(branches)
