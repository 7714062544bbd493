import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.lmdi import (
    PARTS,
    attribute,
    attribute_general,
    attribute_general_ratio,
    log_mean,
    roll_up,
    rounded,
)
from formulas.performance import Chain, Inputs
from tests.formulas.strategies import inputs_of, pairs_of_rows

positive = st.floats(1e-3, 1e12)

# The worked example of the R package LMDIR (M. K. Heun, MIT licence; tests/testthat/test_lmdi.R), made with
# the method of Ang 2005: two rows of three factors in four years.
LMDIR = {
    1971: [[1, 10, 2], [4, 5, 3]],
    1972: [[4, 5, 3], [5, 6, 4]],
    1973: [[8, 2, 4], [5, 7, 5]],
    1974: [[10, 1, 5], [6, 8, 6]],
}
LMDIR_ADDITIVE = {
    1972: [69.79006598, -9.455125793, 39.66505981],
    1973: [42.96021467, -34.31902656, 50.3588119],
    1974: [54.01064234, -9.021284671, 54.01064234],
}
LMDIR_MULTIPLICATIVE = {
    1972: [1.761117821, 0.926191306, 1.379410116],
    1973: [1.229284572, 0.847970248, 1.273773912],
    1974: [1.208140223, 0.968911503, 1.208140223],
}


def parts_of(base: Inputs, current: Inputs) -> dict[str, float]:
    """The parts of one unit that are not 0."""
    row = attribute(base, current).parts[0]
    return {name: pytest.approx(value) for name, value in zip(PARTS, row, strict=True) if value != 0}


# 100 visitors, a fifth buys, 1.25 orders each of 20.00
BASE = Inputs.one(100, 20, 25, 3, 2, 50_000)
CLOSED = Inputs.one(0, 0, 0, 0, 0, 0)


class TestLogMean:
    def test_it_lies_where_the_formula_says(self) -> None:
        assert log_mean(math.e, 1.0) == pytest.approx(math.e - 1)
        assert log_mean(400.0, 100.0) == pytest.approx(300 / math.log(4))

    def test_equal_values_are_their_own_mean(self) -> None:
        assert log_mean(7.0, 7.0) == 7

    def test_with_nothing_it_is_nothing(self) -> None:
        assert log_mean([0.0, 5.0, 0.0], [5.0, 0.0, 0.0]).tolist() == [0, 0, 0]

    def test_below_zero_there_is_none(self) -> None:
        assert np.isnan(log_mean([-1.0, 2.0], [1.0, -2.0])).all()

    def test_neighbours_keep_their_digits(self) -> None:
        low = 1e11

        assert low <= log_mean(low, low + 1) <= low + 1

    @given(positive, positive)
    def test_it_is_symmetric_and_lies_between_the_two(self, a: float, b: float) -> None:
        mean = float(log_mean(a, b))

        assert mean == float(log_mean(b, a))
        assert min(a, b) * (1 - 1e-12) <= mean <= max(a, b) * (1 + 1e-12)

    @given(positive, positive)
    def test_it_lies_between_the_geometric_and_the_arithmetic_mean(self, a: float, b: float) -> None:
        mean = float(log_mean(a, b))

        assert math.sqrt(a) * math.sqrt(b) * (1 - 1e-9) <= mean <= (a + b) / 2 * (1 + 1e-9)


class TestOneFactorAlone:
    """Where a single factor moves, the whole change is its own."""

    def test_twice_the_visitors(self) -> None:
        assert parts_of(BASE, Inputs.one(200, 40, 50, 6, 4, 100_000)) == {"visitors": 50_000}

    def test_a_better_conversion(self) -> None:
        assert parts_of(BASE, Inputs.one(100, 40, 50, 6, 4, 100_000)) == {"conversion": 50_000}

    def test_a_larger_basket(self) -> None:
        assert parts_of(BASE, Inputs.one(100, 20, 25, 3, 2, 60_000)) == {"basket": 10_000}

    def test_more_repeat_orders(self) -> None:
        assert parts_of(BASE, Inputs.one(100, 20, 30, 8, 2, 60_000)) == {"repurchase": 10_000}

    def test_more_extension_orders(self) -> None:
        assert parts_of(BASE, Inputs.one(100, 20, 30, 3, 7, 60_000)) == {"extension": 10_000}

    def test_more_orders_of_a_kind_not_recorded(self) -> None:
        base = Inputs.one(visitors=100, buyers=20, orders=25, revenue=50_000)
        current = Inputs.one(visitors=100, buyers=20, orders=30, revenue=60_000)

        assert parts_of(base, current) == {"repeat": 10_000}

    def test_no_change_has_no_parts(self) -> None:
        assert parts_of(BASE, BASE) == {}


class TestAttribute:
    def test_two_factors_that_move_alike_share_alike(self) -> None:
        current = Inputs.one(200, 40, 50, 6, 4, 200_000)

        assert parts_of(BASE, current) == {"visitors": 75_000, "basket": 75_000}

    def test_every_part_of_a_worked_example(self) -> None:
        # 50,000 over 25 orders and 60,000 over 25: first orders 40,000 → 50,400, repeat orders 6,000 → 0 (the
        # limit), extension 4,000 → 9,600. L_1 = 10,400 / ln 1.26, L_3 = 5,600 / ln 2.4, weight L_1 + L_3.
        current = Inputs.one(110, 21, 25, 0, 4, 60_000)
        first, third = 10_400 / math.log(1.26), 5_600 / math.log(2.4)

        parts = parts_of(BASE, current)

        assert parts == {
            "visitors": (first + third) * math.log(1.1),
            "conversion": (first + third) * math.log(1.05 / 1.1),
            "basket": (first + third) * math.log(1.2),
            "repurchase": -6_000,
            "extension": third * math.log(2 / 1.05),
        }

    def test_without_visitors_the_chain_starts_at_the_buyers(self) -> None:
        base = Inputs.one(None, 20, 25, 3, 2, 50_000)
        current = Inputs.one(200, 40, 50, 6, 4, 200_000)

        assert attribute(base, current).chain.tolist() == [Chain.BUYERS]
        assert parts_of(base, current) == {"buyers": 75_000, "basket": 75_000}

    def test_without_buyers_it_starts_at_the_orders(self) -> None:
        base, current = Inputs.one(orders=25, revenue=50_000), Inputs.one(orders=50, revenue=200_000)

        assert attribute(base, current).chain.tolist() == [Chain.ORDERS]
        assert parts_of(base, current) == {"orders": 75_000, "basket": 75_000}

    def test_revenue_alone_explains_itself(self) -> None:
        assert parts_of(Inputs.one(revenue=500), Inputs.one(revenue=800)) == {"revenue": 300}

    def test_revenue_below_zero_explains_itself(self) -> None:
        returned = Inputs.one(100, 20, 25, 3, 2, -10_000)

        assert parts_of(BASE, returned) == {"revenue": -60_000}
        assert parts_of(returned, BASE) == {"revenue": 60_000}

    @pytest.mark.parametrize(
        ("base", "current", "change"),
        [
            (CLOSED, BASE, 50_000),
            (BASE, CLOSED, -50_000),
            (Inputs.one(100, 0, 0, 0, 0, 0), BASE, 50_000),
            (Inputs.one(orders=0, revenue=0), Inputs.one(orders=25, revenue=50_000), 50_000),
            (Inputs.one(revenue=0), Inputs.one(revenue=700), 700),
        ],
    )
    def test_a_branch_that_opens_or_closes_is_a_part_of_its_own(
        self, base: Inputs, current: Inputs, change: int
    ) -> None:
        assert parts_of(base, current) == {"openings": change}

    def test_orders_for_no_money_are_a_matter_of_the_basket(self) -> None:
        assert parts_of(BASE, Inputs.one(90, 18, 20, 2, 0, 0)) == {"basket": -50_000}

    def test_where_revenue_is_not_known_there_is_nothing_to_explain(self) -> None:
        result = attribute(BASE, Inputs.one(100, 20, 25, 3, 2, None))

        assert result.chain.tolist() == [Chain.NONE]
        assert np.isnan(result.total[0])
        assert not result.parts.any()

    def test_no_units_give_no_rows(self) -> None:
        nothing = Inputs.from_arrays({"revenue": []})

        assert attribute(nothing, nothing).parts.shape == (0, 10)

    def test_periods_of_different_units_are_refused(self) -> None:
        with pytest.raises(ValueError, match="same units"):
            attribute(BASE, Inputs.from_arrays({"revenue": [1, 2]}))

    def test_a_unit_is_explained_alike_alone_and_among_others(self) -> None:
        others = [(100, 20, 25, 3, 2, 50_000), (None, None, 4, None, None, 900), (0, 0, 0, 0, 0, 0)]
        later = [(110, 21, 25, 0, 4, 60_000), (9, 3, 5, None, None, 700), (5, 1, 1, 0, 0, 30)]

        together = attribute(inputs_of(others), inputs_of(later)).parts

        for i in range(3):
            alone = attribute(inputs_of(others[i : i + 1]), inputs_of(later[i : i + 1])).parts
            assert (together[i] == alone[0]).all()

    @given(pairs_of_rows)
    def test_the_parts_add_up_to_the_change(self, pairs: list[Any]) -> None:
        base, current = (inputs_of([pair[side] for pair in pairs]) for side in (0, 1))

        result = attribute(base, current)

        known = result.chain != Chain.NONE
        scale = np.abs(base.revenue[known]) + np.abs(current.revenue[known])
        off = np.abs(result.parts.sum(axis=1)[known] - result.total[known])
        assert np.isfinite(result.parts).all()
        assert (off <= 1e-9 * scale).all()

    @given(pairs_of_rows)
    def test_the_way_back_is_the_way_there_with_the_other_sign(self, pairs: list[Any]) -> None:
        base, current = (inputs_of([pair[side] for pair in pairs]) for side in (0, 1))

        there, back = attribute(base, current), attribute(current, base)

        np.testing.assert_allclose(there.parts, -back.parts, rtol=1e-9, atol=1e-3)

    @given(pairs_of_rows)
    def test_the_kinds_of_order_together_are_repeat(self, pairs: list[Any]) -> None:
        base, current = (inputs_of([pair[side] for pair in pairs]) for side in (0, 1))

        result = attribute(base, current)

        both = (result.parts[:, PARTS.index("repeat")] != 0) & (
            result.parts[:, PARTS.index("repurchase")] != 0
        )
        assert not both.any()


class TestRounded:
    def test_parts_in_whole_units_add_up(self) -> None:
        # 4,898.605 − 2,390.964 + 9,370.682 − 6,000 + 4,121.677; two units are left after rounding down.
        result = attribute(BASE, Inputs.one(110, 21, 25, 0, 4, 60_000))

        whole = rounded(result, [10_000])

        named = {n: v for n, v in zip(PARTS, whole[0].tolist(), strict=True) if v}
        assert named == {
            "visitors": 4_898,
            "conversion": -2_391,
            "basket": 9_371,
            "repurchase": -6_000,
            "extension": 4_122,
        }
        assert sum(named.values()) == 10_000

    def test_a_unit_without_known_revenue_has_zeros_and_disturbs_no_other(self) -> None:
        base, current = (
            inputs_of([(1,) * 3 + (0, 0, 5), (1,) * 3 + (0, 0, None)]),
            inputs_of([(1,) * 3 + (0, 0, 8), (1,) * 3 + (0, 0, 8)]),
        )

        whole = rounded(attribute(base, current), np.array([3.0, np.nan]))

        assert whole.sum(axis=1).tolist() == [3, 0]

    def test_totals_of_other_units_are_refused(self) -> None:
        with pytest.raises(ValueError, match="do not add up"):
            rounded(attribute(BASE, CLOSED), [123])

    @given(pairs_of_rows)
    def test_they_always_add_up_and_stay_within_a_unit(self, pairs: list[Any]) -> None:
        base, current = (inputs_of([pair[side] for pair in pairs]) for side in (0, 1))
        result = attribute(base, current)

        whole = rounded(result, result.total)

        known = result.chain != Chain.NONE
        assert (whole.sum(axis=1)[known] == result.total[known]).all()
        assert np.abs(whole - result.parts).max() < 1.01
        assert not whole[result.parts == 0].any()


class TestRollUp:
    def test_the_level_above_is_the_sum_of_its_children(self) -> None:
        branches = np.array([[1, -2], [10, 20], [100, 200]], dtype=np.int64)

        assert roll_up(branches, [1, 0, 1], 3).tolist() == [[10, 20], [101, 198], [0, 0]]

    @given(pairs_of_rows)
    def test_a_region_adds_up_to_its_own_change(self, pairs: list[Any]) -> None:
        base, current = (inputs_of([pair[side] for pair in pairs]) for side in (0, 1))
        result = attribute(base, current)
        region = [i % 2 for i in range(len(pairs))]

        above = roll_up(rounded(result, result.total), region, 2)

        for number in (0, 1):
            assert above[number].sum() == np.nansum(result.total[np.array(region) == number])


class TestGeneral:
    @pytest.mark.parametrize("year", [1972, 1973, 1974])
    def test_the_published_additive_steps(self, year: int) -> None:
        result = attribute_general(LMDIR[year - 1], LMDIR[year])

        assert result.tolist() == pytest.approx(LMDIR_ADDITIVE[year], abs=1e-6)

    @pytest.mark.parametrize("year", [1972, 1973, 1974])
    def test_the_published_multiplicative_steps(self, year: int) -> None:
        result = attribute_general_ratio(LMDIR[year - 1], LMDIR[year])

        assert result.tolist() == pytest.approx(LMDIR_MULTIPLICATIVE[year], abs=1e-6)

    def test_the_published_steps_together(self) -> None:
        steps = [(LMDIR[year - 1], LMDIR[year]) for year in (1972, 1973, 1974)]

        added = sum(attribute_general(*step) for step in steps)
        multiplied = np.prod([attribute_general_ratio(*step) for step in steps], axis=0)

        assert list(added) == pytest.approx([166.76092298, -52.79543703, 144.03451405], abs=1e-6)
        assert list(multiplied) == pytest.approx([2.61552085, 0.76096630, 2.12277078], abs=1e-6)

    def test_it_agrees_with_the_formula_of_a_branch(self) -> None:
        # The three kinds of order as three rows of visitors, conversion, basket and rate.
        base = [[100, 0.2, 2000, 1], [100, 0.2, 2000, 0.15], [100, 0.2, 2000, 0.1]]
        current = [[110, 0.25, 1900, 1], [110, 0.25, 1900, 0.2], [110, 0.25, 1900, 0.08]]
        earlier = Inputs.one(1000, 200, 250, 30, 20, 500_000)
        later = Inputs.one(1100, 275, 352, 55, 22, 668_800)

        general = 10 * attribute_general(base, current)

        own = dict(zip(PARTS, attribute(earlier, later).parts[0], strict=True))
        assert [own["visitors"], own["conversion"], own["basket"]] == pytest.approx(general[:3])
        assert own["repurchase"] + own["extension"] == pytest.approx(general[3])

    @given(
        st.lists(st.integers(1, 5_000), min_size=6, max_size=6),
        st.lists(st.integers(0, 500), min_size=4, max_size=4),
    )
    def test_both_ways_of_calculating_agree(self, counts: list[int], kinds: list[int]) -> None:
        sides = []
        for side in (0, 1):
            buyers, more, revenue = counts[3 * side : 3 * side + 3]
            repeat, extension = kinds[2 * side : 2 * side + 2]
            orders = buyers + repeat + extension
            sides.append((buyers + more, buyers, orders, repeat, extension, revenue))
        rows = [
            [[v, b / v, r / o, n / b] for n in (b, repeat, extension)]
            for v, b, o, repeat, extension, r in sides
        ]

        own = dict(zip(PARTS, attribute(*(inputs_of([side]) for side in sides)).parts[0], strict=True))

        general = attribute_general(*rows)
        expected = [own["visitors"], own["conversion"], own["basket"], own["repurchase"] + own["extension"]]
        assert expected == pytest.approx(general.tolist(), abs=1e-6)

    def test_a_factor_that_becomes_zero_takes_the_whole_change(self) -> None:
        assert attribute_general([[2, 3, 5]], [[4, 0, 5]]).tolist() == [0, -30, 0]

    def test_factors_that_become_zero_together_share_it(self) -> None:
        assert attribute_general([[2, 3, 5]], [[0, 0, 5]]).tolist() == [-15, -15, 0]

    def test_from_nothing_there_is_no_ratio(self) -> None:
        assert np.isnan(attribute_general_ratio([[0, 3]], [[2, 3]])).all()

    @pytest.mark.parametrize(
        ("base", "current", "text"),
        [
            ([[1, 2]], [[1, 2, 3]], "factors"),
            ([1, 2], [1, 2], "factors"),
            ([[-1, 2]], [[1, 2]], "negative"),
            ([[1, 2]], [[1, np.nan]], "known"),
        ],
    )
    def test_what_is_no_table_of_factors_is_refused(self, base: Any, current: Any, text: str) -> None:
        with pytest.raises(ValueError, match=text):
            attribute_general(base, current)

    @given(st.lists(st.lists(st.integers(0, 50), min_size=6, max_size=6), min_size=1, max_size=5))
    def test_the_parts_add_up_with_any_zeros(self, table: list[list[int]]) -> None:
        factors = np.array(table, dtype=np.float64)
        base, current = factors[:, :3], factors[:, 3:]

        parts = attribute_general(base, current)

        assert parts.sum() == pytest.approx(current.prod(axis=1).sum() - base.prod(axis=1).sum(), abs=1e-6)
