"""The chart of the page of answers: months counted in, an option and its table out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from surveys import words
from surveys.queries import MonthCounts
from ui import charts, dates, numbers

LEAST_MONTHS = 2


def months_option(months: Sequence[MonthCounts]) -> dict[str, object] | None:
    """Satisfaction month by month, each with its interval; those that rest on too few answers are left out.

    None with fewer than two such months: nothing could be compared.
    """
    enough = [(dates.month(one.month), one.counts.csat) for one in months if one.counts.csat.is_enough]
    if len(enough) < LEAST_MONTHS:
        return None
    dots = [charts.Dot(label, score.value, score.low, score.high) for label, score in enough]
    return charts.dot_plot_option(dots)


def months_table(months: Sequence[MonthCounts]) -> charts.Table:
    """All months with both scores, "not enough data" where there is too little."""
    headers = [
        gettext("Month"),
        gettext("Answers"),
        gettext("Customer satisfaction"),
        gettext("95% interval"),
        gettext("Net promoter score"),
        gettext("95% interval"),
    ]
    return charts.Table(headers, [_row(one) for one in months])


def _row(one: MonthCounts) -> list[str]:
    csat, nps = words.scores(one.counts)
    cells = [cell for score in (csat, nps) for cell in _cells(score)]
    return [dates.month(one.month), numbers.count(one.counts.answers), *cells]


def _cells(score: words.ShownScore) -> tuple[str, str]:
    """Value and interval; why not, where it rests on too few answers."""
    return (score.value, score.interval) if score.is_enough else (score.value or numbers.DASH, score.why)
