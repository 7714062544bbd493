"""Routes of this app, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import Rule
from meetings.permissions import ACTION_READERS, DOERS, READERS, RUNNERS
from meetings.views import actions, minutes, running

app_name = "meetings"
urlpatterns: list[URLPattern] = [
    path("", minutes.index, name="index"),
    path("actions/", actions.actions, name="actions"),
    path("actions/new/<str:code>/", actions.new_action, name="new_action"),
    path("actions/<int:pk>/", actions.action, name="action"),
    path("actions/<int:pk>/change/", actions.change, name="change_action"),
    path("<str:code>/plan/", running.plan, name="plan"),
    path("<str:code>/<str:day>/", running.meeting, name="meeting"),
    path("<str:code>/<str:day>/start/", running.start, name="start"),
    path("<str:code>/<str:day>/attendance/", running.attendance, name="attendance"),
    path("<str:code>/<str:day>/finish/", running.finish, name="finish"),
    path("<str:code>/<str:day>/reopen/", running.reopen, name="reopen"),
    path("<str:code>/<str:day>/items/<int:pk>/tick/", running.tick, name="tick"),
    path("<str:code>/<str:day>/items/<int:pk>/note/", running.note, name="note"),
    path("<str:code>/<str:day>/items/<int:pk>/action/", running.make_action, name="make_action"),
]
RULES: dict[str, Rule] = {
    "index": READERS,
    "actions": ACTION_READERS,
    "new_action": RUNNERS,
    "action": RUNNERS,
    "change_action": DOERS,
    "plan": RUNNERS,
    "meeting": READERS,
    "start": RUNNERS,
    "attendance": RUNNERS,
    "finish": RUNNERS,
    "reopen": RUNNERS,
    "tick": RUNNERS,
    "note": RUNNERS,
    "make_action": RUNNERS,
}
