import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.robust import deviations

NAN = np.nan


class TestDeviations:
    def test_by_hand(self) -> None:
        # Median 12, distances 2, 1, 0, 1, 88, their median 1: (15 − 12) / 1.4826
        assert deviations(15, [10, 11, 12, 13, 100]) == pytest.approx(2.02347, abs=1e-5)

    def test_below_the_median_it_is_negative(self) -> None:
        assert deviations(9, [10, 11, 12, 13, 100]) == pytest.approx(-2.02347, abs=1e-5)

    def test_an_even_history_has_its_median_between_two(self) -> None:
        # Median 2.5, distances 1.5, 0.5, 0.5, 1.5, their median 1
        assert deviations(5.4652, [1, 2, 3, 4]) == pytest.approx(2)

    def test_where_most_days_are_equal_the_mean_distance_serves(self) -> None:
        # Median 5, distances 0, 0, 0, 4: mean 1, scaled 1.2533
        assert deviations(7.5066, [5, 5, 5, 9]) == pytest.approx(2)

    def test_where_all_days_are_equal_anything_else_is_unheard_of(self) -> None:
        assert deviations(5, [5, 5, 5]) == 0
        assert deviations(6, [5, 5, 5]) == np.inf
        assert deviations(4, [5, 5, 5]) == -np.inf

    @pytest.mark.parametrize(
        ("value", "history"), [(5, []), (5, [NAN, NAN]), (NAN, [1, 2, 3]), (NAN, [1, 1])]
    )
    def test_without_a_value_or_a_history_nothing_is_known(self, value: float, history: list[float]) -> None:
        assert np.isnan(deviations(value, history))

    def test_days_not_recorded_are_left_out(self) -> None:
        assert deviations(15, [10, NAN, 11, 12, 13, NAN, 100]) == pytest.approx(2.02347, abs=1e-5)

    def test_rows_are_units(self) -> None:
        result = deviations([15, 5, 1], [[10, 11, 12, 13, 100], [5, 5, 5, NAN, NAN], [NAN] * 5])

        assert result[0] == pytest.approx(2.02347, abs=1e-5)
        assert result[1] == 0
        assert np.isnan(result[2])

    @given(
        st.integers(-50, 50),
        st.lists(st.integers(-50, 50), min_size=1, max_size=20),
        st.integers(1, 1000),
        st.integers(-1000, 1000),
    )
    def test_the_unit_of_measure_does_not_matter(
        self, value: int, history: list[int], scale: int, shift: int
    ) -> None:
        moved = deviations(value * scale + shift, [scale * past + shift for past in history])

        assert moved == pytest.approx(deviations(value, history))
