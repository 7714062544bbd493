"""A staff member over any span of days: the same as a branch, with the share in the team's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from branches.models import Branch, Employment, StaffMember, User
from formulas.periods import Span
from scorecards.queries.branch import UnitPage, best_against
from scorecards.queries.comparison import compare, sums_of_days
from scorecards.queries.days import days_of_staff
from scorecards.queries.team import team_revenue


@dataclass(frozen=True)
class StaffPage:
    """A member's page, and the share (a fraction, None where unknown) of the team's revenue in the same days.

    `team_size`: the members with figures in those days, this one included.
    """

    unit: UnitPage
    share: float | None
    team_size: int


def staff_page(
    user: User,
    member: StaffMember,
    branch: Branch | None,
    *,
    span: Span,
    bases: Mapping[str, Span],
    against: str,
) -> StaffPage:
    """The member's page, added up from the days that this user may see (one person's rows).

    Cards of staff members hold the days at every branch; a leader may see only those at the own branches.
    """
    days = days_of_staff(user, member, [span, *bases.values()])
    against = against or best_against(days, bases)
    comparison = compare(sums_of_days(days, span), sums_of_days(days, bases[against]), against)
    own = tuple(day for day in days if day.day in span)
    team = team_revenue(branch, span) if branch else {}
    return StaffPage(UnitPage(comparison, own, bases[against]), _share(member, team), len(team))


def current_branch(member: StaffMember) -> Branch | None:
    """Where the member works now, or worked last."""
    employment = (
        Employment.objects.filter(staff=member).select_related("branch").order_by("-starts_on").first()
    )
    return employment.branch if employment else None


def _share(member: StaffMember, team: dict[int, int]) -> float | None:
    total = sum(team.values())
    if member.pk not in team or total <= 0:
        return None
    return team[member.pk] / total
