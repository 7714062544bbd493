"""What the entry page of a branch's day needs: what is stored, last week's same day, the team, the unlikely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q

from branches.models import Branch, Closure, StaffMember, User
from branches.queries import is_trading_day, public_holidays, team_of
from formulas.components import COMPONENTS
from scorecards.models import DailyFigures, FigureChange, FigureDraft
from scorecards.models.figures import WHOLE_BRANCH

WEEK = timedelta(days=7)

MAIN_OF_STAFF = ("buyers", "orders", "repeat_orders", "extension_orders", "revenue")
MORE_OF_STAFF = ("digital_orders", "new_customers")
OF_STAFF = MAIN_OF_STAFF + MORE_OF_STAFF
"""Inputs that are entered member by member; the branch's own are the others."""
MONEY = frozenset({"revenue", "cost_of_goods", "operating_cost"})

Values = dict[str, int | None]


def today_of(branch: Branch, at: datetime) -> date:
    """The date at the branch at that instant."""
    return at.astimezone(ZoneInfo(branch.time_zone)).date()


@dataclass(frozen=True)
class Row:
    """The stored figures of a staff member, or of the whole branch (`staff_id` 0), on one day."""

    staff_id: int
    revision: int
    marked_open: bool
    values: Values

    @property
    def is_recorded(self) -> bool:
        """True if any input is known."""
        return any(value is not None for value in self.values.values())


@dataclass(frozen=True)
class Sheet:
    """A branch's day as it is before anybody types: `rows` and `before` (the same weekday a week earlier) by staff id.

    `team`: the members employed that day and those with figures of that day, by number.
    """

    branch: Branch
    day: date
    team: tuple[StaffMember, ...]
    rows: Mapping[int, Row]
    before: Mapping[int, Row]

    @property
    def has_figures(self) -> bool:
        """True if the branch's row is there."""
        return WHOLE_BRANCH in self.rows

    @cached_property
    def has_staff_figures(self) -> bool:
        """True if any member's figures are stored: the branch's are then their sum."""
        return any(row.is_recorded for pk, row in self.rows.items() if pk != WHOLE_BRANCH)

    @cached_property
    def by_staff_last_week(self) -> bool:
        """True if figures were kept member by member a week earlier."""
        return any(row.is_recorded for pk, row in self.before.items() if pk != WHOLE_BRANCH)

    @property
    def week_before(self) -> date:
        """The day of `before`."""
        return self.day - WEEK

    @property
    def revisions(self) -> dict[int, int]:
        """What compare-and-set compares: the revision of every stored row by staff id."""
        return {pk: row.revision for pk, row in self.rows.items()}

    def value(self, staff_id: int, name: str) -> int | None:
        """A stored input; None if it is not recorded or there is no row."""
        row = self.rows.get(staff_id)
        return row.values[name] if row else None

    def value_before(self, staff_id: int, name: str) -> int | None:
        """The same input a week earlier."""
        row = self.before.get(staff_id)
        return row.values[name] if row else None

    def is_summed(self, name: str) -> bool:
        """True if members' rows hold this input, so that the branch's is their sum and cannot be typed."""
        return any(row.values[name] is not None for pk, row in self.rows.items() if pk != WHOLE_BRANCH)


def sheet_of(branch: Branch, day: date) -> Sheet:
    """The sheet of a branch that the caller has found through `for_user`. Three queries."""
    rows = rows_of(branch, day)
    return Sheet(branch, day, _team(branch, day, rows), rows, rows_of(branch, day - WEEK))


def rows_of(branch: Branch, day: date) -> dict[int, Row]:
    """What is stored for a branch's day, by staff id."""
    return {row.staff_id: _row(row) for row in DailyFigures.objects.filter(branch=branch, day=day)}


def _row(figures: DailyFigures) -> Row:
    values = {name: getattr(figures, name) for name in COMPONENTS}
    return Row(figures.staff_id, figures.revision, figures.marked_open, values)


def _team(branch: Branch, day: date, rows: Mapping[int, Row]) -> tuple[StaffMember, ...]:
    employed = Q(pk__in=team_of(branch, day).values("pk"))
    return tuple(
        StaffMember.objects.filter(employed | Q(pk__in=[pk for pk in rows if pk])).order_by("number")
    )


@dataclass(frozen=True)
class Closed:
    """Why the calendar expects no figures of a day. `reason`: the closure's or the holiday's name, if any."""

    reason: str = ""


def closed_on(branch: Branch, day: date) -> Closed | None:
    """Why the branch does not trade on this day by its calendar; None if it trades."""
    if is_trading_day(branch, day):
        return None
    regions = [above.pk for above in branch.region.ancestors(include_self=True)]
    ours = Q(branch=branch) | Q(region__in=regions) | Q(branch__isnull=True, region__isnull=True)
    closure = Closure.objects.filter(ours, first_day__lte=day, last_day__gte=day).first()
    if closure is not None:
        return Closed(closure.reason)
    return Closed(str(public_holidays(day, day).get(day, "")))


def draft_of(branch: Branch, day: date, user: User) -> FigureDraft | None:
    """What this user has typed for the day and not saved."""
    return FigureDraft.objects.filter(branch=branch, day=day, by=user).first()


def last_change(branch: Branch, day: date) -> FigureChange | None:
    """The newest change of the day, with who made it."""
    return FigureChange.objects.filter(branch=branch, day=day).select_related("by").first()
