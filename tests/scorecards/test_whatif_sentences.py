"""What if, in words: right for none, one and many days, and sums that the reader can check."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from scorecards import whatif_sentences


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "No trading days are left this month."),
        (1, "One trading day is left this month."),
        (9, "9 trading days are left this month."),
    ],
)
def test_days_left(count: int, text: str) -> None:
    assert whatif_sentences.days_left(count) == text


def test_the_reverse_question_and_its_answers() -> None:
    assert whatif_sentences.to_earn(82_000_00, 9) == (
        "To earn ¥82,000 more in 9 trading days, any one of these would do:"
    )
    assert whatif_sentences.to_earn(82_000_00, 1) == (
        "To earn ¥82,000 more in one trading day, any one of these would do:"
    )
    assert whatif_sentences.need("visitors", 400, 34.2) == "+35 customers a day (then 435)"
    assert whatif_sentences.need("visitors", 40, 3.42) == "+3.5 customers a day (then 43.5)"
    assert whatif_sentences.need("conversion", 0.18, 0.012) == "+1.2 pt of conversion (then 19.2%)"
    assert whatif_sentences.need("basket", 8500, 850) == "+¥8.50 per order (then ¥93.50)"
    assert whatif_sentences.need("repeat", 1.5, 0.08) == "+0.08 orders per buyer (then 1.58)"
    assert whatif_sentences.need("revenue", 40_000_00, 9_000_00) == "+¥9,000 a day (then ¥49,000)"
    assert whatif_sentences.need("repeat", 1.25, 0.0035) == "+0.01 orders per buyer (then 1.26)"
    assert whatif_sentences.impossible("conversion") == "Conversion alone cannot bring it."
