"""Days, ranges and instants as text in both languages."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from ui import dates


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        (date(2026, 11, 1), date(2026, 11, 20), "1–20 Nov 2026", "2026年11月1日–20日"),
        (date(2026, 11, 1), date(2026, 11, 30), "November 2026", "2026年11月"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026", "2026年"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct – 3 Nov 2026", "2026年10月28日–11月3日"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 Dec 2025 – 4 Jan 2026", "2025年12月29日–2026年1月4日"),
        (date(2026, 11, 20), date(2026, 11, 20), "20 Nov 2026", "2026年11月20日"),
        (date(2025, 11, 1), date(2026, 11, 30), "1 Nov 2025 – 30 Nov 2026", "2025年11月1日–2026年11月30日"),
    ],
)
def test_a_range_repeats_neither_month_nor_year(first: date, last: date, english: str, chinese: str) -> None:
    span = SimpleNamespace(first=first, last=last)
    with translation.override("en"):
        assert dates.span(span) == english
    with translation.override("zh-hans"):
        assert dates.span(span) == chinese


def test_a_day_carries_its_weekday_on_request() -> None:
    friday = date(2026, 11, 20)
    with translation.override("en"):
        assert dates.day(friday, weekday=True) == "Fri 20 Nov 2026"
        assert dates.day_short(friday) == "20 Nov"
    with translation.override("zh-hans"):
        assert dates.day(friday, weekday=True) == "2026年11月20日 周五"
        assert dates.day_short(friday, weekday=True) == "11月20日 周五"


def test_an_instant_is_told_in_the_readers_zone_with_its_name() -> None:
    at = datetime(2026, 11, 19, 22, 12, tzinfo=UTC)
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert dates.stamp(at) == "20 Nov 2026 06:12 Beijing time"
    with translation.override("en"), timezone.override(ZoneInfo("Europe/Berlin")):
        assert dates.stamp(at) == "19 Nov 2026 23:12 CET"


def test_nothing_is_a_dash() -> None:
    assert {
        dates.day(None),
        dates.day_short(None),
        dates.month(None),
        dates.span(None),
        dates.stamp(None),
    } == {"–"}
