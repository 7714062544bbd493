"""Users in Django admin: each role with its part of the company, passwords, locked names."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import AuditEntry, FailedLogIn, User
from tests.factories import StaffMemberFactory
from tests.worlds import World

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db


def test_a_new_manager_needs_a_branch(world: World, client_of: ClientOf) -> None:
    form = {"username": "new", "password1": "long-enough-7", "password2": "long-enough-7", "role": "manager"}
    client, url = client_of(world.administrator), reverse("admin:branches_user_add")

    assert "needs at least one branch" in client.post(url, form).content.decode()
    assert client.post(url, form | {"branches": [world.branch.pk]}).status_code == 302

    user = User.objects.get(username="new")
    assert list(user.branches.all()) == [world.branch]
    assert not user.is_staff


def test_a_change_of_role_ends_the_sessions_and_sets_djangos_flags(world: World, client_of: ClientOf) -> None:
    theirs = client_of(world.manager)
    assert theirs.get(reverse("password_change")).status_code == 200

    client_of(world.administrator).post(
        reverse("admin:branches_user_change", args=[world.manager.pk]),
        {"username": "manager", "role": "administrator", "is_active": "on", "branches": [world.branch.pk]},
    )

    world.manager.refresh_from_db()
    assert world.manager.role == "administrator"
    assert world.manager.is_staff
    assert theirs.get(reverse("password_change")).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.before["role"], entry.after["role"]) == ("manager", "administrator")


@pytest.mark.parametrize(
    ("role", "lack", "scope"),
    [
        ("staff", "needs the person whose figures it shows", "staff_member"),
        ("manager", "needs at least one branch", "branches"),
        ("regional", "needs at least one region", "regions"),
        ("administrator", None, None),
    ],
)
def test_a_user_of_each_role_is_made_and_a_role_without_its_part_of_the_company_is_refused(
    role: str, lack: str | None, scope: str | None, world: World, client_of: ClientOf
) -> None:
    client, url = client_of(world.administrator), reverse("admin:branches_user_add")
    form: dict[str, Any] = {"username": "new", "password1": "long-enough-7", "password2": "long-enough-7"}
    form["role"] = role
    person = StaffMemberFactory()
    own = {"staff_member": person.pk, "branches": [world.branch.pk], "regions": [world.north.pk]}

    if lack and scope:
        assert lack in html.unescape(client.post(url, form).content.decode())
        assert not User.objects.filter(username="new").exists()
        form[scope] = own[scope]
    assert client.post(url, form).status_code == 302

    user = User.objects.get(username="new")
    assert (user.role, user.is_staff, user.is_superuser) == (
        role,
        role == "administrator",
        role == "administrator",
    )
    assert AuditEntry.objects.get().what == "user added"
    home = Client()
    assert home.post(reverse("login"), {"username": "new", "password": "long-enough-7"}).status_code == 302


def test_what_a_role_lacks_is_said_in_chinese_too(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    client.cookies["django_language"] = "zh-hans"
    form = {"username": "new", "password1": "long-enough-7", "password2": "long-enough-7", "role": "manager"}

    assert "至少" in client.post(reverse("admin:branches_user_add"), form).content.decode()


def test_an_administrator_gives_another_password_which_ends_the_sessions(
    world: World, client_of: ClientOf
) -> None:
    theirs = client_of(world.manager)
    url = reverse("admin:auth_user_password_change", args=[world.manager.pk])
    client = client_of(world.administrator)

    assert (
        "pbkdf2"
        not in client.get(reverse("admin:branches_user_change", args=[world.manager.pk])).content.decode()
    )
    client.post(url, {"password1": "another-one-7", "password2": "another-one-8"})
    assert theirs.get(reverse("password_change")).status_code == 200
    client.post(url, {"password1": "another-one-7", "password2": "another-one-7"})

    assert theirs.get(reverse("password_change")).status_code == 302
    assert Client().login(username="manager", password="another-one-7")
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.subject, entry.by) == ("password given", "user manager", world.administrator)
    assert "another-one-7" not in f"{entry.before}{entry.after}"


@pytest.mark.parametrize("role", ["staff", "manager", "regional"])
def test_nobody_else_gives_passwords(role: str, world: World, client_of: ClientOf) -> None:
    url = reverse("admin:auth_user_password_change", args=[world.colleague.pk])
    form = {"password1": "another-one-7", "password2": "another-one-7"}

    assert client_of(getattr(world, role)).post(url, form).status_code == 403


def test_a_weak_password_is_refused(world: World, client_of: ClientOf) -> None:
    url = reverse("admin:auth_user_password_change", args=[world.manager.pk])

    page = client_of(world.administrator).post(url, {"password1": "12345", "password2": "12345"})

    assert "too short" in page.content.decode()
    assert not AuditEntry.objects.exists()


def test_a_name_is_locked_by_the_failures_at_all_addresses_together(
    world: World, client_of: ClientOf
) -> None:
    for address in ("10.0.0.1", "10.0.0.2"):
        FailedLogIn.objects.create(username="manager", ip_address=address, failures_since_start=4)
    FailedLogIn.objects.create(username="staff", ip_address="10.0.0.1", failures_since_start=7)
    client, url = client_of(world.administrator), reverse("admin:branches_failedlogin_changelist")

    rows = {found.username: found.recent for found in client.get(url).context["cl"].result_list}
    assert rows == {"manager": 8, "staff": 7}
    assert client.get(url).content.decode().count("not locked") == 1

    chosen = FailedLogIn.objects.filter(username="manager").values_list("pk", flat=True)
    client.post(url, {"action": "unlock", "_selected_action": list(chosen)[:1]})
    assert set(FailedLogIn.objects.values_list("username", flat=True)) == {"staff"}
    assert AuditEntry.objects.get().subject == "log-in manager"
