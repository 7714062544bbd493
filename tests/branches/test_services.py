from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from branches.models import AuditEntry, Employment
from branches.services import close_branch, end_employment, move_staff, open_branch, plan_job
from tests.factories import BranchFactory, StaffMemberFactory
from tests.worlds import World

pytestmark = pytest.mark.django_db


def jobs_of(person: Any) -> Any:
    return list(Employment.objects.filter(staff=person).values_list("branch__code", "starts_on", "ends_on"))


def test_a_move_ends_one_employment_and_begins_the_next(world: World) -> None:
    move_staff(world.member, world.foreign, starts_on=date(2026, 3, 1), by=world.administrator)

    assert jobs_of(world.member) == [
        ("N1", date(2020, 1, 1), date(2026, 2, 28)),
        ("S1", date(2026, 3, 1), None),
    ]


def test_a_move_leaves_one_audit_row_without_a_name(world: World) -> None:
    move_staff(world.member, world.foreign, starts_on=date(2026, 3, 1), by=world.administrator)

    entry = AuditEntry.objects.get()
    assert (entry.what, entry.subject, entry.by) == ("staff moved", "staff E1", world.administrator)
    assert (entry.before, entry.after) == ({"branch": "N1"}, {"branch": "S1", "from": "2026-03-01"})


def test_nobody_moves_to_where_they_are_or_before_they_came(world: World) -> None:
    with pytest.raises(ValidationError):
        move_staff(world.member, world.branch, starts_on=date(2026, 3, 1), by=None)
    with pytest.raises(ValidationError):
        move_staff(world.member, world.foreign, starts_on=date(2020, 1, 1), by=None)
    assert len(jobs_of(world.member)) == 1
    assert not AuditEntry.objects.exists()


def test_a_first_employment_is_a_move_from_nowhere(world: World) -> None:
    newcomer = StaffMemberFactory(number="E5")

    move_staff(newcomer, world.branch, starts_on=date(2026, 3, 1), by=None)

    assert jobs_of(newcomer) == [("N1", date(2026, 3, 1), None)]


def test_who_left_may_come_back_to_the_same_branch(world: World) -> None:
    end_employment(world.member, ends_on=date(2026, 1, 31), by=world.administrator)
    move_staff(world.member, world.branch, starts_on=date(2026, 3, 1), by=world.administrator)

    assert jobs_of(world.member) == [
        ("N1", date(2020, 1, 1), date(2026, 1, 31)),
        ("N1", date(2026, 3, 1), None),
    ]


def test_an_employment_ends_once_and_not_before_it_began(world: World) -> None:
    with pytest.raises(ValidationError):
        end_employment(world.member, ends_on=date(2019, 12, 31), by=None)
    end_employment(world.member, ends_on=date(2026, 1, 31), by=None)
    with pytest.raises(ValidationError):
        end_employment(world.member, ends_on=date(2026, 2, 1), by=None)
    assert jobs_of(world.member) == [("N1", date(2020, 1, 1), date(2026, 1, 31))]


def test_a_branch_closes_and_opens_again() -> None:
    branch = BranchFactory(code="B1", opened_on=date(2020, 1, 1))

    close_branch(branch, closed_on=date(2026, 1, 31), by=None)
    assert (branch.opened_on, branch.closed_on) == (date(2020, 1, 1), date(2026, 1, 31))

    open_branch(branch, opened_on=date(2026, 3, 1), by=None)
    branch.refresh_from_db()
    assert (branch.opened_on, branch.closed_on) == (date(2026, 3, 1), None)
    assert [entry.what for entry in AuditEntry.objects.order_by("pk")] == ["branch closed", "branch opened"]


def test_a_branch_cannot_close_before_it_opens() -> None:
    branch = BranchFactory(opened_on=date(2026, 1, 1))

    with pytest.raises(ValidationError):
        close_branch(branch, closed_on=date(2025, 12, 31), by=None)
    assert not AuditEntry.objects.exists()


def test_dates_at_the_same_branch_are_put_right(world: World) -> None:
    latest = world.member.employments.get()

    change = plan_job(
        latest, world.member, world.branch, starts_on=date(2021, 1, 1), ends_on=date(2026, 5, 5)
    )

    assert change.begun is None
    assert (change.amended.starts_on, change.amended.ends_on) == (date(2021, 1, 1), date(2026, 5, 5))


def test_the_same_dates_again_change_nothing(world: World) -> None:
    latest = world.member.employments.get()

    change = plan_job(latest, world.member, world.branch, starts_on=date(2020, 1, 1))

    assert (change.amended, change.begun) == (None, None)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(None, None), (date(2026, 3, 2), date(2026, 3, 1)), (date(2019, 1, 1), None)]
)
def test_a_move_with_no_or_contradicting_dates_is_refused(world: World, starts_on: Any, ends_on: Any) -> None:
    latest = world.member.employments.get()

    with pytest.raises(ValidationError):
        plan_job(latest, world.member, world.foreign, starts_on=starts_on, ends_on=ends_on)
