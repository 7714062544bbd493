"""For each route what to ask for: something of one's own, of somebody else, or that does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.base import ContentFile

from branches.models import Branch, StaffMember, User
from jobs.models import Job
from meetings.models import Action, AgendaItem, Meeting, MeetingState
from scorecards.models import FigureImport, ImportState
from surveys.models import SurveyLink
from tests.branchops.routes import Route
from tests.worlds import World

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
REGION_ROUTES = {"scorecards:region", "scorecards:drivers", "scorecards:export"}
Arguments = dict[str, Any]


def arguments_for(route: Route, world: World, user: User, whose: str) -> list[Arguments]:
    """The sets of arguments to call a route with; one empty set for a route without arguments."""
    if not route.arguments:
        return [{}]
    if whose == "missing":
        return [_missing(route)]
    return _own(route, world, user) if whose == "own" else _foreign(route, world)


def _missing(route: Route) -> Arguments:
    nothing = {"pk": 999_999, "job": 999_999, "code": "NOWHERE", "number": "NOBODY", "day": DAY.isoformat()}
    return {name: nothing.get(name, "nothing") for name in route.arguments}


def _own(route: Route, world: World, user: User) -> list[Arguments]:
    if route.name in REGION_ROUTES:
        return [{"code": world.north.code}, {"code": world.area.code}]
    return [_filled(route, world.branch, world.member, user)]


def _foreign(route: Route, world: World) -> list[Arguments]:
    if route.name in REGION_ROUTES:
        return [{"code": world.south.code}]
    theirs = _filled(route, world.foreign, world.foreign_member, world.foreign_manager)
    if {"code", "pk"} <= set(route.arguments):
        # Another branch's row under one's own branch's address must not be reached either.
        return [theirs, theirs | {"code": world.branch.code}]
    return [theirs]


def _filled(route: Route, branch: Branch, member: StaffMember, user: User) -> Arguments:
    filled: Arguments = {}
    for name in route.arguments:
        if name == "code":
            filled[name] = branch.code
        elif name == "number":
            filled[name] = member.number
        elif name == "day":
            filled[name] = DAY.isoformat()
        elif name == "token":
            filled[name] = _link(branch).token
        else:
            filled[name] = _row(route, branch, member, user).pk
    if route.name == "surveys:qr_code":
        _link(branch)
    if route.name.startswith("meetings:") and "day" in filled:
        _meeting(branch, user)
    return filled


def _row(route: Route, branch: Branch, member: StaffMember, user: User) -> Any:
    if route.name.startswith("scorecards:import"):
        return FigureImport.objects.create(
            name=f"{branch.name_en}.csv",
            digest="0" * 64,
            state=ImportState.READY,
            at=AT,
            by=user,
            file=ContentFile(b"branch,day,revenue", name="figures.csv"),
        )
    if route.name == "scorecards:run_again":
        return Job.objects.create(kind="recompute", subject=f"branch {branch.pk}", state="failed")
    if "code" in route.arguments:
        return AgendaItem.objects.get_or_create(
            meeting=_meeting(branch, user),
            position=1,
            defaults={"section": "yesterday", "text_en": branch.name_en, "text_zh": branch.name_zh},
        )[0]
    return Action.objects.get_or_create(
        branch=branch, owner=member, text=f"Call {branch.name_en}", due_on=DAY, made_by=user, made_at=AT
    )[0]


def _meeting(branch: Branch, user: User) -> Meeting:
    return Meeting.objects.get_or_create(
        branch=branch,
        kind="morning",
        day=DAY,
        defaults={
            "window_closes_at": AT,
            "built_at": AT,
            "state": MeetingState.RUNNING,
            "started_at": AT,
            "conducted_by": user,
        },
    )[0]


def _link(branch: Branch) -> SurveyLink:
    return SurveyLink.objects.get_or_create(branch=branch, revoked_at=None, defaults={"created_at": AT})[0]
