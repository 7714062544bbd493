"""What the morning meeting is told."""

from __future__ import annotations

from datetime import date

import pytest

from meetings.agenda import sections
from surveys.agenda import comments, unhappy
from tests.surveys.factories import AnswerFactory, with_comment
from tests.worlds import World

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)


def test_both_sections_stand_in_the_morning_meeting() -> None:
    assert {"unhappy_customers", "customers_said"} <= {section.code for section in sections("morning")}


def test_one_line_counts_the_unhappy_answers_in_both_languages(world: World) -> None:
    AnswerFactory(branch=world.branch, day=FRIDAY, csat=1)
    AnswerFactory(branch=world.branch, day=FRIDAY)
    AnswerFactory(branch=world.foreign, day=FRIDAY, csat=1)
    (line,) = unhappy([world.branch, world.sister], SATURDAY)[world.branch.pk]
    assert line.text_en == "Fri 20 Nov: 1 unhappy answer of 2."
    assert "2" in line.text_zh
    assert "1" in line.text_zh
    assert line.url == "/surveys/?branch=N1&first=2026-11-20&last=2026-11-20&unhappy=on"
    assert line.suggests_en
    assert line.suggests_zh


def test_at_most_three_comments_are_quoted_the_newest_first(world: World) -> None:
    for hour in (9, 10, 11, 12):
        with_comment(world.branch, f"said at {hour}", day=FRIDAY, csat=2, nps=None, hour=hour)
    with_comment(world.branch, "all is well", day=FRIDAY)
    texts = [line.text_en for line in comments([world.branch], SATURDAY)[world.branch.pk]]
    assert texts == [f"“said at {hour}” Satisfaction: 2 of 5." for hour in (12, 11, 10)]


def test_a_long_comment_is_cut_and_line_breaks_become_blanks(world: World) -> None:
    with_comment(world.branch, "a\nb " + "c" * 500, day=FRIDAY, csat=None, nps=0)
    (line,) = comments([world.branch], SATURDAY)[world.branch.pk]
    assert line.text_en.startswith("“a b ccc")
    assert line.text_en.endswith("c…” Would recommend: 0 of 10.")
    assert len(line.text_en) < 300


def test_unhappy_answers_without_words_give_no_quotes(world: World) -> None:
    AnswerFactory(branch=world.branch, day=FRIDAY, csat=1)
    assert comments([world.branch], SATURDAY) == {}


def test_nobody_unhappy_nothing_said(world: World) -> None:
    AnswerFactory(branch=world.branch, day=FRIDAY)
    assert unhappy([world.branch], SATURDAY) == {}
