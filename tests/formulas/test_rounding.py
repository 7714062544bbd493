from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.rounding import decimal_to_minor, largest_remainder, minor_to_decimal, round_half_up

parts_lists = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=12)


class TestLargestRemainder:
    def test_the_unit_left_goes_to_the_largest_remainder(self) -> None:
        assert largest_remainder([10.2, 20.7, 69.1], 100).tolist() == [10, 21, 69]

    def test_on_a_tie_the_earlier_part_is_raised(self) -> None:
        assert largest_remainder([33.5, 33.5, 33.0], 100).tolist() == [34, 33, 33]

    def test_a_tie_is_a_tie_in_spite_of_the_last_digit_of_a_float(self) -> None:
        assert largest_remainder([0.5 - 1e-12, 0.5 + 1e-12], 1).tolist() == [1, 0]

    def test_parts_below_zero_add_up_too(self) -> None:
        # Down to −11, 5, −5; the unit left goes to the remainder of 0.4.
        assert largest_remainder([-10.6, 5.3, -4.7], -10).tolist() == [-10, 5, -5]

    def test_a_part_of_zero_stays_zero(self) -> None:
        assert largest_remainder([0.0, 0.4, 0.0, 0.6], 1).tolist() == [0, 0, 0, 1]
        assert largest_remainder([0.0, 5.0, 5.0], 11).tolist() == [0, 6, 5]

    def test_every_row_has_its_own_total(self) -> None:
        rounded = largest_remainder([[1.5, 1.5], [2.25, 7.75], [0, 0]], [3, 10, 0])

        assert rounded.tolist() == [[2, 1], [2, 8], [0, 0]]

    def test_no_rows_give_no_rows(self) -> None:
        assert largest_remainder(np.zeros((0, 4)), np.zeros(0)).shape == (0, 4)

    @pytest.mark.parametrize("parts", [[np.nan, 1.0], [np.inf, 1.0]])
    def test_parts_that_are_not_finite_are_refused(self, parts: list[float]) -> None:
        with pytest.raises(ValueError, match="finite"):
            largest_remainder(parts, 1)

    @pytest.mark.parametrize(("parts", "total"), [([1.0, 2.0], 5), ([0.0, 0.0], 1)])
    def test_parts_of_another_total_are_refused(self, parts: list[float], total: int) -> None:
        with pytest.raises(ValueError, match="do not add up"):
            largest_remainder(parts, total)

    @given(parts_lists)
    def test_the_parts_add_up_and_none_is_off_by_a_unit(self, parts: list[float]) -> None:
        total = round(sum(parts))
        if not any(round(part, 6) for part in parts):
            total = 0

        rounded = largest_remainder(parts, total)

        assert rounded.sum() == total
        assert np.abs(rounded - np.array(parts)).max() < 1 + 1e-5

    @given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=12))
    def test_whole_parts_stay_as_they_are(self, parts: list[int]) -> None:
        assert largest_remainder(parts, sum(parts)).tolist() == parts


class TestRoundHalfUp:
    @pytest.mark.parametrize(
        ("value", "digits", "expected"),
        [
            (2.675, 2, "2.68"),
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-0.5, 0, "-1"),
            ("1.005", 2, "1.01"),
            (Decimal("99.995"), 2, "100.00"),
            (7, 2, "7.00"),
            (1250, -2, "1.3E+3"),
        ],
    )
    def test_halves_go_away_from_zero(self, value: Decimal | float | str, digits: int, expected: str) -> None:
        assert str(round_half_up(value, digits)) == expected

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), "1,5", "", "sNaN"])
    def test_what_is_no_finite_number_is_refused(self, value: Decimal | float | str) -> None:
        with pytest.raises(ValueError, match="number"):
            round_half_up(value, 2)


class TestMoney:
    def test_minor_units_become_an_exact_decimal(self) -> None:
        assert str(minor_to_decimal(12345, 2)) == "123.45"
        assert str(minor_to_decimal(-5, 2)) == "-0.05"
        assert str(minor_to_decimal(12345, 0)) == "12345"
        assert str(minor_to_decimal(1234, 3)) == "1.234"

    def test_the_largest_amount_a_column_holds_stays_exact(self) -> None:
        assert str(minor_to_decimal(2**63 - 1, 2)) == "92233720368547758.07"
        assert decimal_to_minor(Decimal("92233720368547758.07"), 2) == 2**63 - 1

    def test_the_precision_of_the_surroundings_does_not_cut_an_amount(self) -> None:
        with localcontext(prec=4):
            assert str(minor_to_decimal(123_456_789, 2)) == "1234567.89"
            assert decimal_to_minor("1234567.89", 2) == 123_456_789

    def test_numpy_integers_are_amounts_too(self) -> None:
        assert str(minor_to_decimal(np.int64(995), 2)) == "9.95"

    @pytest.mark.parametrize(
        ("value", "digits", "expected"),
        [
            ("26.1415", 2, 2614),
            (0.29, 2, 29),
            (1.005, 2, 101),
            ("-0.005", 2, -1),
            (1200, 0, 1200),
            ("3", 3, 3000),
        ],
    )
    def test_an_amount_becomes_whole_minor_units(
        self, value: Decimal | float | str, digits: int, expected: int
    ) -> None:
        assert decimal_to_minor(value, digits) == expected

    def test_an_amount_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            decimal_to_minor(float("nan"), 2)

    @given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 4))
    def test_there_and_back_nothing_is_lost(self, minor: int, digits: int) -> None:
        assert decimal_to_minor(minor_to_decimal(minor, digits), digits) == minor
