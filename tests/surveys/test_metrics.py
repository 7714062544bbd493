"""The two metrics: their rows, and that they reach the branch's month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from scorecards.metrics import Interval, registered
from scorecards.models import Level, MetricCard
from scorecards.services.recompute import recompute
from surveys.metrics import csat, nps
from surveys.services import Given, record_answer
from tests.scorecards.factories import DailyFiguresFactory
from tests.surveys.factories import AnswerFactory, answers, link_of
from tests.worlds import World

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)


def test_both_are_registered_as_the_catalogue_has_them() -> None:
    found = registered()
    assert (found["csat"].capability, found["csat"].direction, found["csat"].min_n) == (
        "service_quality",
        1,
        20,
    )
    assert found["csat"].interval is Interval.WILSON
    assert (found["nps"].capability, found["nps"].direction, found["nps"].min_n) == (
        "customer_experience",
        1,
        20,
    )
    assert (found["nps"].interval, found["nps"].scale) == (Interval.NPS, 100)


def test_csat_counts_answers_of_four_and_five(world: World) -> None:
    answers(world.branch, DAY, csat=[1, 3, 4, 5], nps=[10])
    answers(world.branch, NEXT, csat=[2])
    answers(world.sister, DAY, csat=[5])
    answers(world.branch, date(2026, 12, 1), csat=[5])
    assert sorted(csat(FIRST, LAST), key=lambda row: (row["branch_id"], row["day"])) == [
        {"branch_id": world.branch.pk, "day": DAY, "numerator": 2, "denominator": 4},
        {"branch_id": world.branch.pk, "day": NEXT, "numerator": 0, "denominator": 1},
        {"branch_id": world.sister.pk, "day": DAY, "numerator": 1, "denominator": 1},
    ]


def test_nps_takes_detractors_from_promoters_and_keeps_the_squares(world: World) -> None:
    answers(world.branch, DAY, csat=[5], nps=[0, 6, 7, 8, 9])
    assert list(nps(FIRST, LAST)) == [
        {"branch_id": world.branch.pk, "day": DAY, "numerator": -1, "denominator": 5, "squares": 3}
    ]


def test_days_with_answers_to_the_other_question_only_have_no_row(world: World) -> None:
    AnswerFactory(branch=world.branch, csat=None, nps=9)
    assert list(csat(FIRST, LAST)) == []
    assert len(list(nps(FIRST, LAST))) == 1


def test_answers_reach_the_scorecard_of_the_branch_with_the_next_recompute(
    world: World, client_of: Callable[[object], Client]
) -> None:
    DailyFiguresFactory(branch_id=world.branch.pk, day=DAY)
    answers(world.branch, DAY, csat=[5] * 15 + [1] * 4, nps=[10] * 12 + [0] * 8)
    link = link_of(world.branch)
    at = datetime(2026, 11, 20, 4, tzinfo=UTC)
    recompute(today=NEXT)
    record_answer(link, Given(csat=1), nonce="n", language="en", at=at)
    recompute(today=NEXT)
    cards = MetricCard.objects.filter(kind="M", level=Level.BRANCH, unit_id=world.branch.pk)
    found = {card.metric: card for card in cards}
    assert (found["csat"].numerator, found["csat"].denominator, found["csat"].value) == (15, 20, 75)
    assert (round(found["csat"].low, 1), round(found["csat"].high, 1)) == (53.1, 88.8)
    assert (found["nps"].numerator, found["nps"].denominator, found["nps"].squares) == (4, 20, 20)
    assert found["nps"].value == pytest.approx(20)
    html = client_of(world.manager).get("/branches/N1/scorecard/").content.decode()
    assert "75.0%" in html
    assert "15 / 20" in html
