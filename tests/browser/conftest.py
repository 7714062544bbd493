"""What browser tests share: a Chromium that keeps to itself, a way to log in without typing, a company to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from branches.models import User
from tests.browser.company import Company, session_of

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which asks nobody outside."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"No Chromium at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or set CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture
def faults(page: Page) -> list[str]:
    """Everything that the page complains about: broken rules of the content security policy, errors of scripts."""
    found: list[str] = []
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def log_in(page: Page, live_server: Any) -> Callable[[User], Page]:
    """Open the browser as a user: the session is made on the server and handed over as a cookie."""

    def as_user(user: User) -> Page:
        page.context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": live_server.url}])
        return page

    return as_user


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """A company with thirteen months, made and computed once for a module; its tests are marked `django_db`."""
    with django_db_blocker.unblock():
        yield Company.make()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def server(company: Company) -> Iterator[LiveServer]:
    """The application with that company."""
    live = LiveServer("localhost")
    yield live
    live.stop()
