"""Routes of the history pages, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import EVERYONE, Rule
from scorecards.views import history

urlpatterns: list[URLPattern] = [
    path("branches/<str:code>/figures/<str:day>/history/", history.day_history, name="history"),
]
RULES: dict[str, Rule] = {"history": EVERYONE}
