"""Rules over all models, views, tasks and modules: a convention is a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from branches.models import Branch, StaffMember, User
from jobs import tasks
from scorecards.models import Freshness
from tests.branchops.routes import Route, routes
from tests.branchops.subjects import arguments_for
from tests.worlds import World

APPS = ("branches", "branchops", "formulas", "jobs", "meetings", "personal", "scorecards", "surveys", "ui")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
SCOPED_ELSEWHERE = {
    "AuditEntry": "only the admin shows it",
    "OpeningHours": "reached through a branch in scope",
    "Closure": "reached through a branch in scope",
    "Employment": "reached through a branch or a person in scope",
    "User": "only the admin shows it",
    "DirtyMonth": "only the recompute reads it",
    "FigureDraft": "read with the user who typed it, for a branch in scope",
    "ApiToken": "only the admin shows it; a delivery is checked against the token's branches",
    "ImportProfile": "read through an import in scope",
    "Attendance": "reached through a meeting in scope",
    "Outcome": "reached through a meeting in scope",
}
ONLY_BY_POST = {
    "logout",
    "scorecards:entry_draft",
    "scorecards:entry_discard",
    "scorecards:entry_undo",
    "scorecards:import_apply",
    "scorecards:import_again",
    "scorecards:import_undo",
    "scorecards:import_discard",
    "scorecards:recompute_everything",
    "scorecards:run_again",
    "scorecards:recompute_branch",
    "meetings:change_action",
    "meetings:plan",
    "meetings:start",
    "meetings:attendance",
    "meetings:finish",
    "meetings:reopen",
    "meetings:tick",
    "meetings:note",
    "meetings:make_action",
    "surveys:renew",
}

OUT_OF_REACH = {"opening_hours_weekday_0_to_6": "the field offers the seven days"}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def name(thing: object) -> str:
    return getattr(thing, "__name__", None) or getattr(thing, "name", "")


def belongs_to_somebody(model: type[models.Model]) -> bool:
    """True if its rows are a branch's, a person's or a user's."""
    owners = (Branch, StaffMember, User)
    relations = [field.related_model for field in model._meta.get_fields() if not field.auto_created]
    return model in owners or any(related in owners for related in relations)


def modules() -> list[Path]:
    found = (path for app in APPS for path in (Path(settings.BASE_DIR) / app).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_rows_of_somebody_are_reached_through_for_user() -> None:
    theirs = {model.__name__: model for model in our_models() if belongs_to_somebody(model)}
    without = {name for name, model in theirs.items() if not hasattr(model.objects.all(), "for_user")}
    assert without == set(SCOPED_ELSEWHERE)


@pytest.mark.parametrize("model", our_models(), ids=name)
def test_a_model_is_called_something_in_both_languages(model: type[models.Model]) -> None:
    for label in (model._meta.verbose_name, model._meta.verbose_name_plural):
        with translation.override("en"):
            assert str(label).isascii()
        with translation.override("zh-hans"):
            assert not str(label).isascii()


@pytest.mark.parametrize("route", [r for r in routes() if r.name in ONLY_BY_POST], ids=name)
def test_what_changes_something_does_not_answer_to_get(route: Route, world: World) -> None:
    Freshness.objects.update_or_create(pk=1, defaults={"computed_at": timezone.now()})
    client = Client()
    client.force_login(world.administrator, backend="django.contrib.auth.backends.ModelBackend")
    for arguments in arguments_for(route, world, world.administrator, "own"):
        assert client.get(reverse(route.name, kwargs=arguments)).status_code == 405


@pytest.mark.parametrize("route", [r for r in routes() if r.name in ONLY_BY_POST], ids=name)
def test_what_changes_something_asks_for_a_token_of_its_form(route: Route, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.administrator, backend="django.contrib.auth.backends.ModelBackend")
    for arguments in arguments_for(route, world, world.administrator, "own"):
        answer = client.post(reverse(route.name, kwargs=arguments))
        assert (answer.status_code, answer.reason_phrase) == (403, "Forbidden")


def test_the_list_of_what_is_only_posted_names_no_route_that_is_gone() -> None:
    assert set(ONLY_BY_POST) - {route.name for route in routes()} == set()


def test_every_task_has_a_name_of_its_own_and_an_end() -> None:
    ours = {key: task for key, task in current_app.tasks.items() if not key.startswith("celery.")}
    assert set(ours) == {"jobs.run_job", "jobs.sweep"}
    assert tasks.run_job.name == "jobs.run_job"
    for task in ours.values():
        assert task.time_limit or settings.CELERY_TASK_TIME_LIMIT


def edited_in_the_admin() -> list[type[models.Model]]:
    return [model for model in our_models() if admin.site.is_registered(model) and _is_editable(model)]


def _is_editable(model: type[models.Model]) -> bool:
    request = type("Request", (), {"user": User(is_superuser=True, is_active=True, role="administrator")})()
    return bool(admin.site._registry[model].has_change_permission(request))


@pytest.mark.parametrize("model", edited_in_the_admin(), ids=name)
def test_a_constraint_that_a_person_can_break_in_the_admin_says_so_in_words(
    model: type[models.Model],
) -> None:
    inlines = [inline.model for inline in admin.site._registry[model].inlines]
    for constraint in (one for each in (model, *inlines) for one in each._meta.constraints):
        # A plain unique constraint over fields is put into words by Django itself.
        plain = (
            isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition
        )
        told = constraint.violation_error_message != constraint.default_violation_error_message
        assert plain or told or constraint.name in OUT_OF_REACH, constraint.name


@pytest.mark.parametrize("app", APPS)
def test_modules_are_short_and_long_functions_explained(app: str) -> None:
    ours = [path for path in modules() if path.relative_to(settings.BASE_DIR).parts[0] == app]
    assert ours
    long = [path.name for path in ours if len(path.read_text().splitlines()) > LONGEST_MODULE]
    assert long == []
    for path in ours:
        for function in functions(path):
            lines = function.end_lineno - function.lineno + 1
            assert lines <= LONGEST_FUNCTION or ast.get_docstring(function), f"{path.name}: {function.name}"
