"""Who in a branch's team did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from branches.models import Branch, StaffMember, User
from formulas.periods import Kind, Span, period_of
from scorecards.models import Card, DailyFigures, Level
from scorecards.queries.comparison import Comparison, Day, default_against, of_card
from scorecards.queries.days import team_days


@dataclass(frozen=True)
class Member:
    """One line of the team's table: the newest day and the month to date.

    `day`: None where the member has no figures of that day. `month`: None before the first card. `share`: of the
    team's revenue this month, a fraction.
    """

    staff: StaffMember
    day: Day | None
    month: Comparison | None
    share: float | None


def team(user: User, branch: Branch, as_of: date, against: str) -> list[Member]:
    """Everybody with figures at the branch this month, the largest revenue of the month first. Three queries."""
    start = period_of(as_of, Kind.MONTH).first
    cards = (
        Card.objects.for_user(user)
        .filter(level=Level.STAFF, kind=Kind.MONTH.value, starts_on=start, branch_id=branch.pk)
        .order_by("unit_id")
    )
    months = {card.unit_id: of_card(card, against or default_against(card)) for card in cards}
    days = team_days(user, branch, as_of)
    names = StaffMember.objects.for_user(user).in_bulk(sorted(months.keys() | days.keys()))
    total = sum(month.current.revenue or 0 for month in months.values())
    members = [_member(names[pk], days.get(pk), months.get(pk), total) for pk in sorted(names)]
    return sorted(members, key=_by_revenue)


def team_revenue(branch: Branch, span: Span) -> dict[int, int]:
    """The revenue of each member at the branch over a span, minor units, by staff id.

    Not limited to what the reader may see: it serves a member's own share of the whole, never a colleague's figure.
    """
    rows = DailyFigures.objects.of_staff().filter(branch=branch, day__range=(span.first, span.last))
    sums = rows.order_by().values_list("staff_id").annotate(total=Sum("revenue"))
    return {pk: total for pk, total in sums if total is not None}


def _member(staff: StaffMember, day: Day | None, month: Comparison | None, total: int) -> Member:
    revenue = month.current.revenue if month else None
    return Member(staff, day, month, revenue / total if revenue is not None and total > 0 else None)


def _by_revenue(member: Member) -> tuple[int, str]:
    revenue = member.month.current.revenue if member.month else None
    return -(revenue or 0), member.staff.number
