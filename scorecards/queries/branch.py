"""A branch over any span of days, against any other."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from branches.models import Branch, User
from branches.queries import trading_days
from formulas.periods import Period, Span
from scorecards.models import Card, DirtyMonth, Level
from scorecards.queries.comparison import (
    CUSTOM,
    PREVIOUS,
    YEAR_BEFORE,
    Comparison,
    Day,
    compare,
    default_against,
    of_card,
    sums_of_days,
)
from scorecards.queries.days import days_of_branch


@dataclass(frozen=True)
class UnitPage:
    """What the page of a branch or a staff member shows.

    `days`: the days of the span with figures, oldest first. `base_span`: what was compared, even where it is empty.
    `days_due`: trading days of the span by the calendar; None where none are due (staff members). `card`: the computed
    card that the comparison was read from, None where it was added up from the days.
    """

    comparison: Comparison
    days: tuple[Day, ...]
    base_span: Span
    days_due: int | None = None
    card: Card | None = None


def branch_page(
    user: User, branch: Branch, *, period: Period | None, span: Span, bases: Mapping[str, Span], against: str
) -> UnitPage:
    """The branch's page: standard periods from their card, other ranges (and what has no card) from the days.

    `against`: a key of `bases`, or "" for the year before where it has figures, else the period before.
    """
    card = card_of(user, branch, period)
    if card and card.ends_on == span.last and against != CUSTOM:
        against = against or default_against(card)
        days = days_of_branch(user, branch, [span])
        return UnitPage(of_card(card, against), tuple(days), bases[against], card.days_due, card)
    days = days_of_branch(user, branch, [span, *(bases[a] for a in _asked(against, bases))])
    against = against or best_against(days, bases)
    comparison = compare(sums_of_days(days, span), sums_of_days(days, bases[against]), against)
    own = tuple(day for day in days if day.day in span)
    return UnitPage(comparison, own, bases[against], days_due(branch, span))


def best_against(days: list[Day], bases: Mapping[str, Span]) -> str:
    """The comparison to begin with: dates of one's own, else the year before where it has figures, else before."""
    if CUSTOM in bases:
        return CUSTOM
    return YEAR_BEFORE if any(day.day in bases[YEAR_BEFORE] for day in days) else PREVIOUS


def days_due(branch: Branch, span: Span) -> int:
    """The branch's trading days in the span, by the calendar."""
    if span.is_empty:
        return 0
    return int(trading_days([branch.pk], span.first, span.last)[1].sum())


def closed_days(branch: Branch, span: Span, known: Container[date] = ()) -> set[date]:
    """The days of the span on which the branch does not trade. Asks no calendar where all of them are `known`."""
    gaps = [] if span.is_empty else [day for day in span if day not in known]
    if not gaps:
        return set()
    matrix = trading_days([branch.pk], gaps[0], gaps[-1])[1]
    days = Span(gaps[0], gaps[-1])
    return {day for day, is_open in zip(days, matrix[0], strict=True) if not is_open}


def figures_changed(branch: Branch, span: Span | None = None) -> QuerySet[DirtyMonth]:
    """The branch's months, or those of a span, whose figures have changed and whose cards are still to be computed."""
    changed = DirtyMonth.objects.filter(branch=branch).exclude(days=0)  # 0: records that only metrics rest on
    return changed if span is None else changed.filter(month__range=(span.first.replace(day=1), span.last))


def _asked(against: str, bases: Mapping[str, Span]) -> list[str]:
    return [against] if against else list(bases)


def card_of(user: User, branch: Branch, period: Period | None) -> Card | None:
    """The branch's card of a period, as far as it has been computed and may be seen."""
    if period is None:
        return None
    return (
        Card.objects.for_user(user)
        .filter(kind=period.kind.value, starts_on=period.first, level=Level.BRANCH, unit_id=branch.pk)
        .first()
    )
