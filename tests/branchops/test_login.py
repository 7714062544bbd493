"""Logging in."""

import pytest
from django.test import Client
from pytest_django import Settings

from branches.models import FailedLogIn
from tests.factories import UserFactory

LOGIN = "/accounts/login/"


@pytest.mark.django_db
def test_the_answer_is_the_same_for_known_and_unknown_names(client: Client) -> None:
    UserFactory(username="known").set_password("right-password")
    pages = [
        client.post(LOGIN, {"username": name, "password": "wrong"}).content.decode().replace(name, "NAME")
        for name in ("known", "nobody")
    ]
    strip = [page[page.index("<form") :].split("csrfmiddlewaretoken")[0] for page in pages]
    assert strip[0] == strip[1]


@pytest.mark.django_db
def test_repeated_failures_lock_the_name_and_not_the_branchs_address(
    client: Client, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    for name in ("teller", "neighbour"):
        user = UserFactory(username=name)
        user.set_password("right-password")
        user.save()
    for _ in range(8):
        client.post(LOGIN, {"username": "teller", "password": "wrong"})
    locked = client.post(LOGIN, {"username": "teller", "password": "right-password"})
    other = client.post(LOGIN, {"username": "neighbour", "password": "right-password"})
    assert (locked.status_code, other.status_code) == (429, 302)


@pytest.mark.django_db
def test_a_new_password_ends_the_sessions_elsewhere(client: Client) -> None:
    user = UserFactory(username="manager", role="manager")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    user.set_password("another-password")
    user.save()
    assert client.get("/accounts/password/")["Location"].startswith(LOGIN)


@pytest.mark.django_db
@pytest.mark.parametrize("page", [LOGIN, "/admin/login/"])
def test_a_name_longer_than_any_is_refused_and_counted_like_others(
    page: str, client: Client, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    tried = {"username": "x" * 5000, "password": "wrong"}
    answers = [client.post(page, tried).status_code for _ in range(9)]
    assert (answers[0], answers[-1]) == (200, 429)
    assert [len(one.username) for one in FailedLogIn.objects.all()] == [255]
