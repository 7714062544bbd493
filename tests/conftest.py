"""What every test may use: a small company and one user per role."""

import os
from collections.abc import Callable, Iterator

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop of its own

import pytest
from django.test import Client
from django.utils import translation

from tests.factories import BranchFactory, RegionFactory, StaffMemberFactory, UserFactory
from tests.worlds import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts processes of its own takes longest and waits most: first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Each test begins in English: a request leaves its reader's language behind in this process."""
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> World:
    """Two regions with two branches each, staff, and a user per role for the first; the second is foreign."""
    return World.make()


@pytest.fixture
def client_of() -> Callable[[object], Client]:
    """A function that gives a client logged in as a user."""

    def log_in(user: object) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


__all__ = ["BranchFactory", "RegionFactory", "StaffMemberFactory", "UserFactory"]
