"""Every admin page of this floor: who enters, that it answers, and that rows cost no queries."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import AuditEntry, Branch, FailedLogIn, Region, StaffMember
from branches.services import audit
from tests.branches.factories import ClosureFactory, HolidayOverrideFactory
from tests.factories import BranchFactory, EmploymentFactory, RegionFactory, StaffMemberFactory, UserFactory
from tests.worlds import World

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db

MODELS = [
    "region",
    "branchformat",
    "branch",
    "staffmember",
    "user",
    "failedlogin",
    "closure",
    "holidayoverride",
    "auditentry",
]


@pytest.mark.parametrize("model", MODELS)
def test_administrators_see_the_list_and_nobody_else_does(
    model: Any, world: World, client_of: ClientOf
) -> None:
    url = reverse(f"admin:branches_{model}_changelist")

    assert client_of(world.administrator).get(url).status_code == 200
    for user in (world.staff, world.manager, world.regional):
        assert client_of(user).get(url).status_code == 403


def test_every_model_of_this_floor_has_a_page_or_stands_on_one() -> None:
    registered = {model._meta.model_name for model in site._registry if model._meta.app_label == "branches"}

    assert registered == set(MODELS)


@pytest.mark.parametrize("model", ["region", "branchformat", "branch", "staffmember", "user", "closure"])
def test_a_form_for_a_new_one_opens(model: Any, world: World, client_of: ClientOf) -> None:
    assert client_of(world.administrator).get(reverse(f"admin:branches_{model}_add")).status_code == 200


def grow(count: int) -> Any:
    area = RegionFactory()
    for number in range(count):
        branch = BranchFactory(region=area)
        EmploymentFactory(staff=StaffMemberFactory(), branch=branch)
        UserFactory()
        ClosureFactory(branch=branch)
        HolidayOverrideFactory(day=date(2026, 5, 1 + number))
        name = f"user {FailedLogIn.objects.count()}"
        FailedLogIn.objects.create(username=name, ip_address="10.0.0.1", failures_since_start=1)
        audit("something", f"branch {number}", by=None)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_as_many_queries_with_one_row_as_with_many(
    model: Any, world: World, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    from django.db import connection

    client, url = client_of(world.administrator), reverse(f"admin:branches_{model}_changelist")
    grow(1)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(url)
    HolidayOverrideFactory._meta.model.objects.all().delete()
    grow(3)

    with django_assert_num_queries(len(before)):
        client.get(url)
    assert len(before) <= 9


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=南山", {"N1"}),
        ("q=S1", {"S1"}),
        ("state=trading", {"N1", "S1"}),
        ("state=closed", {"N2"}),
        ("state=future", set()),
    ],
)
def test_branches_are_found_by_name_code_and_state(
    query: Any, codes: Any, world: World, client_of: ClientOf
) -> None:
    Branch.objects.filter(code="N2").update(closed_on=date(2020, 1, 1))

    page = client_of(world.administrator).get(reverse("admin:branches_branch_changelist") + f"?{query}")

    assert {branch.code for branch in page.context["cl"].result_list} == codes


def test_a_region_finds_the_branches_of_all_regions_below(world: World, client_of: ClientOf) -> None:
    page = client_of(world.administrator).get(
        reverse("admin:branches_branch_changelist") + f"?region={world.north.pk}"
    )

    assert {branch.code for branch in page.context["cl"].result_list} == {"N1", "N2"}


def test_regions_are_listed_as_a_tree(world: World, client_of: ClientOf) -> None:
    page = client_of(world.administrator).get(reverse("admin:branches_region_changelist"))

    assert [(region.code, region.tree_depth) for region in page.context["cl"].result_list] == [
        ("NORTH", 0),
        ("AREA", 1),
        ("SOUTH", 0),
    ]
    assert "\u2003Harbour" in page.content.decode()


def test_the_search_in_regions_keeps_to_the_tree(world: World, client_of: ClientOf) -> None:
    page = client_of(world.administrator).get(reverse("admin:branches_region_changelist") + "?q=harbour")

    assert [region.code for region in page.context["cl"].result_list] == ["AREA"]


def test_a_new_region_is_made_with_an_audit_row(world: World, client_of: ClientOf) -> None:
    client_of(world.administrator).post(
        reverse("admin:branches_region_add"),
        {"code": "WEST", "name_en": "West", "name_zh": "西区", "parent": world.north.pk, "position": 1},
    )

    west = Region.objects.get(code="WEST")
    entry = AuditEntry.objects.get()
    assert west.parent == world.north
    assert (entry.what, entry.subject, entry.by) == ("region added", "region WEST", world.administrator)
    assert entry.after["parent"] == "NORTH"


def branch_form(branch: Any, **changes: Any) -> Any:
    inlines = {
        f"{prefix}-{kind}_FORMS": 0
        for prefix in ("opening_hours", "closures")
        for kind in ("TOTAL", "INITIAL")
    }
    return {
        "code": branch.code,
        "name_en": branch.name_en,
        "name_zh": branch.name_zh,
        "region": branch.region_id,
        "format": branch.format_id,
        "time_zone": "Asia/Shanghai",
        "opens_on_holidays": "on",
        **inlines,
        **changes,
    }


def test_a_change_of_a_branch_is_audited_from_and_to(world: World, client_of: ClientOf) -> None:
    url = reverse("admin:branches_branch_change", args=[world.branch.pk])

    client_of(world.administrator).post(url, branch_form(world.branch, closed_on="2026-03-01"))

    entry = AuditEntry.objects.get()
    assert (entry.what, entry.subject) == ("branch changed", "branch N1")
    assert (entry.before, entry.after) == ({"closed_on": None}, {"closed_on": "2026-03-01"})


def test_saving_a_branch_unchanged_leaves_no_audit_row(world: World, client_of: ClientOf) -> None:
    url = reverse("admin:branches_branch_change", args=[world.branch.pk])

    client_of(world.administrator).post(url, branch_form(world.branch))

    assert not AuditEntry.objects.exists()


def test_a_time_zone_that_does_not_exist_is_refused(world: World, client_of: ClientOf) -> None:
    url = reverse("admin:branches_branch_change", args=[world.branch.pk])

    page = client_of(world.administrator).post(url, branch_form(world.branch, time_zone="Mars/Base"))

    assert "There is no time zone “Mars/Base”." in page.content.decode()


def test_the_audit_trail_cannot_be_written(world: World, client_of: ClientOf) -> None:
    entry = audit("something", "branch 1", by=None)
    client = client_of(world.administrator)

    assert client.get(reverse("admin:branches_auditentry_add")).status_code == 403
    assert client.post(reverse("admin:branches_auditentry_delete", args=[entry.pk])).status_code == 403
    client.post(reverse("admin:branches_auditentry_change", args=[entry.pk]), {"what": "else"})
    assert AuditEntry.objects.get().what == "something"


def test_staff_are_never_deleted(world: World, client_of: ClientOf) -> None:
    url = reverse("admin:branches_staffmember_delete", args=[world.member.pk])

    assert client_of(world.administrator).post(url, {"post": "yes"}).status_code == 403
    assert StaffMember.objects.filter(pk=world.member.pk).exists()


def move(client: Any, people: Any, **answers: Any) -> Any:
    data = {"action": "move", "_selected_action": [person.pk for person in people], **answers}
    return client.post(reverse("admin:branches_staffmember_changelist"), data)


def test_moving_staff_asks_where_to_and_from_when(world: World, client_of: ClientOf) -> None:
    page = move(client_of(world.administrator), [world.member, world.colleague])

    assert page.status_code == 200
    assert "E1 Li Lei" in page.content.decode()
    assert "style=" not in page.content.decode().split("<main")[-1]


def test_chosen_staff_are_moved_together(world: World, client_of: ClientOf) -> None:
    move(
        client_of(world.administrator),
        [world.member, world.colleague],
        apply="1",
        branch=world.sister.pk,
        starts_on="2026-03-01",
    )

    present = StaffMember.objects.filter(employments__ends_on=None, employments__branch=world.sister)
    assert {person.number for person in present} == {"E1", "E2"}


def test_one_impossible_move_stops_all(world: World, client_of: ClientOf) -> None:
    page = move(
        client_of(world.administrator),
        [world.member, world.foreign_member],
        apply="1",
        branch=world.foreign.pk,
        starts_on="2026-03-01",
    )

    assert "E9 Zhao Yinmi: This person works at this branch already." in page.content.decode()
    assert world.member.employments.get().branch == world.branch
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("code", ["A/B", "A\\B", ".."])
def test_a_code_that_cannot_stand_in_an_address_is_refused(
    code: str, world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    told = "this stands in the address of the page"
    branch = {"code": code, "region": world.area.pk, "format": world.branch.format.pk}
    for model, form in (
        ("branch", branch),
        ("region", {"code": code, "position": 0}),
        ("staffmember", {"number": code, "name": "Li"}),
    ):
        assert told in client.post(reverse(f"admin:branches_{model}_add"), form).content.decode()
    file = SimpleUploadedFile("file.csv", f"number,name\n{code},Li\n".encode())
    answer = client.post(reverse("admin:branches_staffmember_import"), {"import_file": file, "format": "0"})
    assert told in answer.content.decode()
