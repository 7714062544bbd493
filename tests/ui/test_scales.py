import pytest
from django.test import override_settings
from django.utils import translation

from ui.scales import scale_of

K = 100_000  # 1,000 in minor units


def column(*amounts: int, language: str = "en") -> list[str]:
    """The amounts (minor units) as one column."""
    with translation.override(language):
        scale = scale_of(amounts)
        return [scale.signed(minor) for minor in amounts]


def test_a_short_column_is_written_in_full() -> None:
    assert column(99_999_00, -53_028_00, 765_00, 0) == ["+¥99,999", "−¥53,028", "+¥765", "¥0"]


def test_the_amount_in_the_middle_chooses_the_unit_for_all() -> None:
    assert column(136_028_00, -53_028_00, 765_00) == ["+¥136.0K", "−¥53.0K", "+¥0.8K"]
    assert column(12_840 * K, 374 * K, 95 * K) == ["+¥12,840K", "+¥374K", "+¥95K"]
    assert column(12_840 * K, 1_221 * K, 95 * K) == ["+¥12.84M", "+¥1.22M", "+¥0.10M"]
    assert column(2_400 * K, -53 * K, 9_900_00) == ["+¥2,400.0K", "−¥53.0K", "+¥9.9K"]
    assert column(3 * 10**6 * K, 1_200 * 10**3 * K, 4) == ["+¥3.00B", "+¥1.20B", "+¥0.04"]


def test_the_chinese_count_in_ten_thousands() -> None:
    assert column(136_028_00, -53_028_00, 4_765_00, language="zh-hans") == [
        "+13.60万元",
        "−5.30万元",
        "+0.48万元",
    ]
    assert column(1_221_000_00, 374_000_00, 95_000_00, language="zh-hans") == [
        "+122.1万元",
        "+37.4万元",
        "+9.5万元",
    ]
    assert column(12_840_000_00, 1_221_000_00, 374_000_00, language="zh-hans") == [
        "+1,284万元",
        "+122万元",
        "+37万元",
    ]
    assert column(340_000_000_00, 112_000_000_00, 2, language="zh-hans") == [
        "+3.40亿元",
        "+1.12亿元",
        "+0.02元",
    ]
    assert column(99_999_00, -765_00, language="zh-hans") == ["+99,999元", "−765元"]


def test_what_would_read_as_nothing_is_written_by_itself() -> None:
    assert column(12_840 * K, 1_221 * K, -30_00) == ["+¥12.84M", "+¥1.22M", "−¥30.00"]


def test_halves_are_rounded_away_from_zero() -> None:
    assert column(1_500_000_00, 1_005_000_00, -1_005_000_00) == ["+¥1.50M", "+¥1.01M", "−¥1.01M"]


def test_small_change_keeps_its_decimals() -> None:
    assert column(85_30, -9_05) == ["+¥85.30", "−¥9.05"]


def test_an_empty_column_has_a_scale() -> None:
    assert scale_of([]).money(0) == "¥0"
    assert scale_of([None, 0]).money(None) == "–"


@override_settings(CURRENCY="JPY", CURRENCY_DIGITS=0)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_currency_without_minor_units(language: str) -> None:
    assert (
        column(1_500_000, 2_500_000, language=language)
        == {
            "en": ["+JP¥1.50M", "+JP¥2.50M"],
            "zh-hans": ["+150万日元", "+250万日元"],
        }[language]
    )
