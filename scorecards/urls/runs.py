"""Routes of the runs pages, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import ADMINISTRATORS, LEADERS, Rule
from scorecards.views import runs

urlpatterns: list[URLPattern] = [
    path("runs/", runs.runs, name="runs"),
    path("runs/everything/", runs.recompute_everything, name="recompute_everything"),
    path("runs/<int:job>/again/", runs.run_again, name="run_again"),
    path("branches/<str:code>/recompute/", runs.recompute_branch, name="recompute_branch"),
]
RULES: dict[str, Rule] = {
    "runs": ADMINISTRATORS,
    "recompute_everything": ADMINISTRATORS,
    "run_again": ADMINISTRATORS,
    "recompute_branch": LEADERS,
}
