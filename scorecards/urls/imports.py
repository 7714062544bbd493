"""Routes of the imports pages, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import LEADERS, Rule
from scorecards.views import imports as views

urlpatterns: list[URLPattern] = [
    path("imports/", views.imports, name="imports"),
    path("imports/upload/", views.import_upload, name="import_upload"),
    path("imports/<int:pk>/", views.import_detail, name="import"),
    path("imports/<int:pk>/columns/", views.import_plan, name="import_plan"),
    path("imports/<int:pk>/apply/", views.import_apply, name="import_apply"),
    path("imports/<int:pk>/again/", views.import_again, name="import_again"),
    path("imports/<int:pk>/undo/", views.import_undo, name="import_undo"),
    path("imports/<int:pk>/discard/", views.import_discard, name="import_discard"),
    path("imports/<int:pk>/refused/", views.import_refused, name="import_refused"),
    path(
        "imports/<int:pk>/unknown-branches/",
        views.import_unknown,
        {"what": "branch"},
        name="import_unknown_branches",
    ),
    path(
        "imports/<int:pk>/unknown-staff/",
        views.import_unknown,
        {"what": "staff"},
        name="import_unknown_staff",
    ),
    path("imports/<int:pk>/file/", views.import_file, name="import_file"),
]
RULES: dict[str, Rule] = {pattern.name: LEADERS for pattern in urlpatterns if pattern.name}
