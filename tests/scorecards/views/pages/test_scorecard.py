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
