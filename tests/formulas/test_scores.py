import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.scores import Direction, card, effective_weights, enough, score, weighted_mean

NAN = np.nan


class TestScore:
    @pytest.mark.parametrize(
        ("value", "points"),
        [(0.5, 0), (0.6, 0), (0.7, 50), (0.8, 100), (0.85, 110), (0.9, 120), (1.0, 120)],
    )
    def test_higher_is_better(self, value: float, points: float) -> None:
        assert score(value, floor=0.6, target=0.8, stretch=0.9) == pytest.approx(points)

    @pytest.mark.parametrize(
        ("value", "points"), [(9, 0), (8, 0), (6, 50), (4, 100), (3, 110), (2, 120), (0, 120)]
    )
    def test_lower_is_better(self, value: float, points: float) -> None:
        result = score(value, floor=8, target=4, stretch=2, direction=Direction.LOWER)

        assert result == pytest.approx(points)

    @pytest.mark.parametrize(
        ("value", "points"), [(1.0, 100), (0.9, 50), (1.1, 50), (0.8, 0), (1.2, 0), (1.5, 0)]
    )
    def test_both_ways_from_the_target_is_worse(self, value: float, points: float) -> None:
        result = score(value, floor=0.8, target=1.0, direction=Direction.TARGET)

        assert result == pytest.approx(points)

    def test_the_floor_of_a_target_may_lie_on_either_side(self) -> None:
        assert score(0.9, floor=1.2, target=1.0, direction=Direction.TARGET) == pytest.approx(50)

    def test_without_a_stretch_a_hundred_is_the_most(self) -> None:
        assert score(0.95, floor=0.6, target=0.8) == 100

    def test_the_cap_is_the_policys(self) -> None:
        assert score(0.9, floor=0.6, target=0.8, stretch=0.9, cap=150) == 150

    def test_what_is_not_measured_is_not_scored(self) -> None:
        assert np.isnan(score(NAN, floor=0.6, target=0.8, stretch=0.9))

    def test_every_unit_may_have_its_own_policy(self) -> None:
        result = score([70, 70, 70], floor=[60, 50, NAN], target=[80, 70, 70], stretch=[90, NAN, NAN])

        assert result[:2].tolist() == [50, 100]
        assert np.isnan(result[2])

    @pytest.mark.parametrize(
        ("floor", "target", "stretch", "direction"),
        [
            (0.8, 0.8, 0.9, Direction.HIGHER),
            (0.9, 0.8, None, Direction.HIGHER),
            (0.6, 0.8, 0.8, Direction.HIGHER),
            (4, 8, None, Direction.LOWER),
            (8, 4, 5, Direction.LOWER),
            (1, 1, None, Direction.TARGET),
        ],
    )
    def test_a_policy_out_of_order_is_refused(
        self, floor: float, target: float, stretch: float | None, direction: Direction
    ) -> None:
        with pytest.raises(ValueError, match=r"[Ff]loor"):
            score(0.7, floor=floor, target=target, stretch=stretch, direction=direction)

    def test_a_cap_below_a_hundred_is_refused(self) -> None:
        with pytest.raises(ValueError, match="cap"):
            score(0.7, floor=0.6, target=0.8, cap=90)

    @given(st.floats(-10, 10), st.floats(-10, 10))
    def test_a_better_value_never_scores_less(self, a: float, b: float) -> None:
        low, high = score(sorted([a, b]), floor=-2, target=3, stretch=5)

        assert 0 <= low <= high <= 120


class TestEnough:
    def test_too_small_a_denominator_is_not_scored(self) -> None:
        result = enough([0.5, 0.5, 0.5], [30, 29, NAN], 30)

        assert result[0] == 0.5
        assert np.isnan(result[1:]).all()


class TestWeightedMean:
    def test_the_weight_of_what_is_missing_is_spread_over_the_others(self) -> None:
        assert effective_weights([80, NAN, 60], [2, 5, 1]).tolist() == pytest.approx([2 / 3, 0, 1 / 3])
        assert weighted_mean([80, NAN, 50], [2, 5, 1]) == pytest.approx(70)

    def test_nothing_scored_has_no_mean(self) -> None:
        assert np.isnan(weighted_mean([NAN, NAN], [1, 1]))
        assert np.isnan(weighted_mean([50, NAN], [0, 1]))

    def test_rows_are_units(self) -> None:
        assert weighted_mean([[100, 50], [NAN, 50]], [3, 1]).tolist() == [87.5, 50]

    @pytest.mark.parametrize("weights", [[-1, 2], [NAN, 1]])
    def test_a_weight_that_is_no_weight_is_refused(self, weights: list[float]) -> None:
        with pytest.raises(ValueError, match="Weights"):
            weighted_mean([1, 2], weights)


class TestCard:
    # Two capabilities: the first of metrics 0 and 1 with weights 3 : 1, the second of metric 2.
    POLICY = {"weights": [3, 1, 1], "capability": [0, 0, 1], "capability_weights": [1, 1]}

    def test_metrics_make_capabilities_and_capabilities_the_index(self) -> None:
        result = card([[80, 120, 110]], **self.POLICY)

        assert result.capabilities.tolist() == [[90, 110]]
        assert result.index.tolist() == [100]

    def test_points_are_what_each_metric_adds_or_takes(self) -> None:
        # 1/2 · 3/4 · −20, 1/2 · 1/4 · 20, 1/2 · 10
        assert card([[80, 120, 110]], **self.POLICY).points.tolist() == [[-7.5, 2.5, 5]]

    def test_a_metric_not_scored_leaves_its_weight_to_its_capability(self) -> None:
        result = card([[NAN, 120, 110]], **self.POLICY)

        assert result.capabilities.tolist() == [[120, 110]]
        assert result.points.tolist() == [[0, 10, 5]]

    def test_a_capability_not_scored_leaves_its_weight_to_the_others(self) -> None:
        result = card([[80, 120, NAN]], **self.POLICY)

        assert np.isnan(result.capabilities[0, 1])
        assert result.index.tolist() == [90]
        assert result.points.tolist() == [[-15, 5, 0]]

    def test_a_unit_with_nothing_scored_has_no_index(self) -> None:
        result = card([[NAN, NAN, NAN]], **self.POLICY)

        assert np.isnan(result.index[0])
        assert result.points.tolist() == [[0, 0, 0]]

    def test_a_unit_whose_weights_are_all_zero_has_no_points(self) -> None:
        result = card([[80]], weights=[0], capability=[0], capability_weights=[1])

        assert np.isnan(result.index[0])
        assert result.points.tolist() == [[0]]

    def test_a_metric_without_weight_has_no_points(self) -> None:
        result = card([[80, 50]], weights=[1, 0], capability=[0, 1], capability_weights=[1, 1])

        assert result.index.tolist() == [80]
        assert result.points.tolist() == [[-20, 0]]

    @given(
        st.lists(st.lists(st.floats(0, 120) | st.just(NAN), min_size=5, max_size=5), min_size=1, max_size=6),
        st.lists(st.floats(0.1, 10), min_size=5, max_size=5),
    )
    def test_the_points_add_up_to_the_distance_from_a_hundred(
        self, scores: list[list[float]], weights: list[float]
    ) -> None:
        result = card(scores, weights, capability=[0, 1, 1, 2, 2], capability_weights=[2, 1, 3])

        scored = ~np.isnan(result.index)
        np.testing.assert_allclose(result.points.sum(axis=1)[scored], result.index[scored] - 100, atol=1e-9)
