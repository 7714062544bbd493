"""A text that is encrypted in the database: keys, searches, and what happens when a key is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import transaction
from django.db.models import ExpressionWrapper, F, TextField, Value

from personal.fields import Unreadable, opened, sealed
from personal.keys import is_key
from surveys.models import AnswerComment
from tests.surveys.factories import with_comment
from tests.worlds import World

OLD, NEW = "b2xkIGtleSBvZiB0aGUgdGVzdHMgb2YgZmllbGRzISE=", "bmV3IGtleSBvZiB0aGUgdGVzdHMgb2YgZmllbGRzISE="
WORDS = "等了一个小时 😀 <script>"


def stored() -> str:
    """The one comment as it lies in the database."""
    return AnswerComment.objects.values_list(
        ExpressionWrapper(F("text"), output_field=TextField()), flat=True
    )[0]


def put(text: str) -> None:
    """Store it as it is, past the field."""
    AnswerComment.objects.update(text=Value(text, output_field=TextField()))


def test_the_database_holds_no_word_and_python_every_word(world: World) -> None:
    with_comment(world.branch, WORDS)
    assert stored().startswith("enc1:")
    assert "等了" not in stored()
    assert AnswerComment.objects.get().text == WORDS


def test_the_same_words_twice_look_different(world: World) -> None:
    assert sealed(WORDS) != sealed(WORDS)


def test_nothing_stays_nothing() -> None:
    assert (sealed(""), opened("")) == ("", "")


def test_the_first_key_encrypts_and_all_decrypt(settings: Any) -> None:
    settings.FIELD_KEYS = [OLD]
    before = sealed(WORDS)
    settings.FIELD_KEYS = [NEW, OLD]
    after = sealed(WORDS)
    assert opened(before) == WORDS
    settings.FIELD_KEYS = [NEW]
    assert opened(after) == WORDS
    assert isinstance(opened(before), Unreadable)


def test_without_a_key_of_its_own_one_is_derived_from_the_secret_key(settings: Any) -> None:
    before = sealed(WORDS)
    settings.FIELD_KEYS = [NEW]
    assert opened(before) == WORDS
    settings.FIELD_KEYS, settings.SECRET_KEY_FALLBACKS = [], [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-that-only-this-test-knows-0123456789"
    assert opened(before) == WORDS
    settings.SECRET_KEY_FALLBACKS = []
    assert isinstance(opened(before), Unreadable)


def test_words_stored_before_the_field_was_encrypted_are_still_read(world: World) -> None:
    with_comment(world.branch, WORDS)
    put("in clear")
    assert AnswerComment.objects.get().text == "in clear"


@pytest.mark.parametrize("broken", ["enc1:", "enc1:gAAAA", "enc1:您好"])
def test_what_cannot_be_read_says_so_and_is_never_stored(world: World, broken: str) -> None:
    with_comment(world.branch, WORDS)
    put(broken)
    comment = AnswerComment.objects.get()
    assert comment.text.startswith("This text cannot be read")
    with pytest.raises(ValueError, match="must not be stored"), transaction.atomic():
        comment.save()
    assert stored() == broken


def test_an_encrypted_text_cannot_be_searched(world: World) -> None:
    with_comment(world.branch, WORDS)
    for wanted in ({"text": WORDS}, {"text__contains": "等"}, {"text__in": [WORDS]}):
        with pytest.raises(FieldError):
            AnswerComment.objects.filter(**wanted).exists()
    assert AnswerComment.objects.filter(text__isnull=False).exists()


def test_many_rows_at_once_are_encrypted_as_one(world: World) -> None:
    answers = [with_comment(world.branch, "old", day=date(2026, 11, day)) for day in (1, 2)]
    comments = [answer.comment for answer in answers]
    for comment in comments:
        comment.text = f"new {comment.pk}"
    AnswerComment.objects.bulk_update(comments, ["text"])
    assert stored().startswith("enc1:")
    assert {c.text for c in AnswerComment.objects.all()} == {f"new {c.pk}" for c in comments}
    AnswerComment.objects.filter(pk=comments[0].pk).update(text="newer")
    assert AnswerComment.objects.get(pk=comments[0].pk).text == "newer"
    assert "newer" not in stored()


@pytest.mark.parametrize(("text", "good"), [(NEW, True), ("", False), ("short", False), (NEW[:-4], False)])
def test_a_key_is_32_bytes_in_base64(text: str, good: bool) -> None:
    assert is_key(text) is good
