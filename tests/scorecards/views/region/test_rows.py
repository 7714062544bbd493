"""The table's own number formats against the common ones, and its cells."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecards.queries.league import LeagueRow
from scorecards.views.region.rows import RowWriter, figures_in
from ui import numbers

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


def row(**values: object) -> LeagueRow:
    plain = dict.fromkeys(LeagueRow._fields) | {
        "unit_id": 1, "code": "N1", "name_en": "Nanshan", "name_zh": "南山", "days": 19, "days_due": 20,
    }  # fmt: skip
    return LeagueRow(**(plain | values))


def writer(**values: object) -> RowWriter:
    plain = {
        "codes": ["visitors", "basket"],
        "formats": {5: "Shop"},
        "query": "?period=2026-11",
        "with_trend": True,
    }
    return RowWriter(**(plain | values))


def html(found: LeagueRow, **values: object) -> str:
    return writer(**values).body([found])


@LANGUAGES
@given(value=st.floats(0, 1000).map(lambda x: round(x, 7)))
@settings(max_examples=300)
def test_shares_and_ratios_read_as_everywhere_else(language: str, value: float) -> None:
    with translation.override(language):
        figures = figures_in(numbers.currency())
        assert figures.percent(value) == numbers.percent(value)
        assert figures.ratio(value) == numbers.ratio(value)
        assert figures.change(value) == numbers.change(value)
        assert figures.change(-value) == numbers.change(-value)


@LANGUAGES
def test_a_basket_is_written_in_full(language: str) -> None:
    with translation.override(language):
        assert figures_in(numbers.currency()).basket(8530.4) == numbers.money(8530)


def test_money_is_written_alike_down_the_table_and_across_the_factors() -> None:
    rows = [
        row(revenue=12_840_000_00, change=136_028_00, visitors=9, driver_visitors=-53_028_00, driver_basket=7_00),
        row(revenue=1_221_000_00, change=-400_00, visitors=9, driver_visitors=0, driver_basket=0),
        row(revenue=374_000_00),
    ]  # fmt: skip
    text = writer().body(rows)
    assert [f">{money}<" in text for money in ("¥12.84M", "¥1.22M", "¥0.37M")] == [True] * 3
    assert [f">{money}<" in text for money in ("+¥136.0K", "−¥53.0K", "+¥7.00", "−¥0.4K")] == [True] * 4


def test_a_branch_links_to_its_page_and_carries_the_period() -> None:
    text = html(row(format_id=5))
    assert '<a class="league-name" href="/branches/N1/?period=2026-11">Nanshan</a>' in text
    assert "N1 · Shop" in text


def test_hostile_names_and_codes_are_text() -> None:
    text = html(row(name_en="<script>{0}</script>", code='"><b>/x'))
    assert "&lt;script&gt;{0}&lt;/script&gt;" in text
    assert "<script>" not in text
    assert "<b>" not in text
    assert "%22%3E%3Cb%3E%2Fx" in text


def test_what_is_not_known_is_a_dash_with_its_reason() -> None:
    text = html(row())
    assert 'title="Not recorded"' in text
    assert 'title="Nothing to compare with"' in text
    assert "not ranked: nothing to compare with" in text
    assert ">0<" not in text


@pytest.mark.parametrize(
    ("days", "due", "reason"), [(19, 20, "Not recorded"), (0, 20, "No figures yet"), (0, 0, "Did not trade")]
)
def test_why_a_value_is_missing_is_said_of_each_branch(days: int, due: int, reason: str) -> None:
    text = html(row(days=days, days_due=due, driver_visitors=0))
    assert text.count(f'title="{reason}"') == 3  # revenue, visitors, basket
    assert (
        sum(f'title="{other}"' in text for other in ("Not recorded", "No figures yet", "Did not trade")) == 1
    )


def test_a_branch_that_trades_no_more_is_told_from_one_that_sold_nothing() -> None:
    assert "N1 · Shop</small><small>did not trade</small>" in html(row(format_id=5, days=0, days_due=0))
    assert "did not trade</small>" not in html(row(format_id=5, days=0, days_due=20))


def test_a_branch_that_traded_in_neither_period_has_not_stayed_the_same() -> None:
    text = html(row(days=0, days_due=0, change=0, driver_openings=0))
    assert 'title="Nothing to compare with"' in text
    assert "flat" not in text


def test_an_opening_has_no_effects_of_factors() -> None:
    text = html(row(visitors=5, change=900, driver_openings=900, driver_visitors=0, driver_basket=0))
    assert "flat" not in text


@pytest.mark.parametrize(
    ("days", "high", "marked"), [(20, -0.01, True), (18, -0.08, False), (18, -0.12, True), (20, 0.01, False)]
)
def test_a_row_is_marked_only_where_missing_days_do_not_explain_it(
    days: int, high: float, marked: bool
) -> None:
    text = html(row(days=days, change=-5, growth=-0.2, low=-0.3, high=high))
    assert text.startswith('<tr class="is-watched">') is marked


def test_a_change_has_its_direction_sign_and_interval() -> None:
    text = html(row(days=20, change=-5_000_000, growth=-0.061, low=-0.1, high=-0.02))
    assert '<span class="down">−¥50,000</span>' in text
    assert "<small>−6.1%</small><small>−10.0% to −2.0%</small>" in text
    assert text.startswith('<tr class="is-watched">')


def test_a_factor_shows_its_value_and_below_it_its_money() -> None:
    text = html(row(visitors=12345, driver_visitors=100_000, basket=8530.0, driver_basket=0))
    assert "12,345" in text
    assert "+¥1,000" in text
    assert "¥85.30" in text
    assert '<small class="up">+¥1,000</small>' in text
    assert '<small class="flat">¥0</small>' in text


def test_missing_days_are_marked() -> None:
    assert '<td class="league-days is-short">19/20</td>' in html(row())
    assert '<td class="league-days">20/20</td>' in html(row(days=20))


def test_the_trend_is_handed_to_the_browser_as_numbers() -> None:
    assert '<td class="league-trend" data-trend="[1, 2, null, 3]"></td>' in html(row(trend="[1, 2, null, 3]"))
    assert '<td class="league-trend" data-trend=""></td>' in html(row())
    assert "league-trend" not in html(row(trend="[1, 2]"), with_trend=False)


def test_chinese_readers_see_the_chinese_name() -> None:
    with translation.override("zh-hans"):
        assert ">南山</a>" in html(row())
