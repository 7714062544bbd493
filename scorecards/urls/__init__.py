"""The routes of this app by subject; each module states the rule of every route beside it."""

from scorecards.urls import entry, history, imports, pages, region, runs

app_name = "scorecards"
urlpatterns = [
    *pages.urlpatterns,
    *region.urlpatterns,
    *entry.urlpatterns,
    *imports.urlpatterns,
    *runs.urlpatterns,
    *history.urlpatterns,
]
RULES = pages.RULES | region.RULES | entry.RULES | imports.RULES | runs.RULES | history.RULES
