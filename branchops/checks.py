"""Start-up checks: the application refuses to run with settings that are unsafe in production."""

import logging
from typing import Any

from celery.signals import worker_init
from django.conf import settings
from django.contrib import admin
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from personal.keys import is_key

logger = logging.getLogger(__name__)


@register()
def refuse_unsafe_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors, each with what to set, unless DEBUG is on: an own secret key and the hosts that are served."""
    if settings.DEBUG:
        return []
    errors: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < 40 or settings.SECRET_KEY.startswith("insecure"):
        errors.append(
            Error(
                "SECRET_KEY is missing or too short.",
                hint="Set SECRET_KEY to 50 random characters.",
                id="branchops.E001",
            )
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        errors.append(
            Error(
                "ALLOWED_HOSTS is empty or open.",
                hint="Set ALLOWED_HOSTS to the names served.",
                id="branchops.E002",
            )
        )
    if not all(is_key(key) for key in settings.FIELD_KEYS):
        errors.append(
            Error(
                "FIELD_KEYS holds something that is no key.",
                hint="Set FIELD_KEYS to keys of 32 random bytes in URL-safe base64, separated by commas.",
                id="branchops.E003",
            )
        )
    return errors


@register(Tags.admin)
def load_admin_pages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Django's check of the admin looks at what is registered: load the pages, whatever order the checks run in."""
    admin.autodiscover()
    return admin.site.check(app_configs)


def refuse_to_start_unsafe() -> None:
    """Called by the web server and the worker, which run no system checks of their own.

    ImproperlyConfigured with every reason: unsafe settings, or migrations not applied. A database that
    is away is no reason: pages answer 503 until it is back.
    """
    reasons = [f"{error.msg} {error.hint}" for error in refuse_unsafe_settings(None)]
    try:
        if pending := pending_migrations():
            reasons.append(f"{pending} migrations are not applied: run manage.py migrate.")
    except DatabaseError:
        logger.warning("the database is away at the start")
    if reasons:
        raise ImproperlyConfigured(" ".join(reasons))


def pending_migrations() -> int:
    """How many migrations the database still lacks; DatabaseError while it is away."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@worker_init.connect
def refuse_unsafe_worker(**kwargs: Any) -> None:
    """A worker does not start where the web server would not.

    SystemExit, because Celery only logs what else a receiver of its signals raises, and goes on.
    """
    try:
        refuse_to_start_unsafe()
    except ImproperlyConfigured as refusal:
        raise SystemExit(f"The worker does not start. {refusal}") from refusal
