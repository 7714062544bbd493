"""Who in a branch's team did what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum

from branches.models import Branch, StaffMember, User
from formulas.periods import Span
from scorecards import words
from scorecards.models import DailyFigures
from scorecards.queries.comparison import Comparison, Day, sums_of_days
from scorecards.queries.days import team_days


@dataclass(frozen=True)
class Member:
    """One line of the team's table: the newest day and the month to date, at this branch alone.

    `day`: None where the member has no figures of that day. `month`: without the parts of its change. `share`: of the
    team's revenue this month, a fraction.
    """

    staff: StaffMember
    day: Day | None
    month: Comparison
    share: float | None

    @property
    def growth(self) -> float | None:
        """The month's relative change, as far as it means something."""
        return words.told(self.month.growth)


def team(user: User, branch: Branch, span: Span, base: Span, against: str) -> list[Member]:
    """Everybody with figures at the branch in the span, the largest revenue first; the newest day is the span's last.

    From the facts and not from the cards: a member's card holds the days at every branch, also in the month of a move.
    Two queries.
    """
    rows: defaultdict[int, list[Day]] = defaultdict(list)
    for staff_id, day in team_days(user, branch, [span, base]):
        rows[staff_id].append(day)
    months = {pk: _compared(days, span, base, against) for pk, days in rows.items()}
    months = {pk: month for pk, month in months.items() if month.current.days}
    names = StaffMember.objects.for_user(user).in_bulk(sorted(months)) if months else {}
    total = sum(month.current.revenue or 0 for month in months.values())
    newest = {pk: next((day for day in rows[pk] if day.day == span.last), None) for pk in names}
    members = [Member(names[pk], newest[pk], months[pk], _share(months[pk], total)) for pk in sorted(names)]
    return sorted(members, key=_by_revenue)


def team_revenue(branch: Branch, span: Span) -> dict[int, int]:
    """The revenue of each member at the branch over a span, minor units, by staff id.

    Not limited to what the reader may see: it serves a member's own share of the whole, never a colleague's figure.
    """
    rows = DailyFigures.objects.of_staff().filter(branch=branch, day__range=(span.first, span.last))
    sums = rows.order_by().values_list("staff_id").annotate(total=Sum("revenue"))
    return {pk: total for pk, total in sums if total is not None}


def _compared(days: list[Day], span: Span, base: Span, against: str) -> Comparison:
    current, before = sums_of_days(days, span), sums_of_days(days, base)
    if current.revenue is None or before.revenue is None:
        return Comparison(current, before if before.days else None, against)
    return Comparison(current, before, against, change=current.revenue - before.revenue)


def _share(month: Comparison, total: int) -> float | None:
    revenue = month.current.revenue
    return revenue / total if revenue is not None and total > 0 else None


def _by_revenue(member: Member) -> tuple[int, str]:
    return -(member.month.current.revenue or 0), member.staff.number
