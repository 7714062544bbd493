"""Actions: the list, one action, done and undone."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from branches.models import Branch
from branches.queries import team_of
from meetings import permissions
from meetings.forms import ActionForm
from meetings.models import Action, ActionState
from meetings.queries import action_counts, actions_of, local_day
from meetings.services import actions as services
from meetings.services.errors import Conflict, NotTheTeam, Twice, WrongState
from meetings.views.common import back, branch_or_404, is_partial, typed, user_of
from ui.pages import keyset_page

TABS = ("open", "overdue", "done", "all")
ORDERS = {"due": ("due_on", "asc"), "newest": ("due_on", "desc")}
CHANGES = {
    "done": services.finish_action,
    "open": services.take_up_action,
    "dropped": services.drop_action,
}


def actions(request: HttpRequest) -> HttpResponse:
    """Actions in scope by state and branch: the longest due first, those that are done with the newest first."""
    user, today = user_of(request), timezone.localdate()
    state = request.GET.get("state", "open")
    state = state if state in TABS else "open"
    code = typed(request, "branch", 80)
    rows = actions_of(user, state=state, today=today, branch=code)
    sort = "due" if state in ("open", "overdue") else "newest"
    context = {
        "page": keyset_page(rows, order=ORDERS, sort=sort, after=request.GET.get("after"), size=30),
        "state": state,
        "branch": code,
        "next": request.get_full_path(),
        "counts": action_counts(user, today=today, branch=code),
        **_choices(request, code),
        **_marks(request),
    }
    return render(request, "meetings/actions.html", context)


def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action to be changed; 409 with both texts if somebody else changed it meanwhile."""
    rows = Action.objects.for_user(user_of(request)).select_related(
        "branch", "owner", "from_item__meeting__branch"
    )
    found = get_object_or_404(rows, pk=pk)
    today = local_day(found.branch)
    form = ActionForm(request.POST or None, team=team_of(found.branch, today), today=today, action=found)
    context: dict[str, Any] = {"action": found, "form": form, **_marks(request)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "meetings/action.html", context, status=422 if form.is_bound else 200)
    try:
        version = form.cleaned_data["version"] or 0
        services.edit_action(found, form.wanted(), version=version, by=user_of(request), at=timezone.now())
    except Conflict as conflict:
        return render(request, "meetings/action.html", _conflict(context, form, conflict), status=409)
    except (NotTheTeam, Twice):
        form.add_error(
            "owner", gettext("This person cannot take this action: it is theirs already, or they have left.")
        )
        return render(request, "meetings/action.html", context, status=422)
    messages.success(request, gettext("The action is saved."))
    return redirect("meetings:actions")


def new_action(request: HttpRequest, code: str) -> HttpResponse:
    """An action that comes from no agenda line."""
    branch = branch_or_404(request, code)
    today = local_day(branch)
    form = ActionForm(request.POST or None, team=team_of(branch, today), today=today)
    if request.method != "POST" or not form.is_valid():
        context = {"branch": branch, "form": form}
        return render(request, "meetings/action.html", context, status=422 if form.is_bound else 200)
    services.make_action(branch, form.wanted(), by=user_of(request), at=timezone.now())
    messages.success(request, gettext("The action is made."))
    return back(request, reverse("meetings:actions"))


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an action: `to` is done, open or dropped. Staff members finish their own and may take that back."""
    user = user_of(request)
    rows = Action.objects.for_user(user).select_related("branch", "owner", "from_item__meeting")
    can_run = permissions.can_run(user)
    found = get_object_or_404(rows if can_run else rows.exclude(state=ActionState.DROPPED), pk=pk)
    to = request.POST.get("to", "")
    allowed = CHANGES if can_run else {name: CHANGES[name] for name in ("done", "open")}
    if to not in allowed:
        return HttpResponse(status=422)
    try:
        allowed[to](found, by=user, at=timezone.now())
    except WrongState:
        messages.warning(
            request, gettext("Nothing was changed: somebody else has changed this action meanwhile.")
        )
    return _changed(request, found)


def _changed(request: HttpRequest, found: Action) -> HttpResponse:
    """The action's row as it is now for htmx; otherwise back to where the button stood."""
    if is_partial(request):
        marks, branch = _marks(request), request.POST.get("branch", "").replace("\x00", "").strip()[:80]
        counts = action_counts(user_of(request), today=marks["today"], branch=branch)
        context = {"action": found, "next": request.POST.get("next", ""), "branch": branch, "counts": counts}
        return render(request, "meetings/_action_again.html", context | marks | {"is_partial": True})
    return back(request, reverse("meetings:actions"))


def _marks(request: HttpRequest) -> dict[str, Any]:
    user = user_of(request)
    return {
        "can_run": permissions.can_run(user),
        "can_do": permissions.can_do(user),
        "today": timezone.localdate(),
    }


def _choices(request: HttpRequest, code: str) -> dict[str, Any]:
    """The branches of a manager of several, as a choice; others who see many type one; where to make an action."""
    user = user_of(request)
    if user.role != "manager":
        return {"types_code": user.role != "staff", "choices": []}
    found = list(Branch.objects.for_user(user).order_by("code"))
    chosen = next((branch for branch in found if branch.code == code or len(found) == 1), None)
    return {"types_code": False, "choices": found if len(found) > 1 else [], "chosen": chosen}


def _conflict(context: dict[str, Any], form: ActionForm, conflict: Conflict) -> dict[str, Any]:
    """Both texts: what stands now beside what was typed. The next save builds on what stands."""
    typed = cast(QueryDict, form.data).copy()
    typed["version"] = str(conflict.current.version)
    form.data = typed
    return context | {"conflict": conflict.current}
