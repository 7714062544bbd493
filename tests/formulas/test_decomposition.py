import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.decomposition import split, split_two_ways

totals = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 100) | st.floats(0, 100) | st.none(), min_size=1, max_size=15).filter(
    lambda values: any(values)
)


class TestSplit:
    def test_the_unit_left_goes_to_the_largest_remainder(self) -> None:
        assert split(100, [1, 1, 1]).tolist() == [34, 33, 33]
        assert split(100, [1, 2, 4]).tolist() == [14, 29, 57]

    def test_no_weight_gets_nothing(self) -> None:
        assert split(100, [0, None, 3, float("nan"), 1]).tolist() == [0, 0, 75, 0, 25]

    def test_a_total_of_nothing_is_split_into_nothing(self) -> None:
        assert split(0, [1, 2]).tolist() == [0, 0]

    def test_a_negative_total_mirrors_the_positive_one(self) -> None:
        assert split(-100, [1, 1, 1]).tolist() == [-34, -33, -33]

    def test_the_largest_amount_is_split_exactly(self) -> None:
        parts = split(2**63 - 1, [1, 1])

        assert parts.tolist() == [2**62, 2**62 - 1]

    @pytest.mark.parametrize("wrong", [[1, -1], [1, float("inf")]])
    def test_a_weight_that_is_no_weight_is_refused(self, wrong: list[float]) -> None:
        with pytest.raises(ValueError, match="finite and not negative"):
            split(100, wrong)

    @pytest.mark.parametrize("wrong", [[], [0, 0], [None]])
    def test_without_any_weight_there_is_nobody_to_split_among(self, wrong: list[float | None]) -> None:
        with pytest.raises(ValueError, match="above 0"):
            split(100, wrong)

    @given(totals, weights)
    def test_the_parts_add_up_and_follow_the_weights(self, total: int, given_: list[float | None]) -> None:
        parts = split(total, given_)

        assert parts.sum() == total
        known = np.array([w or 0 for w in given_], dtype=np.float64)
        exact = total * (known / known.sum())
        assert (np.abs(parts - exact) < 1 + 1e-9 * abs(total)).all()
        assert not parts[known == 0].any()


class TestSplitTwoWays:
    def test_days_and_members_both_add_up(self) -> None:
        table = split_two_ways(100, [1, 1, 1], [1, 1])

        assert table.sum(axis=1).tolist() == [34, 33, 33]
        assert table.sum(axis=0).tolist() == [50, 50]
        assert table.tolist() == [[17, 17], [17, 16], [16, 17]]

    def test_a_day_off_and_a_member_away_get_nothing(self) -> None:
        table = split_two_ways(1000, [1, 0, 1], [3, None, 1])

        assert table.tolist() == [[375, 0, 125], [0, 0, 0], [375, 0, 125]]

    def test_a_total_of_nothing_is_a_table_of_nothing(self) -> None:
        assert split_two_ways(0, [1, 1], [1]).tolist() == [[0], [0]]

    @pytest.mark.parametrize(("by_time", "by_member"), [([0], [1]), ([1], []), ([1], [-1])])
    def test_weights_are_checked_on_both_sides(self, by_time: list[float], by_member: list[float]) -> None:
        with pytest.raises(ValueError, match=r"weight|Weights"):
            split_two_ways(100, by_time, by_member)

    @given(st.integers(-(10**9), 10**9), weights, weights)
    def test_it_agrees_with_both_single_splits(
        self, total: int, by_time: list[float | None], by_member: list[float | None]
    ) -> None:
        table = split_two_ways(total, by_time, by_member)

        rows, columns = split(total, by_time), split(total, by_member)
        assert (table.sum(axis=1) == rows).all()
        assert (table.sum(axis=0) == columns).all()
        assert (table * (1 if total >= 0 else -1) >= 0).all()
        exact = np.outer(rows, columns) / (total or 1)
        assert (np.abs(table - exact) <= 1 + 1e-6).all()
