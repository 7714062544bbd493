"""Routes of the entry pages, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import LEADERS, Rule
from scorecards.views import entry, missing

urlpatterns: list[URLPattern] = [
    path("figures/", missing.entry_start, name="entry_start"),
    path("figures/missing/", missing.missing_figures, name="missing"),
    path("branches/<str:code>/figures/<str:day>/", entry.entry, name="entry"),
    path("branches/<str:code>/figures/<str:day>/draft/", entry.keep_draft, name="entry_draft"),
    path("branches/<str:code>/figures/<str:day>/discard/", entry.drop_draft, name="entry_discard"),
    path("branches/<str:code>/figures/<str:day>/undo/", entry.undo, name="entry_undo"),
]
RULES: dict[str, Rule] = {
    "entry_start": LEADERS,
    "missing": LEADERS,
    "entry": LEADERS,
    "entry_draft": LEADERS,
    "entry_discard": LEADERS,
    "entry_undo": LEADERS,
}
