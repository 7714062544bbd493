from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.periods import (
    Kind,
    Period,
    Span,
    period_from_code,
    period_of,
    periods_between,
    previous_span,
    trading_days,
    year_before_span,
)

days = st.dates(date(1901, 1, 1), date(2198, 12, 31))
kinds = st.sampled_from(list(Kind))


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


def compared(code: str, as_of: str) -> Span:
    return previous_span(period_from_code(code), date.fromisoformat(as_of))


class TestSpan:
    def test_both_ends_are_included(self) -> None:
        week = span("2026-11-16", "2026-11-22")

        assert week.days == 7
        assert next(iter(week)) == date(2026, 11, 16)
        assert list(week)[-1] == date(2026, 11, 22)
        assert date(2026, 11, 22) in week
        assert date(2026, 11, 23) not in week

    def test_a_span_of_nothing_has_no_days(self) -> None:
        empty = span("2026-11-16", "2026-11-15")

        assert empty.is_empty
        assert empty.days == 0
        assert list(empty) == []
        assert date(2026, 11, 15) not in empty

    def test_a_span_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            span("2026-11-16", "2026-11-14")

    def test_shifting_keeps_the_length(self) -> None:
        assert span("2026-02-27", "2026-03-01").shift(2) == span("2026-03-01", "2026-03-03")

    def test_clipping_cuts_the_end_only(self) -> None:
        month = span("2026-11-01", "2026-11-30")

        assert month.clip(date(2026, 11, 20)) == span("2026-11-01", "2026-11-20")
        assert month.clip(date(2026, 12, 20)) == month
        assert month.clip(date(2026, 10, 3)).is_empty


class TestPeriod:
    @pytest.mark.parametrize(
        ("kind", "code", "first", "last"),
        [
            (Kind.DAY, "2026-11-20", "2026-11-20", "2026-11-20"),
            (Kind.WEEK, "2026-W47", "2026-11-16", "2026-11-22"),
            (Kind.MONTH, "2026-11", "2026-11-01", "2026-11-30"),
            (Kind.QUARTER, "2026-Q4", "2026-10-01", "2026-12-31"),
            (Kind.YEAR, "2026", "2026-01-01", "2026-12-31"),
        ],
    )
    def test_a_day_lies_in_one_period_of_each_kind(
        self, kind: Kind, code: str, first: str, last: str
    ) -> None:
        period = period_of(date(2026, 11, 20), kind)

        assert period.code == code
        assert period.span == span(first, last)
        assert period_from_code(code) == period

    @pytest.mark.parametrize(
        ("day", "code"),
        [
            ("2027-01-01", "2026-W53"),
            ("2024-12-30", "2025-W01"),
            ("2023-01-01", "2022-W52"),
        ],
    )
    def test_a_week_at_the_turn_of_the_year_has_its_iso_year(self, day: str, code: str) -> None:
        assert period_of(date.fromisoformat(day), Kind.WEEK).code == code

    def test_february_of_a_leap_year_has_29_days(self) -> None:
        assert period_from_code("2028-02").last == date(2028, 2, 29)
        assert period_from_code("2100-02").last == date(2100, 2, 28)

    @pytest.mark.parametrize(
        ("code", "following"),
        [
            ("2026-12-31", "2027-01-01"),
            ("2026-W53", "2027-W01"),
            ("2026-12", "2027-01"),
            ("2026-Q4", "2027-Q1"),
            ("2026", "2027"),
        ],
    )
    def test_next_and_previous_step_over_the_turn_of_the_year(self, code: str, following: str) -> None:
        assert period_from_code(code).next().code == following
        assert period_from_code(following).previous().code == code

    def test_periods_of_one_kind_sort_by_time(self) -> None:
        codes = ["2026-11", "2025-12", "2026-02"]

        in_order = sorted(period_from_code(code) for code in codes)

        assert [period.code for period in in_order] == ["2025-12", "2026-02", "2026-11"]

    def test_a_period_must_begin_on_its_first_day(self) -> None:
        with pytest.raises(ValueError, match="not the first day of a week"):
            Period(Kind.WEEK, date(2026, 11, 20))

    def test_to_date_ends_today_or_with_the_period(self) -> None:
        november = period_from_code("2026-11")

        assert november.to_date(date(2026, 11, 20)) == span("2026-11-01", "2026-11-20")
        assert november.to_date(date(2027, 1, 5)) == november.span
        assert november.to_date(date(2026, 10, 31)).is_empty

    @given(days, kinds)
    def test_a_code_names_its_period(self, day: date, kind: Kind) -> None:
        period = period_of(day, kind)

        assert day in period.span
        assert period_from_code(period.code) == period

    @given(days, kinds)
    def test_periods_follow_each_other_without_a_gap(self, day: date, kind: Kind) -> None:
        period = period_of(day, kind)

        assert period.next().first == period.last + timedelta(days=1)
        assert period.next().previous() == period


class TestCodes:
    @pytest.mark.parametrize(
        "code",
        [
            "",
            "november",
            "2026-11-2",
            "26-11",
            "2026-Q5",
            "2026-Q0",
            "2026W47",
            "20261120",
            "2026-11 ",
            "2026\n",
        ],
    )
    def test_a_malformed_code_is_refused_with_the_forms_that_serve(self, code: str) -> None:
        with pytest.raises(ValueError, match="is not a period: write a day 2026-11-20"):
            period_from_code(code)

    def test_digits_of_other_scripts_are_refused(self) -> None:
        with pytest.raises(ValueError, match="is not a period"):
            period_from_code("２０２６")

    @pytest.mark.parametrize(
        "code", ["2026-02-29", "2026-13", "2026-00", "2026-W00", "2025-W53", "2026-11-31"]
    )
    def test_a_code_that_no_calendar_has_is_refused(self, code: str) -> None:
        with pytest.raises(ValueError, match="is not in the calendar"):
            period_from_code(code)

    @pytest.mark.parametrize("code", ["0000", "1899", "2200-01", "9999-W52", "9999-12-31"])
    def test_a_year_at_the_end_of_the_calendar_is_refused(self, code: str) -> None:
        with pytest.raises(ValueError, match="outside the years 1900 to 2199"):
            period_from_code(code)


class TestPeriodsBetween:
    def test_periods_that_are_only_touched_are_included(self) -> None:
        found = periods_between(Kind.MONTH, date(2026, 9, 30), date(2026, 12, 1))

        assert [period.code for period in found] == ["2026-09", "2026-10", "2026-11", "2026-12"]

    def test_one_day_touches_one_period(self) -> None:
        found = periods_between(Kind.WEEK, date(2026, 11, 20), date(2026, 11, 20))

        assert [period.code for period in found] == ["2026-W47"]

    def test_between_a_day_and_an_earlier_one_lies_nothing(self) -> None:
        assert periods_between(Kind.YEAR, date(2026, 11, 20), date(2026, 11, 19)) == []


class TestPreviousSpan:
    def test_a_day_meets_the_same_weekday_of_the_week_before(self) -> None:
        assert compared("2026-11-20", "2026-11-20") == span("2026-11-13", "2026-11-13")

    def test_a_week_to_date_meets_the_same_weekdays(self) -> None:
        assert compared("2026-W47", "2026-11-18") == span("2026-11-09", "2026-11-11")

    @pytest.mark.parametrize(
        ("as_of", "last"),
        [("2026-11-20", "2026-10-20"), ("2026-11-29", "2026-10-29"), ("2026-11-30", "2026-10-31")],
    )
    def test_a_month_to_date_meets_the_same_day_of_the_month(self, as_of: str, last: str) -> None:
        assert compared("2026-11", as_of) == span("2026-10-01", last)

    @pytest.mark.parametrize(
        ("as_of", "last"),
        [("2026-03-28", "2026-02-28"), ("2026-03-30", "2026-02-28"), ("2026-03-31", "2026-02-28")],
    )
    def test_a_day_that_the_shorter_month_lacks_becomes_its_last(self, as_of: str, last: str) -> None:
        assert compared("2026-03", as_of) == span("2026-02-01", last)

    def test_the_last_day_of_february_stands_for_the_whole_month(self) -> None:
        assert compared("2026-02", "2026-02-28") == span("2026-01-01", "2026-01-31")
        assert compared("2028-02", "2028-02-28") == span("2028-01-01", "2028-01-28")

    @pytest.mark.parametrize(
        ("code", "as_of", "first", "last"),
        [
            ("2026-Q4", "2026-11-20", "2026-07-01", "2026-08-20"),
            ("2026-Q4", "2026-10-05", "2026-07-01", "2026-07-05"),
            ("2026-Q2", "2026-05-31", "2026-01-01", "2026-02-28"),
            ("2026-Q4", "2026-12-31", "2026-07-01", "2026-09-30"),
            ("2026-Q4", "2026-12-30", "2026-07-01", "2026-09-30"),
            ("2026-Q1", "2026-01-10", "2025-10-01", "2025-10-10"),
        ],
    )
    def test_a_quarter_to_date_meets_the_same_month_and_day_of_the_quarter_before(
        self, code: str, as_of: str, first: str, last: str
    ) -> None:
        assert compared(code, as_of) == span(first, last)

    @pytest.mark.parametrize(
        ("code", "as_of", "first", "last"),
        [
            ("2026", "2026-11-20", "2025-01-01", "2025-11-20"),
            ("2028", "2028-02-29", "2027-01-01", "2027-02-28"),
            ("2026", "2026-12-31", "2025-01-01", "2025-12-31"),
        ],
    )
    def test_a_year_to_date_meets_the_same_day_a_year_before(
        self, code: str, as_of: str, first: str, last: str
    ) -> None:
        assert compared(code, as_of) == span(first, last)

    @pytest.mark.parametrize("code", ["2026-11-20", "2026-W47", "2026-11", "2026-Q4", "2026"])
    def test_a_period_that_has_not_begun_is_compared_with_nothing(self, code: str) -> None:
        assert compared(code, "2025-12-31").is_empty

    def test_a_period_that_is_over_is_compared_whole(self) -> None:
        assert compared("2026-11", "2027-03-10") == span("2026-10-01", "2026-10-31")

    @given(days, kinds)
    def test_the_base_lies_wholly_before_the_period(self, day: date, kind: Kind) -> None:
        period = period_of(day, kind)

        base = previous_span(period, day)

        assert not base.is_empty
        assert base.last < period.first


class TestYearBefore:
    def test_every_day_meets_its_own_weekday(self) -> None:
        before = year_before_span(span("2026-11-01", "2026-11-20"))

        assert before == span("2025-11-02", "2025-11-21")
        assert before.first.weekday() == date(2026, 11, 1).weekday()

    @given(days, st.integers(0, 400))
    def test_the_span_of_the_days_is_the_days_of_the_span(self, first: date, length: int) -> None:
        whole = Span(first, first + timedelta(days=length))

        assert list(year_before_span(whole)) == [year_before_span(Span(d, d)).first for d in whole]


class TestTradingDays:
    WEEK = Span(date(2026, 11, 16), date(2026, 11, 22))

    def test_a_branch_that_never_closes_trades_every_day(self) -> None:
        assert trading_days(self.WEEK) == list(self.WEEK)

    def test_closed_weekdays_and_closures_fall_out(self) -> None:
        open_days = trading_days(self.WEEK, closed_weekdays={6, 7}, closures={date(2026, 11, 18)})

        assert [day.day for day in open_days] == [16, 17, 19, 20]

    def test_an_extra_day_is_open_in_spite_of_both(self) -> None:
        extra = {date(2026, 11, 18), date(2026, 11, 21)}

        open_days = trading_days(
            self.WEEK, closed_weekdays={6, 7}, closures={date(2026, 11, 18)}, extra=extra
        )

        assert [day.day for day in open_days] == [16, 17, 18, 19, 20, 21]
