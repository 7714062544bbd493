"""A staff member over any span of days: the same as a branch, with the share in the team's result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from branches.models import Branch, Employment, StaffMember, User
from formulas.periods import Kind, Span, period_of, previous_span
from scorecards.queries.branch import UnitPage, best_against
from scorecards.queries.comparison import PREVIOUS, Comparison, Day, compare, sums_of_days
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


WEEKS_OF_USUAL, FEWEST_USUAL = 8, 3


@dataclass(frozen=True)
class Progress:
    """How a member is getting on, measured by the own days: there are no targets to measure by.

    `day`: the newest day with figures beside the same weekday a week before. `usual`: the median revenue of that
    weekday in the eight weeks before, minor units, over `usual_days` days; None with fewer than three. `week`: this
    week so far beside the same days of the week before.
    """

    day: Comparison
    usual: float | None
    usual_days: int
    week: Comparison

    @property
    def newest(self) -> date:
        """The newest day with figures."""
        return self.day.current.span.first

    @property
    def day_before(self) -> date:
        """The day that the newest stands beside."""
        return self.newest - timedelta(weeks=1)


def progress(user: User, member: StaffMember, as_of: date) -> Progress | None:
    """The member's progress up to a day, from the days that this user may see; None without figures in the last week.

    One query.
    """
    week = period_of(as_of, Kind.WEEK)
    first = as_of - timedelta(weeks=WEEKS_OF_USUAL + 1)
    days = days_of_staff(user, member, [Span(first, as_of)])
    newest = max((row.day for row in days), default=None)
    if newest is None or newest <= as_of - timedelta(weeks=1):
        return None
    usual = _usual(days, newest)
    return Progress(
        day=_compared(days, Span(newest, newest), Span(newest, newest).shift(-7)),
        usual=median(usual) if len(usual) >= FEWEST_USUAL else None,
        usual_days=len(usual),
        week=_compared(days, week.to_date(as_of), previous_span(week, as_of)),
    )


def _compared(days: list[Day], span: Span, base: Span) -> Comparison:
    return compare(sums_of_days(days, span), sums_of_days(days, base), PREVIOUS)


def _usual(days: list[Day], newest: date) -> list[int]:
    """The revenue of each earlier day of the same weekday, of the eight weeks before."""
    sums: defaultdict[date, int] = defaultdict(int)
    since = newest - timedelta(weeks=WEEKS_OF_USUAL)
    for row in days:
        if since <= row.day < newest and row.day.weekday() == newest.weekday() and row.revenue is not None:
            sums[row.day] += row.revenue
    return list(sums.values())


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
