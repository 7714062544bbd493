"""What the morning meeting is told."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.agenda import Quote, sections
from surveys.agenda import comments, quotes, unhappy
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
    lines = comments([world.branch], SATURDAY)[world.branch.pk]
    said = quotes([line.quoted_id for line in lines])
    assert [said[line.quoted_id].text for line in lines] == ["said at 12", "said at 11", "said at 10"]
    assert {line.text_en for line in lines} == {"Satisfaction: 2 of 5."}


def test_the_agenda_holds_no_word_of_a_customer_and_reads_none(world: World) -> None:
    with_comment(world.branch, "waited an hour", day=FRIDAY, csat=1, nps=3)
    with CaptureQueriesContext(connection) as queries:
        (line,) = comments([world.branch], SATURDAY)[world.branch.pk]
    assert "waited" not in repr(line)
    assert line.text_en == "Satisfaction: 1 of 5; would recommend: 3 of 10."
    assert not [query for query in queries if '"text"' in query["sql"]]


def test_a_long_comment_is_cut_and_line_breaks_become_blanks(world: World) -> None:
    with_comment(world.branch, "a\nb " + "c" * 500, day=FRIDAY, csat=None, nps=0)
    (line,) = comments([world.branch], SATURDAY)[world.branch.pk]
    quote = quotes([line.quoted_id])[line.quoted_id]
    assert quote.text.startswith("a b ccc")
    assert quote.text.endswith("c…")
    assert len(quote.text) == 240
    assert line.text_en == "Would recommend: 0 of 10."


def test_a_quote_knows_its_language_and_an_erased_one_is_gone(world: World) -> None:
    kept = with_comment(world.branch, "Too slow", day=FRIDAY, csat=1, language="en")
    erased = with_comment(world.branch, "Gone", day=FRIDAY, csat=1)
    erased.comment.delete()
    assert quotes([kept.pk, erased.pk]) == {kept.pk: Quote("Too slow", "en")}


def test_unhappy_answers_without_words_give_no_quotes(world: World) -> None:
    AnswerFactory(branch=world.branch, day=FRIDAY, csat=1)
    assert comments([world.branch], SATURDAY) == {}


def test_nobody_unhappy_nothing_said(world: World) -> None:
    AnswerFactory(branch=world.branch, day=FRIDAY)
    assert unhappy([world.branch], SATURDAY) == {}
