"""What this app wants said in a morning meeting: who was unhappy since the last trading day, and in which words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branches.models import Branch
from meetings import agenda
from meetings.agenda import Line, Quote, Section
from surveys.queries import Voice, Voices, voices_since_last_day, words_of
from ui import dates, numbers

MOST_COMMENTS = 3
LONGEST_QUOTE = 240


def connect() -> None:
    """Register both sections; called when the app has loaded.

    The customers' words are a section of their own; the agenda keeps their number, see `meetings.agenda.Section`.
    """
    agenda.register(Section("unhappy_customers", _("Unhappy customers"), 40, unhappy))
    agenda.register(Section("customers_said", _("What they wrote"), 41, comments, quotes=quotes))


def unhappy(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """One line for a branch with unhappy answers since its last trading day: how many, of how many."""
    codes = {branch.pk: branch.code for branch in branches}
    found, page = voices_since_last_day(branches, day), reverse("surveys:voice")
    return {pk: [_count_line(page, codes[pk], voices)] for pk, voices in found.items()}


def comments(branches: Sequence[Branch], day: date) -> dict[int, list[Line]]:
    """The unhappy customers who wrote something, the newest first, three at most. The words are not read here."""
    codes = {branch.pk: branch.code for branch in branches}
    said = {
        pk: [answer for answer in voices.unhappy if answer.has_comment][:MOST_COMMENTS]
        for pk, voices in voices_since_last_day(branches, day).items()
    }
    page = reverse("surveys:voice")
    return {
        pk: [_comment_line(page, codes[pk], answer) for answer in found]
        for pk, found in said.items()
        if found
    }


def quotes(ids: Collection[int]) -> dict[int, Quote]:
    """What was written with these answers, on one line, shortened; erased comments are left out. One query."""
    return {pk: Quote(_shortened(text), language) for pk, (text, language) in words_of(ids).items()}


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LONGEST_QUOTE else one_line[: LONGEST_QUOTE - 1] + "…"


def _count_line(page: str, code: str, voices: Voices) -> Line:
    return agenda.line(
        lambda: _count_text(voices),
        suggests=lambda: gettext("Find out what made customers unhappy, and put it right"),
        url=_url(page, code, voices.first, voices.last),
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


def _comment_line(page: str, code: str, answer: Voice) -> Line:
    return agenda.line(
        lambda: _scores_text(answer),
        suggests=lambda: gettext("Talk over what a customer wrote, and put it right"),
        url=_url(page, code, answer.day, answer.day),
        quoted_id=answer.pk,
    )


def _scores_text(answer: Voice) -> str:
    """What stands behind the customer's words: "Satisfaction: 1 of 5; would recommend: 3 of 10."."""
    values = {"csat": answer.csat, "nps": answer.nps}
    if answer.csat is None:
        return gettext("Would recommend: %(nps)s of 10.") % values
    if answer.nps is None:
        return gettext("Satisfaction: %(csat)s of 5.") % values
    return gettext("Satisfaction: %(csat)s of 5; would recommend: %(nps)s of 10.") % values


def _url(page: str, code: str, first: date, last: date) -> str:
    asked = {"branch": code, "first": first.isoformat(), "last": last.isoformat(), "unhappy": "on"}
    return f"{page}?{urlencode(asked)}"
