"""The days of one branch or one staff member, straight from the facts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from branches.models import Branch, StaffMember, User
from formulas.components import FORMULA_INPUTS
from formulas.periods import Span
from scorecards.models import DailyFigures
from scorecards.queries.comparison import Day

_FIELDS = ("day", *FORMULA_INPUTS)


def days_of_branch(user: User, branch: Branch, spans: Iterable[Span]) -> list[Day]:
    """The branch's days with figures in any of the spans, oldest first. One query over one branch's rows."""
    rows = DailyFigures.objects.for_user(user).of_branches().filter(branch=branch)
    return _days(rows.filter(_within(spans)).order_by("day").values_list(*_FIELDS))


def days_of_staff(user: User, member: StaffMember, spans: Iterable[Span]) -> list[Day]:
    """The member's days with figures that this user may see, oldest first; two rows where two branches share a day.

    A leader sees the days at the own branches only, wherever else the member has worked.
    """
    rows = DailyFigures.objects.for_user(user).filter(staff_id=member.pk)
    return _days(rows.filter(_within(spans)).order_by("day", "branch_id").values_list(*_FIELDS))


def team_days(user: User, branch: Branch, spans: Iterable[Span]) -> list[tuple[int, Day]]:
    """(staff id, day) of each staff member's days at a branch in any of the spans, oldest first. One query."""
    rows = DailyFigures.objects.for_user(user).of_staff().filter(branch=branch)
    found = rows.filter(_within(spans)).order_by("day", "staff_id").values_list("staff_id", *_FIELDS)
    return [(row[0], Day(*row[1:])) for row in found]


def _within(spans: Iterable[Span]) -> Q:
    nothing = Q(day__in=[])
    return reduce(or_, (Q(day__range=(s.first, s.last)) for s in spans if not s.is_empty), nothing)


def _days(rows: Iterable[tuple]) -> list[Day]:
    return [Day(*row) for row in rows]
