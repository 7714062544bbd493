"""Actions: made from an agenda line or freely, edited, done, dropped, taken up again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from branches.models import Branch, StaffMember, User
from branches.queries import team_of
from branches.services import audit
from meetings.models import Action, ActionState, AgendaItem
from meetings.queries import local_day
from meetings.services.errors import Conflict, NotTheTeam, Twice, WrongState
from meetings.services.running import refuse_unless_running
from scorecards.services.recompute import mark_records


@dataclass(frozen=True)
class Wanted:
    """What an action is to be. `expected_effect`: revenue a month in minor units, None: nobody said."""

    text: str
    owner: StaffMember
    due_on: date
    what_for: str = ""
    expected_effect: int | None = None


@transaction.atomic
def make_action(
    branch: Branch, wanted: Wanted, *, from_item: AgendaItem | None = None, by: User, at: datetime
) -> Action:
    """Give somebody of the branch's team an action, from a line of a running meeting's agenda or freely.

    The same text for the same person from the same line gives the action that is there, taken up again if it was
    dropped: a second tap makes no second action. NotTheTeam if the owner does not work at the branch today; NotRunning
    if the line's meeting does not run.
    """
    _refuse_strangers(branch, wanted.owner, at)
    if from_item is None:
        action = Action.objects.create(branch=branch, made_by=by, made_at=at, **_columns(wanted))
        return _made(action, by, at)
    refuse_unless_running(from_item.meeting)
    columns = _columns(wanted)
    key = {"from_item": from_item, "owner": columns.pop("owner"), "text": columns.pop("text")}
    action, is_new = Action.objects.get_or_create(
        **key, defaults={**columns, "branch": branch, "made_by": by, "made_at": at}
    )
    if is_new:
        return _made(action, by, at)
    return action if action.state != ActionState.DROPPED else take_up_action(action, by=by, at=at)


@transaction.atomic
def edit_action(action: Action, wanted: Wanted, *, version: int, by: User, at: datetime) -> Action:
    """Change an open action. Conflict if it was saved since `version` was read, or is no longer open.

    NotTheTeam if a new owner does not work at the branch today; Twice if the same action is there already.
    """
    if wanted.owner.pk != action.owner_id:
        _refuse_strangers(action.branch, wanted.owner, at)
    before = _facts(action)
    rows = Action.objects.filter(pk=action.pk, version=version, state=ActionState.OPEN)
    try:
        with transaction.atomic():
            saved = rows.update(**_columns(wanted), version=F("version") + 1)
    except IntegrityError as error:
        raise Twice from error
    if not saved:
        raise Conflict(Action.objects.select_related("owner").get(pk=action.pk))
    _mark(action.branch_id, {action.due_on, wanted.due_on})
    action.refresh_from_db()
    audit("action edited", f"action {action.pk}", by=by, before=before, after=_facts(action), at=at)
    return action


@transaction.atomic
def finish_action(action: Action, *, by: User, at: datetime) -> Action:
    """Say that an open action is done, today at the branch. Done already: nothing changes. WrongState if dropped."""
    done = {
        "done_at": at,
        "done_on": local_day(action.branch, at),
        "done_by": by,
    }
    return _move(action, ActionState.OPEN, ActionState.DONE, done, "action done", by, at)


@transaction.atomic
def drop_action(action: Action, *, by: User, at: datetime) -> Action:
    """Say that an open action is not wanted any more. Dropped already: nothing changes. WrongState if done."""
    return _move(action, ActionState.OPEN, ActionState.DROPPED, {}, "action dropped", by, at)


@transaction.atomic
def take_up_action(action: Action, *, by: User, at: datetime) -> Action:
    """Open a done or dropped action again. Open already: nothing changes."""
    undone = {"done_at": None, "done_on": None, "done_by": None}
    source = ActionState.DONE if action.is_done else ActionState.DROPPED
    return _move(action, source, ActionState.OPEN, undone, "action taken up again", by, at)


def _move(
    action: Action,
    source: ActionState,
    target: ActionState,
    columns: dict[str, Any],
    what: str,
    by: User,
    at: datetime,
) -> Action:
    """Compare-and-set of the state: of two people at once one moves it, the other finds it moved."""
    rows = Action.objects.filter(pk=action.pk, state=source)
    moved = rows.update(state=target, version=F("version") + 1, **columns)
    action.refresh_from_db()
    if moved:
        _mark(action.branch_id, {action.due_on})
        audit(what, f"action {action.pk}", by=by, before={"state": source}, after={"state": target}, at=at)
    elif action.state != target:
        raise WrongState
    return action


def _made(action: Action, by: User, at: datetime) -> Action:
    _mark(action.branch_id, {action.due_on})
    audit("action made", f"action {action.pk}", by=by, after=_facts(action), at=at)
    return action


def _refuse_strangers(branch: Branch, owner: StaffMember, at: datetime) -> None:
    if not team_of(branch, local_day(branch, at)).filter(pk=owner.pk).exists():
        raise NotTheTeam


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in (f.name for f in fields(wanted))}


def _facts(action: Action) -> dict[str, Any]:
    """What the audit keeps: ids, days and money, no texts."""
    return {
        "branch": action.branch_id,
        "owner": action.owner_id,
        "due_on": action.due_on.isoformat(),
        "expected_effect": action.expected_effect,
    }


def _mark(branch_id: int, days: set[date]) -> None:
    """The metric counts an action on the day it is due."""
    mark_records((branch_id, day) for day in days)
