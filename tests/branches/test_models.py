from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.utils import translation

from branches.models import Branch, Employment, Region, StaffMember, User
from branches.models.users import scope_of
from tests.branches.factories import ClosureFactory
from tests.factories import BranchFactory, EmploymentFactory, RegionFactory, StaffMemberFactory, UserFactory
from tests.worlds import World

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db


def test_each_role_sees_its_branches_and_no_other(world: World) -> None:
    seen = {
        user: set(Branch.objects.for_user(user).values_list("code", flat=True))
        for user in (world.staff, world.manager, world.regional, world.administrator, world.foreign_regional)
    }

    assert list(seen.values()) == [{"N1"}, {"N1"}, {"N1", "N2"}, {"N1", "N2", "S1"}, {"S1"}]


def test_each_role_sees_its_regions_and_no_other(world: World) -> None:
    def codes(user: Any) -> Any:
        return set(Region.objects.for_user(user).values_list("code", flat=True))

    assert codes(world.regional) == {"NORTH", "AREA"}
    assert codes(world.administrator) == {"NORTH", "AREA", "SOUTH"}
    assert codes(world.manager) == codes(world.staff) == set()


def test_each_role_sees_its_staff_and_no_other(world: World) -> None:
    def numbers(user: Any) -> Any:
        return set(StaffMember.objects.for_user(user).values_list("number", flat=True))

    assert numbers(world.staff) == {"E1"}
    assert numbers(world.manager) == numbers(world.regional) == {"E1", "E2"}
    assert numbers(world.foreign_manager) == {"E9"}
    assert numbers(world.administrator) == {"E1", "E2", "E9"}


def test_a_region_three_levels_down_belongs_to_its_reviewer(world: World) -> None:
    deep = RegionFactory(code="DEEP", parent=RegionFactory(code="MID", parent=world.area))
    BranchFactory(code="D1", region=deep)

    assert "D1" in Branch.objects.for_user(world.regional).values_list("code", flat=True)
    assert "D1" not in Branch.objects.for_user(world.foreign_regional).values_list("code", flat=True)


def test_a_region_that_moves_takes_its_branches_out_of_the_old_scope(
    world: World, django_user_model: Any
) -> None:
    world.area.parent = world.south
    world.area.save()

    old, new = (django_user_model.objects.get(pk=u.pk) for u in (world.regional, world.foreign_regional))
    assert not Branch.objects.for_user(old).exists()
    assert set(Branch.objects.for_user(new).values_list("code", flat=True)) == {"N1", "N2", "S1"}


def test_a_person_who_moved_is_seen_by_both_managers_and_sees_the_new_branch(
    world: World, django_user_model: Any
) -> None:
    Employment.objects.filter(staff=world.member).update(ends_on=date(2026, 1, 31))
    EmploymentFactory(staff=world.member, branch=world.foreign, starts_on=date(2026, 2, 1))

    assert world.member in StaffMember.objects.for_user(world.manager)
    assert world.member in StaffMember.objects.for_user(world.foreign_manager)
    staff = django_user_model.objects.get(pk=world.staff.pk)
    assert list(Branch.objects.for_user(staff)) == [world.foreign]


def test_nobody_and_inactive_users_see_nothing(world: World) -> None:
    world.administrator.is_active = False

    assert not scope_of(AnonymousUser()).everything
    assert not scope_of(world.administrator).everything


def test_the_scope_of_regional_staff_takes_one_query(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert world.regional.scope.region_ids == {world.north.pk, world.area.pk}


def test_regions_are_the_same_whether_the_scope_has_been_read_or_not(
    world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        unread = {region.code for region in Region.objects.for_user(world.regional)}
    assert world.regional.scope
    assert unread == {region.code for region in Region.objects.for_user(world.regional)} == {"NORTH", "AREA"}


def test_a_scope_can_be_learned_from_the_regions_read_but_only_by_regional_staff(
    world: World, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        world.regional.learn_regions([world.area.pk])
        assert world.regional.scope.region_ids == {world.area.pk}
    world.manager.learn_regions([world.north.pk])
    assert not world.manager.scope.region_ids


def test_inactive_regional_staff_see_no_region(world: World) -> None:
    world.regional.is_active = False
    assert not Region.objects.for_user(world.regional)


def test_branches_trading_in_a_span_were_open_on_one_of_its_days() -> None:
    BranchFactory(code="PAST", closed_on=date(2026, 1, 31))
    BranchFactory(code="FUTURE", opened_on=date(2026, 3, 1))
    BranchFactory(code="EDGE", opened_on=date(2026, 2, 28), closed_on=date(2026, 3, 5))

    trading = Branch.objects.trading(date(2026, 2, 1), date(2026, 2, 28))
    assert [branch.code for branch in trading] == ["EDGE"]


def test_names_follow_the_reader_and_fall_back() -> None:
    branch = BranchFactory(name_en="Nanshan", name_zh="南山营业厅")
    nameless = BranchFactory(name_en="", name_zh="福田营业厅")

    assert [str(branch), str(nameless)] == ["Nanshan", "福田营业厅"]
    with translation.override("zh-hans"):
        assert str(branch) == "南山营业厅"


@pytest.mark.parametrize(
    "make",
    [
        lambda: BranchFactory(opened_on=date(2026, 2, 1), closed_on=date(2026, 1, 1)),
        lambda: ClosureFactory(first_day=date(2026, 2, 2), last_day=date(2026, 2, 1)),
        lambda: ClosureFactory(branch=BranchFactory(), region=RegionFactory()),
        lambda: EmploymentFactory(starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 1)),
    ],
)
def test_the_database_refuses_what_cannot_be(make: Any) -> None:
    with pytest.raises(IntegrityError):
        make()


def test_a_person_has_one_lasting_employment_at_most() -> None:
    person = StaffMemberFactory()
    EmploymentFactory(staff=person)

    with pytest.raises(IntegrityError):
        EmploymentFactory(staff=person, starts_on=date(2026, 1, 1))


def test_a_change_of_role_or_password_ends_the_sessions(client_of: ClientOf, db: Any) -> None:
    user = UserFactory(role="manager", password="old")
    old = user.get_session_auth_hash()

    user.role = "staff"
    assert user.get_session_auth_hash() != old
    user.role = "manager"
    assert user.get_session_auth_hash() == old
    user.password = "new"
    assert user.get_session_auth_hash() != old


def test_the_first_superuser_is_an_administrator_who_can_enter_the_admin(client: Client) -> None:
    call_command("createsuperuser", interactive=False, username="first", email="first@example.com")
    first = User.objects.get(username="first")
    client.force_login(first, backend="django.contrib.auth.backends.ModelBackend")

    assert (first.role, first.scope.everything) == ("administrator", True)
    assert client.get("/admin/").status_code == 200


def test_an_administrator_who_becomes_something_else_stays_that() -> None:
    user = UserFactory(role="administrator", is_staff=True, is_superuser=True)

    user.role, user.is_staff, user.is_superuser = "manager", False, False
    user.save()

    assert User.objects.get(pk=user.pk).role == "manager"
