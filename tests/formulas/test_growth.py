from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.arrays import Floats
from formulas.growth import (
    Days,
    Pairs,
    Variance,
    first_known,
    growth,
    pairs_of_weekdays,
    student_95,
    variance_apart,
    variance_of_pairs,
    variance_of_sum,
    weekday_mix,
)

NAN = np.nan
FIRST_WEEK = [10, 20, 30, 40, 50, 60, 70]
SECOND_WEEK = [12, 18, 33, 41, 47, 66, 72]
TWO_WEEKS = [*FIRST_WEEK, *SECOND_WEEK]
amounts = st.lists(st.integers(0, 10**6), min_size=7, max_size=60)


def days_of(values: npt.ArrayLike, first_weekday: int = 0) -> Days:
    """The sums of daily values, (days,) or (units, days), that begin on a weekday (0 Monday); NaN: no figures."""
    x = np.atleast_2d(np.asarray(values, dtype=np.float64))
    known, weekday = ~np.isnan(x), (first_weekday + np.arange(x.shape[1])) % 7
    x = np.where(known, x, 0.0)
    on = [weekday == n for n in range(7)]
    days, totals = (np.stack([v[:, each].sum(axis=1) for each in on], axis=1) for v in (known * 1.0, x))
    return Days(known.sum(axis=1) * 1.0, x.sum(axis=1), (x * x).sum(axis=1), days, totals)


def pairs_of(now: npt.ArrayLike, before: npt.ArrayLike) -> Pairs:
    x, y = (np.atleast_2d(np.asarray(v, dtype=np.float64)) for v in (now, before))
    n = np.full(len(x), float(x.shape[1]))
    return Pairs(n, *(v.sum(axis=1) for v in (x, y, x * x, y * y, x * y)))


def without_weekdays(span: Days) -> Days:
    nothing = np.zeros((len(span.days), 0))
    return span._replace(weekday_days=nothing, weekday_totals=nothing)


def one(found: Variance) -> tuple[float, float]:
    assert len(found.value) == 1
    return float(found.value[0]), float(found.freedom[0])


class TestVarianceOfSum:
    def test_two_weeks_by_hand(self) -> None:
        # Two values on each weekday: SS = Σ difference² / 2 = (4 + 4 + 9 + 1 + 9 + 36 + 4) / 2 = 33.5;
        # s² = 33.5 / (14 − 7); 14 s² = 67.
        assert one(variance_of_sum(days_of(TWO_WEEKS))) == pytest.approx((67, 7))

    def test_without_weekdays_the_pattern_counts_as_chance(self) -> None:
        # Σx = 569, Σx² = 28,987: 14 / 13 · (28,987 − 569² / 14) = 6,312.0769
        found = one(variance_of_sum(without_weekdays(days_of(TWO_WEEKS))))

        assert found == pytest.approx((6312.0769, 13), abs=1e-4)

    def test_a_week_and_six_days_are_too_few_to_take_the_weekday_out(self) -> None:
        # Σx = 497, Σx² = 23,803: 13 / 12 · (23,803 − 497² / 13) = 5,202.5
        assert one(variance_of_sum(days_of(TWO_WEEKS[:13]))) == pytest.approx((5202.5, 12))

    def test_a_branch_closed_on_sundays_needs_twelve_days(self) -> None:
        # The six differences without Sunday: SS = 63 / 2, s² = 31.5 / (12 − 6), 12 s² = 63.
        closed = [*FIRST_WEEK[:6], NAN, *SECOND_WEEK[:6], NAN]

        assert one(variance_of_sum(days_of(closed))) == pytest.approx((63, 6))

    def test_sundays_of_recorded_zeros_are_no_variation(self) -> None:
        # SS = 31.5 as above; s² = 31.5 / (14 − 7); 14 s² = 63.
        zeros = [*FIRST_WEEK[:6], 0, *SECOND_WEEK[:6], 0]

        assert one(variance_of_sum(days_of(zeros))) == pytest.approx((63, 7))

    def test_the_same_week_again_and_again_leaves_no_doubt(self) -> None:
        assert one(variance_of_sum(days_of(FIRST_WEEK * 3))) == (0, 14)

    def test_one_day_and_no_day_say_nothing(self) -> None:
        assert np.isnan(one(variance_of_sum(days_of([5])))).all()
        assert np.isnan(one(variance_of_sum(days_of([NAN])))).all()

    def test_weekdays_that_were_not_all_kept_are_not_used(self) -> None:
        whole = days_of(TWO_WEEKS)
        half = whole._replace(weekday_days=whole.weekday_days / 2, weekday_totals=whole.weekday_totals / 2)

        assert one(variance_of_sum(half)) == one(variance_of_sum(without_weekdays(whole)))

    @given(amounts, st.integers(0, 6))
    def test_it_agrees_with_a_plain_loop_over_weekdays(self, values: list[int], first: int) -> None:
        days = {n: [v for i, v in enumerate(values) if (first + i) % 7 == n] for n in range(7)}
        strata = list(days.values()) if len(values) >= 14 else [values]
        squares = sum(sum((v - sum(each) / len(each)) ** 2 for v in each) for each in strata)
        freedom = len(values) - len(strata)

        value, degrees = one(variance_of_sum(days_of(values, first)))

        assert value == pytest.approx(len(values) * squares / freedom, rel=1e-6, abs=1)
        assert degrees == freedom

    @given(amounts, st.lists(st.integers(0, 10**6), min_size=7, max_size=7))
    def test_a_weekday_pattern_laid_over_the_days_changes_nothing(
        self, values: list[int], pattern: list[int]
    ) -> None:
        values = values * 2  # at least two weeks
        higher = [value + pattern[n % 7] for n, value in enumerate(values)]

        assert one(variance_of_sum(days_of(higher))) == pytest.approx(
            one(variance_of_sum(days_of(values))), rel=1e-6, abs=10
        )


class TestVarianceApart:
    def test_by_hand(self) -> None:
        # Before: the same two weeks doubled, V = 4 · 67 = 268; R = 1/2; 67 + 268 / 4 = 134; twice 7 degrees.
        now, before = days_of(TWO_WEEKS), days_of([2 * v for v in TWO_WEEKS])

        assert one(variance_apart(now, before)) == pytest.approx((134, 14))

    def test_the_degrees_are_those_of_welch_and_satterthwaite(self) -> None:
        # The second span varies four times as much: (67 + 268)² / (67² / 7 + 268² / 7) = 25 / 17 · 7.
        weeks = list(zip(FIRST_WEEK, SECOND_WEEK, strict=True))
        apart = [(3 * a - b) / 2 for a, b in weeks] + [(3 * b - a) / 2 for a, b in weeks]

        assert one(variance_apart(days_of(TWO_WEEKS), days_of(apart))) == pytest.approx((335, 175 / 17))

    def test_spans_that_do_not_vary_are_certain(self) -> None:
        assert one(variance_apart(days_of(FIRST_WEEK * 2), days_of(FIRST_WEEK * 2))) == (0, 7)

    @pytest.mark.parametrize("before", [[5], [0, 0], [NAN]])
    def test_nothing_is_known_where_one_side_says_nothing(self, before: list[float]) -> None:
        assert np.isnan(one(variance_apart(days_of(TWO_WEEKS), days_of(before)))).all()


class TestVarianceOfPairs:
    def test_by_hand(self) -> None:
        # r = 60 / 6 = 10; residuals −2, 0, 2; s² = 8 / 2; 3 s² = 12.
        assert one(variance_of_pairs(pairs_of([8, 20, 32], [1, 2, 3]), np.array([3.0]))) == pytest.approx(
            (12, 2)
        )

    def test_a_day_without_counterpart_counts_as_one_pair_more(self) -> None:
        assert one(variance_of_pairs(pairs_of([8, 20, 32], [1, 2, 3]), np.array([4.0]))) == pytest.approx(
            (16, 2)
        )

    def test_what_both_years_have_in_common_is_no_chance(self) -> None:
        # Christmas week, the weekday, a promotion: every day a tenth more than its counterpart.
        before = [*FIRST_WEEK, *(5 * v for v in SECOND_WEEK)]
        now = [1.1 * v for v in before]

        value, freedom = one(variance_of_pairs(pairs_of(now, before), np.array([14.0])))

        assert (value, freedom) == (pytest.approx(0, abs=1e-9), 13)

    @pytest.mark.parametrize(
        ("now", "before", "days"),
        [([5], [4], 1), ([5, 6], [0, 0], 2), ([8, 20, 32], [1, 2, 3], 7), ([], [], 3)],
        ids=["one pair", "nothing before", "fewer than half", "none"],
    )
    def test_too_few_pairs_say_nothing(self, now: list[float], before: list[float], days: float) -> None:
        assert np.isnan(one(variance_of_pairs(pairs_of(now, before), np.array([days])))).all()

    def test_the_days_of_two_weeks_are_paired_by_their_weekday(self) -> None:
        # Wednesday to Friday beside Monday to Wednesday of the week before: Wednesday alone has its like.
        found = pairs_of_weekdays(days_of([8, 20, 32], 2), days_of([1, 2, 3], 0))

        assert [float(values[0]) for values in found] == [1, 8, 3, 64, 9, 24]

    def test_where_a_span_is_longer_than_a_week_its_weekdays_are_no_days(self) -> None:
        found = pairs_of_weekdays(days_of(TWO_WEEKS[:8]), days_of(FIRST_WEEK))

        assert [float(values[0]) for values in found] == [0] * 6

    def test_where_it_is_not_known_the_other_estimate_stands_in(self) -> None:
        better = Variance(np.array([4.0, NAN]), np.array([6.0, NAN]))
        other = Variance(np.array([9.0, 25.0]), np.array([20.0, 30.0]))

        value, freedom = first_known(better, other)

        assert value.tolist() == [4, 25]
        assert freedom.tolist() == [6, 30]


class TestWeekdayMix:
    def test_five_mondays_against_four(self) -> None:
        # Mondays bring 100, Tuesdays 200. Five and four: 1,300 / 9; four and five: 1,400 / 9; ln(13 / 14).
        now, before = (
            Days(np.array([9.0]), np.array([0.0]), np.array([0.0]), np.array([days]), np.array([totals]))
            for days, totals in (([5.0, 4.0], [500.0, 800.0]), ([4.0, 5.0], [400.0, 1000.0]))
        )

        assert weekday_mix(now, before) == pytest.approx([-0.0741080], abs=1e-7)

    def test_the_same_weekdays_make_no_difference(self) -> None:
        assert weekday_mix(days_of(TWO_WEEKS), days_of([3 * v for v in TWO_WEEKS])) == pytest.approx([0])

    def test_weekdays_that_were_not_kept_say_nothing(self) -> None:
        span = without_weekdays(days_of(TWO_WEEKS))

        assert weekday_mix(span, span).tolist() == [0]


class TestGrowth:
    def test_by_hand(self) -> None:
        # 60 / 50 − 1; half = 4.3027 · √12 / 60 = 0.248416; 1.2 · e^∓0.248416 − 1.
        found = growth(np.array([60.0]), np.array([50.0]), np.array([12.0]), np.array([2.0]))

        assert np.concatenate(found) == pytest.approx([0.2, -0.063967, 0.538394], abs=1e-5)

    def test_without_degrees_it_is_the_normal_interval(self) -> None:
        # half = 1.959964 · 0.1
        found = growth(np.array([100.0]), np.array([100.0]), np.array([100.0]))

        assert np.concatenate(found) == pytest.approx([0, -0.177988, 0.216527], abs=1e-5)

    @pytest.mark.parametrize(("mix", "low", "high"), [(0.05, -0.05, 0.0), (-0.05, 0.0, 0.05)])
    def test_it_also_holds_the_growth_without_the_weekdays_mix(
        self, mix: float, low: float, high: float
    ) -> None:
        _growth, lower, upper = growth(
            np.array([100.0]), np.array([100.0]), np.array([0.0]), mix=np.array([mix])
        )

        assert np.log1p([lower[0], upper[0]]) == pytest.approx([low, high])

    def test_nothing_is_compared_with_nothing(self) -> None:
        found = growth(np.array([100.0, NAN]), np.array([0.0, 50.0]), np.array([1.0, NAN]))

        assert np.isnan(found).all()

    def test_all_lost_is_minus_one_without_an_interval(self) -> None:
        value, low, high = growth(np.array([0.0]), np.array([50.0]), np.array([1.0]))

        assert value.tolist() == [-1]
        assert np.isnan([low, high]).all()


class TestStudent:
    # The table of every textbook.
    @pytest.mark.parametrize(
        ("freedom", "quantile"),
        [
            (1, 12.706),
            (2, 4.303),
            (5, 2.571),
            (10, 2.228),
            (30, 2.042),
            (40, 2.021),
            (120, 1.980),
            (np.inf, 1.960),
        ],
    )
    def test_the_published_quantiles(self, freedom: float, quantile: float) -> None:
        assert student_95(freedom) == pytest.approx(quantile, abs=5e-4)

    def test_degrees_are_rounded_down_and_unknown_stays_unknown(self) -> None:
        found = student_95([5.99, 0.5, NAN])

        assert found[0] == pytest.approx(2.5706)
        assert np.isnan(found[1:]).all()

    def test_more_degrees_never_widen(self) -> None:
        assert (np.diff(student_95(np.arange(1, 500))) < 0).all()


class TestCoverage:
    """Branches whose true growth is known: how often the interval holds it, and how wide it is."""

    BRANCHES = 4000
    PATTERN = np.array([0.6, 0.7, 0.8, 0.9, 1.1, 1.6, 1.9])
    GROWTH = 0.04

    def days(
        self, chance: np.random.Generator, first: int, days: int, noise: float, level: float = 1.0
    ) -> Floats:
        """Daily revenue around the weekday pattern: standard deviation of a day as a share of its mean."""
        mean = 100_000 * level * self.PATTERN[(first + np.arange(days)) % 7]
        return np.asarray(mean * (1 + noise * chance.standard_normal((self.BRANCHES, days))))

    def expected(self, first: int, days: int) -> float:
        return float(self.PATTERN[(first + np.arange(days)) % 7].sum())

    def share(self, ends: Iterable[Floats], truth: float) -> float:
        low, high = ends
        return float(((low <= truth) & (truth <= high)).mean())

    @pytest.mark.parametrize("days", [14, 20, 30])
    @pytest.mark.parametrize("noise", [0.08, 0.25])
    def test_against_the_period_before(self, days: int, noise: float) -> None:
        chance = np.random.default_rng(days)
        now = days_of(self.days(chance, 2, days, noise, 1 + self.GROWTH), 2)
        before = days_of(self.days(chance, 5, days, noise), 5)
        truth = (1 + self.GROWTH) * self.expected(2, days) / self.expected(5, days) - 1

        found = variance_apart(now, before)
        _growth, *ends = growth(now.total, before.total, found.value, found.freedom)
        plain = variance_apart(without_weekdays(now), without_weekdays(before))
        _growth, *wide = growth(now.total, before.total, plain.value, plain.freedom)

        assert 0.935 <= self.share(ends, truth) <= 0.965
        assert self.share(wide, truth) > 0.99
        assert np.median(ends[1] - ends[0]) < 0.75 * np.median(wide[1] - wide[0])

    def test_a_week_against_the_week_before(self) -> None:
        chance = np.random.default_rng(7)
        now, before = (days_of(self.days(chance, 0, 7, 0.1, level)) for level in (1 + self.GROWTH, 1))

        found = variance_of_pairs(pairs_of_weekdays(now, before), now.days)
        _growth, *ends = growth(now.total, before.total, found.value, found.freedom)
        plain = variance_apart(now, before)
        _growth, *wide = growth(now.total, before.total, plain.value, plain.freedom)

        assert 0.93 <= self.share(ends, self.GROWTH) <= 0.965
        assert np.median(ends[1] - ends[0]) < 0.5 * np.median(wide[1] - wide[0])

    def test_a_small_noisy_branch_keeps_a_wide_interval(self) -> None:
        chance = np.random.default_rng(1)
        widths = []
        for noise in (0.05, 0.40):
            now, before = (days_of(self.days(chance, 0, 28, noise)) for _span in range(2))
            found = variance_apart(now, before)
            _growth, low, high = growth(now.total, before.total, found.value, found.freedom)
            assert 0.935 <= self.share((low, high), 0) <= 0.965
            widths.append(np.median(high - low))

        assert widths[1] > 7 * widths[0]

    @pytest.mark.parametrize("days", [7, 20])
    def test_against_the_same_days_of_the_year_before(self, days: int) -> None:
        # Both years have the season in common: each day its own height, up to three times the other days'.
        chance = np.random.default_rng(days)
        season = 1 + 2 * chance.random(days)
        now = self.days(chance, 0, days, 0.1, 1 + self.GROWTH) * season
        before = self.days(chance, 0, days, 0.1) * season

        found = variance_of_pairs(pairs_of(now, before), np.full(self.BRANCHES, float(days)))
        total, base = now.sum(axis=1), before.sum(axis=1)
        _growth, *ends = growth(total, base, found.value, found.freedom)
        apart = variance_apart(days_of(now), days_of(before))
        _growth, *wide = growth(total, base, apart.value, apart.freedom)

        # A few large days weigh most, so that a week of pairs knows a little less than it counts.
        assert 0.93 <= self.share(ends, self.GROWTH) <= 0.965
        assert np.median(ends[1] - ends[0]) < 0.5 * np.median(wide[1] - wide[0])
