"""Links and answers of customers: nothing surprising, the fewest fields."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import factory
from factory.django import DjangoModelFactory

from branches.models import Branch
from surveys.models import Answer, AnswerComment, SurveyLink, new_token

MADE_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)


class SurveyLinkFactory(DjangoModelFactory):
    class Meta:
        model = SurveyLink

    created_at = MADE_AT


def link_of(branch: Branch) -> SurveyLink:
    """The branch's live link, made if there is none."""
    return SurveyLink.objects.live().filter(branch=branch).first() or SurveyLinkFactory(branch=branch)


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer
        exclude = ["hour"]

    hour = 12
    day = date(2026, 11, 20)
    link = factory.LazyAttribute(lambda answer: link_of(answer.branch))
    nonce = factory.LazyFunction(new_token)
    at = factory.LazyAttribute(lambda answer: datetime.combine(answer.day, time(answer.hour - 8), tzinfo=UTC))
    csat = 5
    nps = 10
    language = "zh-hans"


def answers(
    branch: Branch, day: date, *, csat: list[int] | None = None, nps: list[int] | None = None
) -> None:
    """Answers to one question each."""
    for value in csat or []:
        AnswerFactory(branch=branch, day=day, csat=value, nps=None)
    for value in nps or []:
        AnswerFactory(branch=branch, day=day, csat=None, nps=value)


def with_comment(branch: Branch, text: str, **fields: Any) -> Answer:
    """An answer with words."""
    answer = AnswerFactory(branch=branch, **fields)
    AnswerComment.objects.create(answer=answer, text=text)
    return answer
