"""Links, answers, and the erasing of comments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from branches.models import AuditEntry
from meetings.models import AgendaItem, Meeting, MeetingKind
from meetings.queries import items_of
from scorecards.models import DirtyMonth
from surveys.models import Answer, AnswerComment, SurveyLink
from surveys.services import Given, erase_expired, record_answer, renew_link
from tests.surveys.factories import link_of, with_comment
from tests.worlds import World

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # half past one of the 21st in Shanghai


def record(world: World, given: Given, nonce: str = "n1") -> bool:
    return record_answer(link_of(world.branch), given, nonce=nonce, language="en", at=NOW)


def test_a_first_link_is_made_and_audited(world: World) -> None:
    link = renew_link(world.branch, by=world.manager, at=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.subject, entry.by) == ("survey link renewed", "branch N1", world.manager)
    assert (entry.before, entry.after) == ({}, {"link": link.pk})
    assert link.token not in str(entry.after)


def test_a_new_link_revokes_the_old_one_and_no_other(world: World) -> None:
    old, foreign = link_of(world.branch), link_of(world.foreign)
    new = renew_link(world.branch, by=world.manager, at=NOW)
    old.refresh_from_db()
    assert old.revoked_at == NOW
    assert old.token != new.token
    assert set(SurveyLink.objects.live()) == {new, foreign}


def test_an_answer_is_kept_on_the_local_day_and_marks_its_month(world: World) -> None:
    assert record(world, Given(csat=4, nps=9, comment="Fine"))
    answer = Answer.objects.get()
    assert (answer.branch, answer.day, answer.csat, answer.nps) == (world.branch, date(2026, 11, 21), 4, 9)
    assert answer.comment.text == "Fine"
    assert list(DirtyMonth.objects.values_list("branch_id", "month")) == [
        (world.branch.pk, date(2026, 11, 1))
    ]


def test_the_same_form_twice_is_one_answer(world: World) -> None:
    assert record(world, Given(csat=4))
    DirtyMonth.objects.all().delete()
    assert not record(world, Given(csat=1, comment="changed"))
    assert Answer.objects.get().csat == 4
    assert not AnswerComment.objects.exists()
    assert not DirtyMonth.objects.exists()


def test_without_words_there_is_no_comment(world: World) -> None:
    record(world, Given(nps=3))
    assert not AnswerComment.objects.exists()


def test_a_telephone_number_is_never_stored_whole(world: World) -> None:
    record(world, Given(csat=1, comment="13812345678"))
    assert AnswerComment.objects.get().text == "138****5678"


def test_a_comment_that_masking_makes_longer_still_fits(world: World) -> None:
    record(world, Given(csat=1, comment=("a@b.c " * 100).strip()))
    assert len(AnswerComment.objects.get().text) == 600


def test_a_failure_leaves_nothing_behind(world: World, monkeypatch: Any) -> None:
    def fail(pairs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("surveys.services.mark_records", fail)
    with pytest.raises(RuntimeError):
        record(world, Given(csat=4, comment="lost"))
    assert not Answer.objects.exists()


def test_comments_are_erased_after_their_time_and_scores_stay(world: World, settings: Any) -> None:
    settings.SURVEY_COMMENT_DAYS = 30
    old = with_comment(world.branch, "old", day=date(2026, 10, 20))
    kept = with_comment(world.branch, "kept", day=date(2026, 10, 21))
    assert erase_expired(date(2026, 11, 20)) == 1
    assert list(AnswerComment.objects.values_list("pk", flat=True)) == [kept.pk]
    assert Answer.objects.filter(pk=old.pk).exists()
    assert erase_expired(date(2026, 11, 20)) == 0
    assert AuditEntry.objects.get().after == {"comments": 1}


def test_minutes_forget_the_words_together_with_the_comments(world: World, settings: Any) -> None:
    settings.SURVEY_COMMENT_DAYS = 30
    quoted = {}
    for day in (date(2026, 10, 20), date(2026, 10, 21)):
        answer = with_comment(world.branch, f"words of {day}", day=day)
        meeting = Meeting.objects.create(
            branch=world.branch, kind=MeetingKind.MORNING, day=day, window_closes_at=NOW, built_at=NOW
        )
        AgendaItem.objects.create(
            meeting=meeting,
            position=1,
            section="customers_said",
            text_en="1 of 5",
            text_zh="1 分",
            quoted_id=answer.pk,
        )
        quoted[day] = meeting
    erase_expired(date(2026, 11, 20))
    (gone,), (kept,) = (items_of(meeting) for meeting in quoted.values())
    assert (gone.quote, gone.text_en) == (None, "1 of 5")
    assert kept.quote is not None
    assert kept.quote.text == "words of 2026-10-21"
