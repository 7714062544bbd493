"""Reads: the day's meetings, minutes, open actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Model, Prefetch, Q, QuerySet
from django.utils import timezone

from branches.models import Branch, OpeningHours, StaffMember, User
from branches.queries import MOST_IDS_IN_A_QUERY, branches_meant, team_of
from meetings import agenda
from meetings.models import (
    Action,
    ActionState,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingKind,
    MeetingState,
    Outcome,
)
from scorecards.queries.directory import EVERYWHERE, Part

GRACE = timedelta(hours=1)
NOON = time(12)

Row = TypeVar("Row", bound=Model)


def within(rows: QuerySet[Row], branches: Sequence[Branch], field: str = "branch_id") -> QuerySet[Row]:
    """The rows of these branches; of all branches where the list of ids would be too long to send.

    Callers look rows up by branch, so that what is too much does no harm.
    """
    if len(branches) > MOST_IDS_IN_A_QUERY:
        return rows
    return rows.filter(**{f"{field}__in": [branch.pk for branch in branches]})


def local_day(branch: Branch, at: datetime | None = None) -> date:
    """The date at the branch at an instant (now)."""
    return timezone.localdate(at, timezone=ZoneInfo(branch.time_zone))


@dataclass(frozen=True)
class OpenAction:
    """What an agenda says of an open action; `owner`: a name."""

    pk: int
    text: str
    owner: str
    due_on: date


def open_actions_of(branches: Sequence[Branch]) -> dict[int, list[OpenAction]]:
    """Branch id → its open actions, the longest due first; branches without any are left out. One query."""
    rows = within(Action.objects.open(), branches).order_by("due_on", "pk")
    found: dict[int, list[OpenAction]] = {}
    columns = rows.values_list("branch_id", "pk", "text", "owner__name", "due_on")
    for branch, pk, text, owner, due_on in columns:
        found.setdefault(branch, []).append(OpenAction(pk, text, owner, due_on))
    return {branch.pk: found[branch.pk] for branch in branches if branch.pk in found}


def windows(branches: Sequence[Branch], day: date) -> dict[int, datetime]:
    """Branch id → the instant by which its morning meeting of the day must be held, UTC.

    An hour after the branch opens, so that the meeting before opening may run over; noon where the branch keeps no
    hours for that weekday. One query.
    """
    hours = within(OpeningHours.objects.filter(weekday=day.weekday()), branches)
    opens = dict(hours.values_list("branch_id", "opens_at"))
    return {branch.pk: _window(branch, day, opens.get(branch.pk)) for branch in branches}


def _window(branch: Branch, day: date, opens_at: time | None) -> datetime:
    local = datetime.combine(day, opens_at or NOON, tzinfo=ZoneInfo(branch.time_zone))
    return (local + GRACE if opens_at else local).astimezone(timezone.get_default_timezone())


@dataclass(frozen=True)
class Member:
    """A member of the team at a meeting: `is_present` None where nobody has said."""

    staff: StaffMember
    is_present: bool | None


def team_at(meeting: Meeting) -> list[Member]:
    """The branch's team of that day, and whoever else was noted, by staff number. Two queries."""
    said = {row.staff_id: row for row in Attendance.objects.filter(meeting=meeting).select_related("staff")}
    team = {member.pk: member for member in team_of(meeting.branch, meeting.day)}
    team |= {pk: row.staff for pk, row in said.items()}
    members = sorted(team.values(), key=lambda member: member.number)
    return [Member(m, said[m.pk].is_present if m.pk in said else None) for m in members]


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The agenda with what came of each line (`made`), the action it speaks of, and what customers wrote.

    Of a meeting that is held `made` is what was agreed then; before, the actions as they are (dropped ones left out).
    Two queries, and one for each section that quotes somebody.
    """
    rows = meeting.items.select_related("about", "about__owner").prefetch_related(_made(meeting))
    items = list(rows)
    _quote([item for item in items if item.quoted_id is not None])
    return items


def _made(meeting: Meeting) -> Prefetch[Any]:
    if meeting.is_held:
        outcomes = Outcome.objects.select_related("owner", "action")
        return Prefetch("outcomes", queryset=outcomes, to_attr="made")
    made = Action.objects.exclude(state=ActionState.DROPPED).select_related("owner", "branch").order_by("pk")
    return Prefetch("actions", queryset=made, to_attr="made")


def _quote(items: Sequence[AgendaItem]) -> None:
    """Fill in what customers wrote; None stays where it has been erased."""
    for code, rows in groupby(items, key=lambda item: item.section):
        quoting = list(rows)
        found = agenda.quotes(code, [item.quoted_id for item in quoting if item.quoted_id is not None])
        for item in quoting:
            item.quote = found.get(item.quoted_id or 0)


def other_actions(meeting: Meeting) -> QuerySet[Action]:
    """Actions made in a running meeting without an agenda line: those of its branch since it began."""
    rows = Action.objects.filter(branch=meeting.branch, from_item__isnull=True)
    made = rows.filter(made_at__gte=meeting.started_at or meeting.built_at)
    return made.exclude(state=ActionState.DROPPED).select_related("owner").order_by("pk")


def others_of(meeting: Meeting) -> list[Action] | list[Outcome]:
    """What was agreed beside the agenda: as it was then, for a meeting that is held. One query."""
    if meeting.is_planned:
        return []
    if meeting.is_held:
        return list(meeting.outcomes.filter(item__isnull=True).select_related("owner", "action"))
    return list(other_actions(meeting))


def meetings_of(
    user: User, *, branch: str = "", state: str = "", part: Part = EVERYWHERE
) -> QuerySet[Meeting]:
    """The meetings that a user may see. `branch`: a code, or part of a name. `state`: a key of STATES, else all."""
    rows = Meeting.objects.for_user(user).filter(part.of()).select_related("branch", "conducted_by")
    if branch:
        rows = rows.filter(branch__in=branches_meant(user, branch))
    return rows.filter(STATES[state](timezone.now())) if state in STATES else rows


STATES: dict[str, Callable[[datetime], Q]] = {
    "begun": lambda at: ~Q(state=MeetingState.PLANNED) | Q(window_closes_at__lt=at),
    "in_time": lambda at: Q(state=MeetingState.HELD, held_at__lte=F("window_closes_at")),
    "late": lambda at: Q(state=MeetingState.HELD, held_at__gt=F("window_closes_at")),
    "missed": lambda at: ~Q(state=MeetingState.HELD) & Q(window_closes_at__lt=at),
    "waiting": lambda at: ~Q(state=MeetingState.HELD) & Q(window_closes_at__gte=at),
}


@dataclass(frozen=True)
class Counts:
    """What a line of the list of minutes says: points talked about, points, actions made, members present."""

    ticked: int = 0
    items: int = 0
    actions: int = 0
    present: int = 0


def counts_of(meetings: Sequence[Meeting]) -> dict[int, Counts]:
    """Meeting id → its counts. Four queries, whatever the number of meetings."""
    ids = [meeting.pk for meeting in meetings]
    items = AgendaItem.objects.filter(meeting__in=ids).order_by().values_list("meeting_id")
    points = {pk: (ticked, n) for pk, ticked, n in items.annotate(Count("ticked_at"), Count("pk"))}
    running = [meeting.pk for meeting in meetings if not meeting.is_held]
    made = Action.objects.filter(from_item__meeting__in=running).exclude(state=ActionState.DROPPED)
    actions = dict(made.order_by().values_list("from_item__meeting_id").annotate(Count("pk")))
    agreed = Outcome.objects.filter(meeting__in=ids, is_new=True)
    actions |= dict(agreed.order_by().values_list("meeting_id").annotate(Count("pk")))
    there = Attendance.objects.filter(meeting__in=ids, is_present=True)
    present = dict(there.order_by().values_list("meeting_id").annotate(Count("pk")))
    return {pk: Counts(*points.get(pk, (0, 0)), actions.get(pk, 0), present.get(pk, 0)) for pk in ids}


@dataclass(frozen=True)
class Morning:
    """A branch's morning today: its meeting, None where there is none (not a trading day, or not yet made)."""

    branch: Branch
    day: date
    meeting: Meeting | None


def mornings_of(user: User) -> list[Morning]:
    """Today's morning meeting at each of a manager's branches, by code. Two queries."""
    branches = list(Branch.objects.for_user(user).order_by("code"))
    days = {branch.pk: local_day(branch) for branch in branches}
    found = Meeting.objects.for_user(user).filter(
        kind=MeetingKind.MORNING, day__in=set(days.values()), branch__in=days
    )
    meetings = {(meeting.branch_id, meeting.day): meeting for meeting in found}
    return [Morning(b, days[b.pk], meetings.get((b.pk, days[b.pk]))) for b in branches]


def today_by_state(user: User, day: date, part: Part = EVERYWHERE) -> dict[str, int]:
    """How many of the day's morning meetings stand where: a key for each of MeetingState. One query."""
    rows = Meeting.objects.for_user(user).filter(part.of(), kind=MeetingKind.MORNING, day=day)
    found = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in MeetingState}


def actions_of(user: User, *, state: str, today: date, branch: str = "") -> QuerySet[Action]:
    """The actions that a user may see. `state`: open, overdue, done or all; `branch`: a code, or part of a name."""
    rows = Action.objects.for_user(user).select_related("branch", "owner", "from_item__meeting")
    if branch:
        rows = rows.filter(branch__in=branches_meant(user, branch))
    if state == "overdue":
        return rows.overdue(today)
    if state == "done":
        return rows.filter(state=ActionState.DONE)
    return rows.open() if state == "open" else rows


def action_counts(user: User, *, today: date, branch: str = "") -> dict[str, int]:
    """How many actions are open and how many of those overdue, for the tabs. One query."""
    rows = Action.objects.for_user(user).open()
    if branch:
        rows = rows.filter(branch__in=branches_meant(user, branch))
    return rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))
