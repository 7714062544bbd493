"""The personal field of this app: what it is for, how long it is kept, how it is erased."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from personal import register
from personal.register import PersonalField


def connect() -> None:
    """Register it; called when the app has loaded."""
    register.register(
        PersonalField(
            model="surveys.AnswerComment",
            field="text",
            purpose="Lets the branch hear what to do better. Neither name nor number is asked for; numbers are masked.",
            retention=comment_retention,
            erase="Every night the rows past their time are deleted; the answers' two scores stay.",
        )
    )


def comment_retention() -> timedelta:
    """How long comments are kept."""
    return timedelta(days=settings.SURVEY_COMMENT_DAYS)
