"""The personal fields of this app: what they are for, how long they are kept, how they are erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True)
class PersonalField:
    """A field that may hold something about a person. `retention` is asked when it is needed, it hangs on a setting."""

    model: str
    field: str
    purpose: str
    retention: Callable[[], timedelta]
    erase: str


def comment_retention() -> timedelta:
    """How long comments are kept."""
    return timedelta(days=settings.SURVEY_COMMENT_DAYS)


PERSONAL_FIELDS = (
    PersonalField(
        model="surveys.AnswerComment",
        field="text",
        purpose="Lets the branch hear what to do better. Neither name nor number is asked for, and numbers are masked.",
        retention=comment_retention,
        erase="surveys.services.erase_expired deletes the row every night; the answer's two scores stay.",
    ),
    PersonalField(
        model="meetings.AgendaItem",
        field="text_en, text_zh (section customers_said)",
        purpose="The morning meeting speaks of what unhappy customers wrote the day before.",
        retention=comment_retention,
        erase="surveys.services.erase_expired blanks the lines of this section together with the comments.",
    ),
)
