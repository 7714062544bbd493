"""Every personal field anew under the first key."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from personal.services import Rotated, rotate
from surveys.models import AnswerComment
from tests.personal.test_fields import put
from tests.surveys.factories import with_comment
from tests.worlds import World

OLD, NEW = "b2xkIGtleSBvZiB0aGUgdGVzdHMgb2YgZmllbGRzISE=", "bmV3IGtleSBvZiB0aGUgdGVzdHMgb2YgZmllbGRzISE="


@pytest.fixture
def _written(world: World, settings: Any) -> None:
    """Three comments under the old key, which stands second now."""
    settings.FIELD_KEYS = [OLD]
    for n in (1, 2, 3):
        with_comment(world.branch, f"words {n}")
    settings.FIELD_KEYS = [NEW, OLD]


def texts() -> set[str]:
    return set(AnswerComment.objects.values_list("text", flat=True))


@pytest.mark.usefixtures("_written")
def test_after_it_the_old_key_may_go(settings: Any) -> None:
    assert rotate(batch=2) == Rotated(rewritten=3)
    settings.FIELD_KEYS = [NEW]
    assert texts() == {"words 1", "words 2", "words 3"}


@pytest.mark.usefixtures("_written")
def test_a_second_time_there_is_nothing_to_do() -> None:
    rotate()
    assert rotate() == Rotated(current=3)


@pytest.mark.usefixtures("_written")
def test_what_lies_in_clear_is_encrypted() -> None:
    put("in clear")
    assert rotate() == Rotated(rewritten=3)
    assert rotate() == Rotated(current=3)
    assert texts() == {"in clear"}


@pytest.mark.usefixtures("_written")
def test_what_no_key_opens_is_counted_and_left_as_it_is(settings: Any) -> None:
    settings.FIELD_KEYS = [NEW]
    assert rotate() == Rotated(unreadable=3)
    settings.FIELD_KEYS = [NEW, OLD]
    assert texts() == {"words 1", "words 2", "words 3"}


@pytest.mark.usefixtures("_written")
def test_the_command_says_what_it_did_and_fails_while_a_key_is_missing(settings: Any, capsys: Any) -> None:
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(CommandError, match="3 texts cannot be read"):
        call_command("rotate_field_keys")
    settings.FIELD_KEYS = [NEW, OLD]
    capsys.readouterr()
    call_command("rotate_field_keys")
    assert capsys.readouterr().out == "3 texts written anew, 0 were under the first key.\n"


def test_without_any_texts_nothing_happens(db: None) -> None:
    assert rotate() == Rotated()
