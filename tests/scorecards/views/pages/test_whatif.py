"""What if: answers without a script, and nonsense taken for no change."""

from __future__ import annotations

import pytest

from tests.scorecards.views.pages.reading import LogIn, get, text_of
from tests.worlds import World


def test_what_if_answers_without_a_script(figures: World, client_of: LogIn) -> None:
    response = get(client_of, figures.manager, "whatif", "N1", basket="10", extra="3300")

    plan = response.context["plan"]
    text = text_of(response)
    assert plan.days == 10
    assert (plan.at_pace, plan.gained) == (3_214_286, 321_428)
    assert "To earn ¥3,300 more in 10 trading days" in text


@pytest.mark.parametrize("typed", ["3300", "3,300", "３３００", "0.33万", "¥3,300.00"])
def test_the_wish_is_understood_as_people_type_it(figures: World, client_of: LogIn, typed: str) -> None:
    text = text_of(get(client_of, figures.manager, "whatif", "N1", extra=typed))

    assert "To earn ¥3,300 more in 10 trading days" in text


@pytest.mark.parametrize("typed", ["abc", "-5", "0", "9" * 20, "1.234"])
def test_a_wrong_wish_stays_in_its_field_with_what_would_be_right(
    figures: World, client_of: LogIn, typed: str
) -> None:
    text = text_of(get(client_of, figures.manager, "whatif", "N1", extra=typed))

    assert f'value="{typed}"' in text
    assert "Enter an amount of money above 0, such as 54,000." in text


@pytest.mark.parametrize("query", [{"basket": "abc"}, {"basket": "900"}, {"extra": "-5"}, {"extra": "NaN"}])
def test_what_if_takes_nonsense_for_no_change(
    figures: World, client_of: LogIn, query: dict[str, str]
) -> None:
    response = get(client_of, figures.manager, "whatif", "N1", **query)

    assert response.status_code == 200
    assert response.context["plan"].gained == 0
