from math import hypot

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from formulas.ranks import rank, rank_range

NAN = np.nan
units = st.lists(
    st.tuples(st.integers(0, 9) | st.just(NAN), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)),
    min_size=1,
    max_size=25,
)


class TestRank:
    def test_the_best_is_first(self) -> None:
        places, of = rank([10, 30, 20], [0, 0, 0])

        assert places.tolist() == [3, 1, 2]
        assert of.tolist() == [3, 3, 3]

    def test_the_lowest_is_first_where_lower_is_better(self) -> None:
        assert rank([10, 30, 20], [0, 0, 0], higher_is_better=False)[0].tolist() == [1, 3, 2]

    def test_equals_share_the_best_place(self) -> None:
        assert rank([5, 7, 5, 3], [0] * 4)[0].tolist() == [2, 1, 2, 4]

    def test_every_group_has_its_own_table(self) -> None:
        places, of = rank([1, 2, 3, 4, 5], ["mall", "street", "mall", "street", "mall"])

        assert places.tolist() == [3, 2, 2, 1, 1]
        assert of.tolist() == [3, 2, 3, 2, 3]

    def test_a_unit_without_a_value_is_not_ranked_and_not_counted(self) -> None:
        places, of = rank([1, NAN, 3, NAN], [0, 0, 0, 1])

        assert places.tolist() == [2, 0, 1, 0]
        assert of.tolist() == [2, 2, 2, 0]

    def test_nobody_is_ranked_among_nobody(self) -> None:
        places, of = rank([], [])

        assert places.tolist() == []
        assert of.tolist() == []


class TestRankRange:
    def test_intervals_apart_leave_one_place_each(self) -> None:
        best, worst = rank_range([1, 5, 9], [0, 4, 8], [2, 6, 10], [0, 0, 0])

        assert best.tolist() == [3, 2, 1]
        assert worst.tolist() == [3, 2, 1]

    def test_intervals_that_overlap_share_their_places(self) -> None:
        # The small branch in the middle may be anywhere; the two others are surely apart.
        best, worst = rank_range([10, 20, 15], [9, 19, 5], [11, 21, 25], [0, 0, 0])

        assert best.tolist() == [2, 1, 1]
        assert worst.tolist() == [3, 2, 3]

    def test_two_are_told_apart_by_the_interval_of_their_difference(self) -> None:
        # Half widths 2 and 2: the difference is sure beyond √8 = 2.83, though the intervals still overlap then.
        apart = rank_range([0, 3], [-2, 1], [2, 5], [0, 0])
        same = rank_range([0, 2.8], [-2, 0.8], [2, 4.8], [0, 0])

        assert [places.tolist() for places in apart] == [[2, 1], [2, 1]]
        assert [places.tolist() for places in same] == [[1, 1], [2, 2]]

    def test_the_ends_that_face_each_other_count(self) -> None:
        # The lower reaches up by 3, the upper down by 4: sure beyond 5, however far they reach the other ways.
        apart = rank_range([0, 5.1], [-90, 1.1], [3, 90], [0, 0])
        same = rank_range([0, 4.9], [0, 0.9], [3, 4.9], [0, 0])

        assert apart[0].tolist() == [2, 1]
        assert same[0].tolist() == [1, 1]

    def test_where_lower_is_better_the_table_turns(self) -> None:
        best, worst = rank_range([1, 5, 9], [0, 4, 5], [2, 6, 10], [0, 0, 0], higher_is_better=False)

        assert best.tolist() == [1, 2, 2]
        assert worst.tolist() == [1, 3, 3]

    def test_a_value_without_an_interval_may_stand_anywhere(self) -> None:
        best, worst = rank_range([1, 5, 9], [0, NAN, 8], [2, NAN, 10], [0, 0, 0])

        assert best.tolist() == [2, 1, 1]
        assert worst.tolist() == [3, 3, 2]

    def test_a_unit_without_a_value_is_not_ranked_and_in_nobodys_way(self) -> None:
        best, worst = rank_range([1, NAN, 9], [0, 4, 8], [2, 6, 10], [0, 0, 0])

        assert best.tolist() == [2, 0, 1]
        assert worst.tolist() == [2, 0, 1]

    @given(units, st.booleans())
    def test_it_agrees_with_counting_one_by_one(
        self, rows: list[tuple[float, int, int, int]], higher: bool
    ) -> None:
        values, below, above, groups = (
            np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)
        )
        low, high = values - below, values + above
        sign = 1 if higher else -1

        places, of = rank(values, groups, higher)
        best, worst = rank_range(values, low, high, groups, higher)

        for i in range(len(rows)):
            if np.isnan(values[i]):
                assert (places[i], best[i], worst[i]) == (0, 0, 0)
                continue
            peers = [j for j in range(len(rows)) if groups[j] == groups[i] and not np.isnan(values[j])]
            down, up = (values - low, high - values) if higher else (high - values, values - low)
            ahead = [j for j in peers if sign * (values[j] - values[i]) > hypot(down[j], up[i])]
            behind = [j for j in peers if sign * (values[i] - values[j]) > hypot(down[i], up[j])]
            better = [j for j in peers if sign * values[j] > sign * values[i]]
            assert (places[i], of[i]) == (1 + len(better), len(peers))
            assert (best[i], worst[i]) == (1 + len(ahead), len(peers) - len(behind))
            assert best[i] <= places[i] <= worst[i]

    def test_in_a_large_group_a_range_is_never_narrower_and_hardly_ever_wider(self) -> None:
        chance = np.random.default_rng(5)
        values, half = chance.normal(size=400), chance.uniform(0.1, 1.0, 400)

        best, worst = rank_range(values, values - half, values + half, np.zeros(400))

        sure = values[None, :] - values[:, None] > np.hypot(half[None, :], half[:, None])
        exact_best, exact_worst = 1 + sure.sum(axis=1), 400 - sure.sum(axis=0)
        assert ((best <= exact_best) & (worst >= exact_worst)).all()
        assert np.mean(exact_best - best) < 2
        assert np.mean(worst - exact_worst) < 2
