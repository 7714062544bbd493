"""What this app wants said in a morning meeting: who was unhappy since the last trading day, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branches.models import Branch
from meetings import agenda
from meetings.agenda import Line, Section
from surveys.models import Answer
from surveys.queries import Voices, voices_since_last_day
from surveys.services import COMMENTS_SECTION
from ui import dates, numbers

MOST_COMMENTS = 3
LONGEST_QUOTE = 240


def connect() -> None:
    """Register both sections; called when the app has loaded.

    The customers' words are a section of their own because they are erased from the minutes with the comments.
    """
    agenda.register(Section("unhappy_customers", _("Unhappy customers"), 40, unhappy))
    agenda.register(Section(COMMENTS_SECTION, _("What they wrote"), 41, comments))


def unhappy(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """One line for a branch with unhappy answers since its last trading day: how many, of how many."""
    codes = {branch.pk: branch.code for branch in branches}
    found = voices_since_last_day(branches, day)
    return {pk: [_count_line(codes[pk], voices)] for pk, voices in found.items()}


def comments(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """What unhappy customers wrote, the newest first, three at most; numbers in it are masked already."""
    codes = {branch.pk: branch.code for branch in branches}
    said = {
        pk: [answer for answer in voices.unhappy if hasattr(answer, "comment")][:MOST_COMMENTS]
        for pk, voices in voices_since_last_day(branches, day).items()
    }
    return {pk: [_comment_line(codes[pk], answer) for answer in found] for pk, found in said.items() if found}


def _count_line(code: str, voices: Voices) -> Line:
    return agenda.line(
        lambda: _count_text(voices),
        suggests=lambda: gettext("Find out what made customers unhappy, and put it right"),
        url=_url(code, voices.first, voices.last),
    )


def _count_text(voices: Voices) -> str:
    count = len(voices.unhappy)
    values = {
        "day": dates.day_short(voices.first, weekday=True),
        "unhappy": numbers.count(count),
        "answers": numbers.count(voices.answers),
    }
    if voices.first == voices.last:
        text = ngettext(
            "%(day)s: %(unhappy)s unhappy answer of %(answers)s.",
            "%(day)s: %(unhappy)s unhappy answers of %(answers)s.",
            count,
        )
    else:
        text = ngettext(
            "Since %(day)s: %(unhappy)s unhappy answer of %(answers)s.",
            "Since %(day)s: %(unhappy)s unhappy answers of %(answers)s.",
            count,
        )
    return text % values


def _comment_line(code: str, answer: Answer) -> Line:
    quote = " ".join(answer.comment.text.split())
    short = quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1] + "…"
    return agenda.line(
        lambda: _comment_text(short, answer),
        suggests=lambda: gettext("Talk over what a customer wrote, and put it right"),
        url=_url(code, answer.day, answer.day),
    )


def _comment_text(quote: str, answer: Answer) -> str:
    """ "“Waited an hour.” Satisfaction 1 of 5, recommends 3 of 10."."""
    values = {"quote": quote, "csat": answer.csat, "nps": answer.nps}
    if answer.csat is None:
        return gettext("“%(quote)s” Would recommend: %(nps)s of 10.") % values
    if answer.nps is None:
        return gettext("“%(quote)s” Satisfaction: %(csat)s of 5.") % values
    return gettext("“%(quote)s” Satisfaction: %(csat)s of 5; would recommend: %(nps)s of 10.") % values


def _url(code: str, first: date, last: date) -> str:
    asked = {"branch": code, "first": first.isoformat(), "last": last.isoformat(), "unhappy": "on"}
    return f"{reverse('surveys:voice')}?{urlencode(asked)}"
