"""What is taken out of a customer's words before they are kept."""

from __future__ import annotations

import pytest

from surveys.masking import masked, tidy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请打我电话13812345678。", "请打我电话138****5678。"),
        ("call +86 138-1234-5678 now", "call 861****5678 now"),
        ("１３８１２３４５６７８", "138****5678"),
        ("ring 8765 4321", "ring ********"),
        ("440301199001011234 is my id", "440****1234 is my id"),
        ("write to li.lei+x@example.com please", "write to ***@*** please"),
    ],
)
def test_numbers_and_addresses_are_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", ["等了50分钟,花了¥1,299", "5G 套餐 128 元", "2026-11", ""])
def test_what_names_nobody_stays(text: str) -> None:
    assert masked(text) == text


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert tidy(" a\x00b\r\nc\u202ed\x1b ") == "ab\ncd"
