"""Comments that lay in clear, and agendas that repeated them, on data and both ways."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from meetings.models import Action, AgendaItem, Meeting
from surveys.models import Answer, AnswerComment
from tests.meetings.factories import make_meeting, make_open
from tests.personal.test_fields import put, stored
from tests.surveys.factories import with_comment
from tests.worlds import World

encrypting = import_module("surveys.migrations.0003_encrypt_comments")
FRIDAY = date(2026, 11, 20)
URL = "/surveys/?branch=N1&first=2026-11-20&last=2026-11-20&unhappy=on"
ENGLISH = "“Waited “long” there” Satisfaction: 1 of 5; would recommend: 3 of 10."
CHINESE = "“Waited “long” there”（满意度 1 分，推荐意愿 3 分）"


@pytest.fixture
def answer(world: World) -> Answer:
    return with_comment(world.branch, "Waited “long”\nthere", day=FRIDAY, csat=1, nps=3)


@pytest.fixture
def meeting(world: World) -> Meeting:
    return make_meeting(world.branch, day=date(2026, 11, 21), items=1)


def line(meeting: Meeting, *, position: int = 2, **fields: Any) -> AgendaItem:
    usual = {"section": "customers_said", "text_en": ENGLISH, "text_zh": CHINESE, "url": URL}
    return AgendaItem.objects.create(meeting=meeting, position=position, **usual | fields)


def test_comments_are_encrypted_and_come_back_into_clear(answer: Answer) -> None:
    put("in clear")
    encrypting.encrypt(apps, None)
    first = stored()
    assert first.startswith("enc1:")
    encrypting.encrypt(apps, None)
    assert stored() == first
    assert AnswerComment.objects.get().text == "in clear"
    encrypting.decrypt(apps, None)
    encrypting.decrypt(apps, None)
    assert stored() == "in clear"


def test_more_comments_than_a_batch_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypting, "BATCH", 2)
    for day in range(1, 6):
        with_comment(world.branch, "words", day=date(2026, 11, day))
    put("in clear")
    encrypting.encrypt(apps, None)
    assert len(set(AnswerComment.objects.values_list("pk", "text"))) == 5
    assert stored().startswith("enc1:")


def test_going_back_stops_where_a_key_is_missing(answer: Answer) -> None:
    put("enc1:of another key")
    with pytest.raises(ValueError, match="its key is missing"):
        encrypting.decrypt(apps, None)
    assert stored() == "enc1:of another key"


def test_lines_do_not_go_back_either_where_a_key_is_missing(answer: Answer, meeting: Meeting) -> None:
    item = line(meeting)
    encrypting.take_out(apps, None)
    put("enc1:of another key")
    with pytest.raises(ValueError, match="its key is missing"):
        encrypting.put_back(apps, None)
    item.refresh_from_db()
    assert item.quoted_id == answer.pk


def test_lines_keep_the_number_of_the_comment_and_get_the_words_back(
    answer: Answer, meeting: Meeting
) -> None:
    item, other = line(meeting), meeting.items.first()
    encrypting.take_out(apps, None)
    item.refresh_from_db()
    assert (item.quoted_id, item.text_en, item.text_zh) == (
        answer.pk,
        "Satisfaction: 1 of 5; would recommend: 3 of 10.",
        "满意度 1 分，推荐意愿 3 分",
    )
    encrypting.put_back(apps, None)
    item.refresh_from_db()
    assert (item.quoted_id, item.text_en, item.text_zh) == (
        None,
        "“Waited “long” there” " + "Satisfaction: 1 of 5; would recommend: 3 of 10.",
        CHINESE,
    )
    assert meeting.items.first() == other


def test_words_that_are_in_no_comment_any_more_go(answer: Answer, meeting: Meeting) -> None:
    answer.comment.delete()
    item = line(meeting)
    encrypting.take_out(apps, None)
    item.refresh_from_db()
    assert (item.quoted_id, item.text_en) == (None, "Satisfaction: 1 of 5; would recommend: 3 of 10.")


def test_words_erased_meanwhile_do_not_come_back(answer: Answer, meeting: Meeting) -> None:
    item = line(meeting)
    encrypting.take_out(apps, None)
    answer.comment.delete()
    encrypting.put_back(apps, None)
    item.refresh_from_db()
    assert (item.quoted_id, item.text_en, item.text_zh) == (None, "", "")


def test_a_comment_of_another_branch_or_day_is_not_taken_for_it(world: World, meeting: Meeting) -> None:
    with_comment(world.foreign, "Waited “long” there", day=FRIDAY)
    with_comment(world.branch, "Waited “long” there", day=date(2026, 11, 19))
    item = line(meeting)
    encrypting.take_out(apps, None)
    item.refresh_from_db()
    assert item.quoted_id is None


@pytest.mark.parametrize("reason", [ENGLISH, CHINESE])
def test_an_action_made_of_a_line_does_not_repeat_the_words(
    world: World, answer: Answer, meeting: Meeting, reason: str
) -> None:
    action = make_open(world.branch, world.member, world.manager, from_item=line(meeting), what_for=reason)
    own = make_open(world.branch, world.member, world.manager, what_for="Said “so” himself")
    encrypting.take_out(apps, None)
    said = dict(Action.objects.values_list("pk", "what_for"))
    assert "Waited" not in said[action.pk]
    assert said[action.pk]
    assert said[own.pk] == "Said “so” himself"
