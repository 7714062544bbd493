import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.intervals import difference, nps, ratio_from_sums, ratio_of_sums, wilson


class TestWilson:
    # Newcombe 1998, Stat Med 17:857-872, Table I, method 3.
    @pytest.mark.parametrize(
        ("x", "n", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_the_published_intervals(self, x: int, n: int, low: float, high: float) -> None:
        assert wilson(x, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))

    @pytest.mark.parametrize(("x", "low", "high"), [(0, 0.0, 0.2775), (10, 0.7225, 1.0), (5, 0.2366, 0.7634)])
    def test_ten_trials(self, x: int, low: float, high: float) -> None:
        assert wilson(x, 10) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))

    def test_none_and_all_have_exact_ends(self) -> None:
        assert wilson(0, 7)[0] == 0
        assert wilson(7, 7)[1] == 1

    def test_without_trials_nothing_is_known(self) -> None:
        assert np.isnan(wilson(0, 0)).all()

    def test_more_hits_than_trials_have_no_interval(self) -> None:
        assert np.isnan(wilson(11, 10)).all()

    def test_arrays_are_worked_in_one_go(self) -> None:
        low, high = wilson(np.array([81, 0, np.nan, 0]), np.array([263, 20, 10, 0]))

        assert low[:2] == pytest.approx([0.2553, 0], abs=5e-5)
        assert high[:2] == pytest.approx([0.3662, 0.1611], abs=5e-5)
        assert np.isnan(low[2:]).all()
        assert np.isnan(high[2:]).all()

    @given(st.integers(0, 10_000), st.integers(1, 10_000))
    def test_the_share_lies_within_and_the_mirror_mirrors(self, x: int, n: int) -> None:
        x = min(x, n)

        low, high = wilson(x, n)

        assert 0 <= low <= x / n <= high <= 1
        assert wilson(n - x, n) == (pytest.approx(1 - high), pytest.approx(1 - low))


class TestNps:
    def test_a_published_margin(self) -> None:
        # "291 promoters, 476 neutral and 395 detractors … NPS of −9 … a confidence interval of 4.4"
        value, low, high = nps(291, 395, 1162)

        assert value == pytest.approx(-8.9501, abs=1e-4)
        assert (high - low) / 2 == pytest.approx(4.3877, abs=1e-3)

    def test_a_published_variance(self) -> None:
        # Half promoters, a sixth detractors: variance 5/9; half width at n = 600: 1.959964 · √(5/9/600).
        value, low, high = nps(300, 100, 600)

        assert value == pytest.approx(33.3333, abs=1e-4)
        assert (high - low) / 2 == pytest.approx(5.9640, abs=1e-3)

    def test_the_interval_stays_on_the_scale(self) -> None:
        _value, low, high = nps(19, 0, 20)

        assert low > 80
        assert high == 100

    def test_without_answers_nothing_is_known(self) -> None:
        assert np.isnan(nps(0, 0, 0)).all()

    def test_more_answers_than_were_given_have_no_interval(self) -> None:
        assert np.isnan(nps(8, 5, 10)).all()

    def test_arrays_are_worked_in_one_go(self) -> None:
        value, low, high = nps(np.array([291, 0]), np.array([395, 0]), np.array([1162, 0]))

        assert value[0] == pytest.approx(-8.9501, abs=1e-4)
        assert np.isnan([value[1], low[1], high[1]]).all()


class TestRatioOfSums:
    def test_by_hand(self) -> None:
        # R = 60 / 6 = 10; residuals −2, 0, 2; variance 3/2 · 8 / 36 = 1/3; half width 1.959964 · √(1/3)
        value, low, high = ratio_of_sums([8, 20, 32], [1, 2, 3])

        assert value == 10
        assert low == pytest.approx(8.86841, abs=1e-5)
        assert high == pytest.approx(11.13159, abs=1e-5)

    def test_it_is_a_ratio_of_sums_and_no_mean_of_ratios(self) -> None:
        value, _low, _high = ratio_of_sums([100, 10], [1, 10])

        assert value == 10

    def test_one_day_has_a_value_and_no_interval(self) -> None:
        value, low, high = ratio_of_sums([30], [3])

        assert value == 10
        assert np.isnan([low, high]).all()

    def test_a_day_that_is_not_recorded_is_left_out(self) -> None:
        with_gap = ratio_of_sums([8, np.nan, 20, 32, 5], [1, 7, 2, 3, np.nan])

        assert with_gap == pytest.approx(ratio_of_sums([8, 20, 32], [1, 2, 3]))

    @pytest.mark.parametrize(("x", "y"), [([], []), ([5, 3], [0, 0]), ([np.nan], [1])])
    def test_over_nothing_there_is_no_ratio(self, x: list[float], y: list[float]) -> None:
        assert np.isnan(ratio_of_sums(x, y)).all()

    def test_rows_are_units(self) -> None:
        value, low, _high = ratio_of_sums([[8, 20, 32], [0, 0, 0]], [[1, 2, 3], [0, 0, 0]])

        assert value[0] == 10
        assert low[0] == pytest.approx(8.86841, abs=1e-5)
        assert np.isnan([value[1], low[1]]).all()

    def test_the_sums_of_a_database_give_the_same(self) -> None:
        # n, Σx, Σy, Σxx, Σyy, Σxy of the days above
        assert ratio_from_sums(3, 60, 6, 1488, 14, 144) == pytest.approx((10, 8.86841, 11.13159), abs=1e-5)

    def test_equal_ratios_every_day_leave_no_doubt(self) -> None:
        value, low, high = ratio_of_sums([10, 20, 30], [1, 2, 3])

        assert (value, low, high) == pytest.approx((10, 10, 10))


class TestDifference:
    # Newcombe 1998, Stat Med 17:873-890, Table II, method 10.
    @pytest.mark.parametrize(
        ("x", "n", "base_x", "base_n", "low", "high"),
        [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 10, 0.6075, 1.0)],
    )
    def test_of_two_shares_is_the_published_one(
        self, x: int, n: int, base_x: int, base_n: int, low: float, high: float
    ) -> None:
        found = difference(x / n, wilson(x, n), base_x / base_n, wilson(base_x, base_n))
        assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))

    def test_what_is_not_known_has_no_interval(self) -> None:
        assert np.isnan(difference(0.5, (0.4, 0.6), np.nan, (0.1, 0.2))).all()
