"""The application refuses to start unsafe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from branchops.checks import refuse_to_start_unsafe, refuse_unsafe_settings


def ids() -> list[str | None]:
    return [message.id for message in refuse_unsafe_settings(None)]


def test_safe_settings_pass(settings: Settings) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "x" * 50, ["branchops.example"]
    assert ids() == []


@pytest.mark.parametrize("key", ["short", "insecure-development-key-that-is-long-enough-by-itself"])
def test_a_short_or_known_secret_key_is_refused(settings: Settings, key: str) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, key, ["branchops.example"]
    assert ids() == ["branchops.E001"]


@pytest.mark.parametrize("hosts", [[], ["*"]])
def test_no_hosts_or_all_hosts_are_refused(settings: Settings, hosts: list[str]) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "x" * 50, hosts
    assert ids() == ["branchops.E002"]


def test_a_field_key_that_is_none_is_refused(settings: Settings) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "x" * 50, ["branchops.example"]
    settings.FIELD_KEYS = ["A" * 43 + "=", "too short"]
    assert ids() == ["branchops.E003"]
    settings.FIELD_KEYS = ["A" * 43 + "="]
    assert ids() == []


def test_debug_asks_for_nothing(settings: Settings) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = True, "", []
    assert ids() == []


@pytest.mark.django_db
def test_web_server_and_worker_start_when_all_is_well(settings: Settings) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "x" * 50, ["branchops.example"]
    assert refuse_to_start_unsafe() is None


@pytest.mark.django_db
def test_web_server_and_worker_refuse_with_every_reason_at_once(settings: Settings) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "short", []
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_to_start_unsafe()
    assert "SECRET_KEY" in str(refusal.value)
    assert "ALLOWED_HOSTS" in str(refusal.value)


@pytest.mark.django_db
def test_pending_migrations_are_a_reason(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "x" * 50, ["branchops.example"]
    monkeypatch.setattr("branchops.checks.pending_migrations", lambda: 2)
    with pytest.raises(ImproperlyConfigured, match="2 migrations are not applied"):
        refuse_to_start_unsafe()


@pytest.mark.parametrize(
    "command",
    [
        ["celery", "-A", "branchops", "worker", "-P", "solo"],
        ["gunicorn", "branchops.wsgi", "-b", "127.0.0.1:0"],
    ],
    ids=["worker", "web server"],
)
def test_a_database_without_its_tables_keeps_the_process_from_starting(
    command: list[str], tmp_path: Path
) -> None:
    """With a real process: Celery swallows what is raised in its signals, gunicorn starts workers again."""
    environment = {"DEBUG": "true", "DATABASE_URL": f"sqlite:///{tmp_path / 'empty'}", "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "branchops.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert "migrations are not applied: run manage.py migrate." in done.stdout + done.stderr
