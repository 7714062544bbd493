"""Scores as text, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from surveys.queries import ENOUGH, Counts, Score
from ui import numbers


@dataclass(frozen=True)
class ShownScore:
    """A score ready for a page: "" for what is not there. `why`: in words, when there are too few answers."""

    label: str
    value: str
    interval: str
    n: str
    is_enough: bool
    why: str
    method: str


def csat(counts: Counts) -> ShownScore:
    """Customer satisfaction, a percentage."""
    return _shown(
        gettext("Customer satisfaction"), counts.csat, numbers.percent, gettext("Wilson score interval")
    )


def nps(counts: Counts) -> ShownScore:
    """The net promoter score, a signed whole number."""
    return _shown(gettext("Net promoter score"), counts.nps, numbers.signed_count, gettext("normal interval"))


def scores(counts: Counts) -> list[ShownScore]:
    """Both."""
    return [csat(counts), nps(counts)]


def _shown(label: str, score: Score, write: Callable[[object], str], method: str) -> ShownScore:
    if score.value is None:
        return ShownScore(label, "", "", "0", False, gettext("No answers"), method)
    interval = gettext("%(low)s to %(high)s") % {"low": write(score.low), "high": write(score.high)}
    return ShownScore(
        label, write(score.value), interval, numbers.count(score.n), score.is_enough, _why(score), method
    )


def _why(score: Score) -> str:
    if score.is_enough:
        return ""
    return gettext("Not enough data: %(have)s of at least %(least)s") % {
        "have": numbers.count(score.n),
        "least": numbers.count(ENOUGH),
    }


def lead(counts: Counts) -> str:
    """The answer in a sentence, right for none, one, few and many answers."""
    if not counts.answers:
        return gettext("Nobody has answered in these days.")
    values = {"answers": numbers.count(counts.answers), "unhappy": numbers.count(counts.unhappy)}
    first = (
        ngettext("%(answers)s customer answered.", "%(answers)s customers answered.", counts.answers) % values
    )
    return gettext("%(first)s %(second)s %(third)s") % {
        "first": first,
        "second": _satisfied(counts),
        "third": _unhappy(counts) % values,
    }


def _satisfied(counts: Counts) -> str:
    score = counts.csat
    if not score.is_enough:
        return gettext("That is too few to say how satisfied customers are.")
    return gettext("%(share)s are satisfied; with this many answers it may be %(low)s to %(high)s.") % {
        "share": numbers.percent(score.value),
        "low": numbers.percent(score.low),
        "high": numbers.percent(score.high),
    }


def _unhappy(counts: Counts) -> str:
    if not counts.unhappy:
        return gettext("Nobody was unhappy.")
    return ngettext("%(unhappy)s was unhappy.", "%(unhappy)s were unhappy.", counts.unhappy)
