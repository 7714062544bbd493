from typing import Any

import numpy as np
import pytest
from hypothesis import given

from formulas.performance import Chain, Inputs, chain_of, factors, ratio, split_known
from tests.formulas.strategies import inputs_of, pairs_of_rows

ALL: dict[str, float] = {
    "visitors": 100,
    "buyers": 20,
    "orders": 25,
    "repeat_orders": 3,
    "extension_orders": 2,
    "revenue": 50_000,
}


def without(*names: str, **values: float) -> Inputs:
    """The full inputs of one unit, less some, with others changed."""
    kept: dict[str, Any] = {name: value for name, value in ALL.items() if name not in names}
    return Inputs.one(**(kept | values))


class TestInputs:
    def test_a_column_that_is_missing_is_not_recorded(self) -> None:
        inputs = Inputs.from_arrays({"orders": [3, None], "revenue": [100, 250], "cost_of_goods": [1, 2]})

        assert np.isnan(inputs.visitors).all()
        assert inputs.orders[0] == 3
        assert np.isnan(inputs.orders[1])
        assert inputs.revenue.tolist() == [100, 250]
        assert len(inputs) == 2

    def test_columns_of_different_lengths_are_refused(self) -> None:
        with pytest.raises(ValueError, match="one length"):
            Inputs.from_arrays({"orders": [1, 2], "revenue": [1]})

    def test_columns_without_any_input_are_refused(self) -> None:
        with pytest.raises(ValueError, match="None of the formula's inputs"):
            Inputs.from_arrays({"cost_of_goods": [1]})

    def test_a_single_unit_has_arrays_of_one(self) -> None:
        inputs = Inputs.one(orders=4, revenue=1000)

        assert inputs.orders.tolist() == [4]
        assert np.isnan(inputs.visitors[0])

    def test_a_unit_that_was_closed_has_zeros_in_place_of_gaps(self) -> None:
        inputs = Inputs.from_arrays({"revenue": [None, 5], "orders": [None, None]})

        closed = inputs.closed_where(np.array([True, False]))

        assert closed.revenue.tolist() == [0, 5]
        assert closed.visitors[0] == 0
        assert np.isnan(closed.orders[1])


class TestFactors:
    def test_the_factors_of_a_branch(self) -> None:
        result = factors(without())

        assert result.conversion[0] == 0.2
        assert result.basket[0] == 2000
        assert result.repeat[0] == 1.25
        assert result.repurchase_rate[0] == 0.15
        assert result.extension_rate[0] == 0.1

    def test_their_product_is_the_revenue(self) -> None:
        result = factors(without())

        assert 100 * result.conversion[0] * result.basket[0] * result.repeat[0] == 50_000
        assert 1 + result.repurchase_rate[0] + result.extension_rate[0] == result.repeat[0]

    def test_a_rate_over_nothing_is_not_a_number(self) -> None:
        result = factors(Inputs.one(0, 0, 0, 0, 0, 0))

        assert np.isnan([result.conversion, result.basket, result.repeat, result.repurchase_rate]).all()

    def test_a_factor_of_what_is_not_recorded_is_not_a_number(self) -> None:
        result = factors(without("visitors", "repeat_orders"))

        assert np.isnan(result.conversion[0])
        assert np.isnan(result.repurchase_rate[0])
        assert result.repeat[0] == 1.25

    def test_nothing_over_something_is_zero(self) -> None:
        assert ratio(np.array([0.0]), np.array([5.0])).tolist() == [0]

    def test_no_units_have_no_factors(self) -> None:
        assert len(factors(Inputs.from_arrays({"revenue": []})).basket) == 0


class TestChain:
    @pytest.mark.parametrize(
        ("inputs", "chain"),
        [
            (without(), Chain.FULL),
            (without("repeat_orders", "extension_orders"), Chain.FULL),
            (without("visitors"), Chain.BUYERS),
            (without("buyers"), Chain.ORDERS),
            (without("visitors", "buyers"), Chain.ORDERS),
            (without("orders"), Chain.REVENUE),
            (without("revenue"), Chain.NONE),
            (Inputs.one(), Chain.NONE),
        ],
    )
    def test_it_starts_at_the_first_level_known_in_both_periods(self, inputs: Inputs, chain: Chain) -> None:
        assert chain_of(inputs, without()).tolist() == [chain]
        assert chain_of(without(), inputs).tolist() == [chain]

    @pytest.mark.parametrize(
        ("inputs", "chain"),
        [
            (without(visitors=0), Chain.BUYERS),
            (without(buyers=0), Chain.ORDERS),
            (without(orders=0), Chain.REVENUE),
            (without(orders=0, revenue=0), Chain.ORDERS),
            (without(revenue=-100), Chain.REVENUE),
            (without(revenue=0), Chain.FULL),
            (Inputs.one(0, 0, 0, 0, 0, 0), Chain.FULL),
        ],
    )
    def test_an_input_that_contradicts_those_below_it_is_not_used(self, inputs: Inputs, chain: Chain) -> None:
        assert chain_of(without(), inputs).tolist() == [chain]

    def test_the_kinds_of_order_are_used_only_where_they_make_up_the_orders(self) -> None:
        assert split_known(without(), without()).tolist() == [True]
        assert split_known(without(), without("extension_orders")).tolist() == [False]
        assert split_known(without(), without(orders=26)).tolist() == [False]

    @given(pairs_of_rows)
    def test_the_order_of_the_periods_does_not_matter(self, pairs: list[Any]) -> None:
        base, current = (inputs_of([pair[side] for pair in pairs]) for side in (0, 1))

        assert (chain_of(base, current) == chain_of(current, base)).all()
