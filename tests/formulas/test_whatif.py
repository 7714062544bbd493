import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.whatif import Needed, needed, revenue


def test_revenue_is_the_product_of_the_factors() -> None:
    assert revenue(100, 0.2, 2000, 1.25) == 50_000


class TestNeeded:
    def test_each_factor_alone_brings_the_extra(self) -> None:
        # 50,000 a day for ten days; a tenth more of any factor is a tenth more revenue.
        result = needed(100, 0.2, 2000, 1.25, days=10, extra_minor=50_000)

        assert result.visitors_per_day == pytest.approx(10)
        assert result.conversion == pytest.approx(0.02)
        assert result.basket == pytest.approx(200)
        assert result.repeat == pytest.approx(0.125)

    def test_nothing_more_needs_no_change(self) -> None:
        assert needed(100, 0.2, 2000, 1.25, days=10, extra_minor=0) == Needed(0, 0, 0, 0)

    def test_more_than_everyone_cannot_buy(self) -> None:
        result = needed(100, 0.8, 2000, 1.0, days=1, extra_minor=80_000)

        assert result.conversion is None
        assert result.visitors_per_day == pytest.approx(50)

    def test_fewer_orders_than_buyers_cannot_be(self) -> None:
        result = needed(100, 0.2, 2000, 1.25, days=10, extra_minor=-250_000)

        assert result.repeat is None
        assert result.visitors_per_day == pytest.approx(-50)

    def test_less_than_nothing_cannot_be_taken_away(self) -> None:
        result = needed(100, 0.2, 2000, 1.25, days=10, extra_minor=-600_000)

        assert result == Needed(None, None, None, None)

    def test_no_days_left_no_factor_will_do(self) -> None:
        assert needed(100, 0.2, 2000, 1.25, days=0, extra_minor=1) == Needed(None, None, None, None)

    def test_without_visitors_only_visitors_help(self) -> None:
        result = needed(0, 0.2, 2000, 1.25, days=1, extra_minor=50_000)

        assert result == Needed(visitors_per_day=100, conversion=None, basket=None, repeat=None)

    @given(st.floats(1, 1000), st.floats(0.05, 0.9), st.floats(100, 1e5), st.floats(1, 3), st.floats(0, 1e6))
    def test_the_changed_factor_gives_the_extra_revenue(
        self, visitors: float, conversion: float, basket: float, repeat: float, extra: float
    ) -> None:
        days = 9
        goal = days * revenue(visitors, conversion, basket, repeat) + extra

        change = needed(visitors, conversion, basket, repeat, days, extra)

        assert change.basket is not None
        assert days * revenue(visitors, conversion, basket + change.basket, repeat) == pytest.approx(goal)
        if change.conversion is not None:
            higher = conversion + change.conversion
            assert days * revenue(visitors, higher, basket, repeat) == pytest.approx(goal)
