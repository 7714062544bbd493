"""A small company with data that could leak: everything foreign has a twin that is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from branches.models import Branch, Region, StaffMember, User
from tests.factories import BranchFactory, EmploymentFactory, RegionFactory, StaffMemberFactory, UserFactory


@dataclass
class World:
    """North holds `area`, which holds `branch` and `sister`; South holds `foreign`.

    Users: `staff` works at `branch`, `manager` runs it, `regional` reviews North, `administrator`; `foreign_manager`
    runs `foreign`, `foreign_regional` reviews South, `foreign_staff` works at `foreign`; `colleague` works at `branch`.
    """

    north: Region
    area: Region
    south: Region
    branch: Branch
    sister: Branch
    foreign: Branch
    member: StaffMember
    colleague: StaffMember
    foreign_member: StaffMember
    staff: User
    manager: User
    regional: User
    administrator: User
    foreign_staff: User
    foreign_manager: User
    foreign_regional: User

    @classmethod
    def make(cls) -> World:
        """Build it; names are fixed so that tests can look for them in pages."""
        north = RegionFactory(code="NORTH", name_en="North", name_zh="北区")
        area = RegionFactory(code="AREA", name_en="Harbour", name_zh="海港片区", parent=north)
        south = RegionFactory(code="SOUTH", name_en="South", name_zh="南区")
        branch = BranchFactory(code="N1", name_en="Nanshan", name_zh="南山营业厅", region=area)
        sister = BranchFactory(code="N2", name_en="Futian", name_zh="福田营业厅", region=area)
        foreign = BranchFactory(code="S1", name_en="Secretfield", name_zh="机密营业厅", region=south)
        member, colleague, outsider = (
            StaffMemberFactory(number=number, name=name)
            for number, name in [("E1", "Li Lei"), ("E2", "Han Mei"), ("E9", "Zhao Yinmi")]
        )
        for person, place in [(member, branch), (colleague, branch), (outsider, foreign)]:
            EmploymentFactory(staff=person, branch=place)
        users = {
            "staff": UserFactory(username="staff", role="staff", staff_member=member),
            "manager": UserFactory(username="manager", role="manager"),
            "regional": UserFactory(username="regional", role="regional"),
            "administrator": UserFactory(
                username="administrator", role="administrator", is_staff=True, is_superuser=True
            ),
            "foreign_staff": UserFactory(username="foreign_staff", role="staff", staff_member=outsider),
            "foreign_manager": UserFactory(username="foreign_manager", role="manager"),
            "foreign_regional": UserFactory(username="foreign_regional", role="regional"),
        }
        users["manager"].branches.add(branch)
        users["regional"].regions.add(north)
        users["foreign_manager"].branches.add(foreign)
        users["foreign_regional"].regions.add(south)
        return cls(north, area, south, branch, sister, foreign, member, colleague, outsider, **users)
