"""The scorecard: values with their components and intervals."""

from __future__ import annotations

from datetime import date

import pytest

from tests.scorecards.factories import (
    MetricCardFactory,
)
from tests.scorecards.views.pages.reading import LogIn, get, text_of
from tests.worlds import World


def test_the_scorecard_lists_values_with_components_and_interval(figures: World, client_of: LogIn) -> None:
    MetricCardFactory(unit_id=figures.branch.pk)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert "20.0%" in text
    assert "400 / 2,000" in text
    assert "18.3% to 21.8%" in text
    assert "Wilson score interval" in text


def test_a_value_stands_beside_that_of_the_month_before(figures: World, client_of: LogIn) -> None:
    october = {"starts_on": date(2026, 10, 1), "numerator": 300.0, "value": 15.0, "low": 13.5, "high": 16.6}
    MetricCardFactory(unit_id=figures.branch.pk)
    MetricCardFactory(unit_id=figures.branch.pk, **october)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert '<th scope="col" class="num">October 2026</th>' in text
    assert '<td class="num" data-label="October 2026">15.0%</td>' in text


def test_a_change_stands_beside_the_month_that_it_is_against(figures: World, client_of: LogIn) -> None:
    october = {"starts_on": date(2026, 10, 1), "numerator": 300.0, "value": 15.0, "low": 13.5, "high": 16.6}
    MetricCardFactory(unit_id=figures.branch.pk)
    MetricCardFactory(unit_id=figures.branch.pk, **october)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert 'October 2026</th><th scope="col" class="num">Change</th>' in text
    assert '+5.0 pt<span class="metric-help">better</span></td>' in text


def test_the_scorecard_of_a_closed_branch_opens_with_its_last_month(figures: World, client_of: LogIn) -> None:
    figures.branch.closed_on = date(2026, 9, 30)
    figures.branch.save()

    response = get(client_of, figures.manager, "scorecard", "N1")

    assert response.context["month"] == date(2026, 9, 1)
    assert response.context["after"] == ""


def test_without_a_value_the_interval_is_missing_for_the_same_reason(
    figures: World, client_of: LogIn
) -> None:
    text = text_of(get(client_of, figures.manager, "scorecard", "N1", period="2026-11"))

    assert "Nothing recorded" in text
    assert "No interval for this metric" not in text


def test_a_change_within_chance_is_called_no_real_difference(figures: World, client_of: LogIn) -> None:
    october = {"starts_on": date(2026, 10, 1), "numerator": 390.0, "value": 19.5, "low": 17.8, "high": 21.3}
    MetricCardFactory(unit_id=figures.branch.pk)
    MetricCardFactory(unit_id=figures.branch.pk, **october)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert '+0.5 pt<span class="metric-help">no real difference</span>' in text


def test_too_few_observations_are_compared_with_nothing(figures: World, client_of: LogIn) -> None:
    october = {"starts_on": date(2026, 10, 1), "numerator": 300.0, "value": 15.0, "low": 13.5, "high": 16.6}
    MetricCardFactory(unit_id=figures.branch.pk, numerator=3.0, denominator=12.0, value=25.0)
    MetricCardFactory(unit_id=figures.branch.pk, **october)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert '<td class="num" data-label="October 2026">15.0%</td>' in text
    assert "Not enough to compare" in text


@pytest.mark.parametrize(
    ("metric", "before", "now", "said"),
    [
        ("basket", 8_000.0, 8_250.0, ">+¥2.50<"),
        ("cost_ratio", 20.0, 22.5, ">+2.5 pt<"),
        ("repeat", 1.19, 1.183, ">−0.01<"),
        # As a reader subtracts 28.7 from 28.6, though the margin fell by less than half of that.
        ("gross_margin", 28.66, 28.64, ">−0.1 pt<"),
        ("gross_margin", 30.04, 29.96, ">unchanged<"),
    ],
)
def test_a_change_without_an_interval_is_the_difference_of_what_is_shown(
    figures: World, client_of: LogIn, metric: str, before: float, now: float, said: str
) -> None:
    bare = {"unit_id": figures.branch.pk, "metric": metric, "low": None, "high": None}
    MetricCardFactory(**bare, value=now)
    MetricCardFactory(**bare, value=before, starts_on=date(2026, 10, 1))

    assert said in text_of(get(client_of, figures.manager, "scorecard", "N1"))


def test_components_that_are_money_are_shown_as_money(figures: World, client_of: LogIn) -> None:
    MetricCardFactory(
        unit_id=figures.branch.pk, metric="gross_margin", numerator=31_500_00.0, denominator=100_000_00.0
    )

    assert "¥31,500 / ¥100,000" in text_of(get(client_of, figures.manager, "scorecard", "N1"))


def test_too_few_observations_are_said_to_be_too_few(figures: World, client_of: LogIn) -> None:
    MetricCardFactory(unit_id=figures.branch.pk, numerator=3.0, denominator=12.0, value=25.0)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert "Not enough data: 12 of at least 30" in text


@pytest.mark.parametrize("period", ["2027-01", "2026-W46", "nonsense"])
def test_the_scorecard_falls_back_to_this_month(figures: World, client_of: LogIn, period: str) -> None:
    response = get(client_of, figures.manager, "scorecard", "N1", period=period)

    assert response.context["month"] == date(2026, 11, 1)
