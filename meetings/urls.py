"""Routes of this app, each with its rule."""

from django.urls import URLPattern

from branches.access import Rule

app_name = "meetings"
urlpatterns: list[URLPattern] = []
RULES: dict[str, Rule] = {}
