"""Routes of the pages that a manager reads, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import EVERYONE, LEADERS, Rule
from scorecards.views import pages

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("today/<str:code>/", pages.today, name="today"),
    path("branches/", pages.branches, name="branches"),
    path("branches/<str:code>/", pages.branch, name="branch"),
    path("branches/<str:code>/what-if/", pages.whatif, name="whatif"),
    path("branches/<str:code>/scorecard/", pages.scorecard, name="scorecard"),
    path("staff/<str:number>/", pages.staff, name="staff"),
    path("search/", pages.search, name="search"),
]
RULES: dict[str, Rule] = {
    "home": EVERYONE,
    "today": LEADERS,
    "branches": LEADERS,
    "branch": LEADERS,
    "whatif": LEADERS,
    "scorecard": LEADERS,
    "staff": EVERYONE,
    "search": EVERYONE,
}
