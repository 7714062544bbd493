"""Routes of the entry pages, each with its rule."""

from django.urls import URLPattern

from branches.access import Rule

urlpatterns: list[URLPattern] = []
RULES: dict[str, Rule] = {}
