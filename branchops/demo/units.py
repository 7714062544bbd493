"""Makes the demo company's regions, branches, calendar, staff and log-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np
from django.contrib.auth.hashers import make_password

from branches.models import (
    Branch,
    BranchFormat,
    Closure,
    Employment,
    OpeningHours,
    Region,
    Role,
    StaffMember,
    User,
)
from branches.queries import public_holidays
from branchops.demo.log_ins import PASSWORD
from branchops.demo.places import (
    AREAS,
    CLOSED,
    FORMATS,
    GIVEN_NAMES,
    NEW,
    OFFICE_HOURS,
    PLACES,
    REFURBISHED,
    REGIONS,
    SURNAMES,
    Place,
)

SEED = 20_260_101
MANAGED, MANAGED_BY_SECOND = ("SZ01",), ("HZ01", "HZ02")
POSTS = ("营业厅经理", "资深顾问", "顾问")


@dataclass
class Company:
    """What the parts of the demo hand on: the span of the figures and the units by their codes."""

    first: date
    last: date
    regions: dict[str, Region]
    branches: dict[str, Branch]
    employments: list[Employment]
    users: dict[str, User]

    @property
    def today(self) -> date:
        """The day after the last day of figures."""
        return self.last + timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months before the day's."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def make_company(last: date) -> Company:
    """Write regions, formats, branches, calendar, staff and log-ins; figures are to run until `last`."""
    first = months_before(last + timedelta(days=1), 15)
    regions = _make_regions()
    branches = _make_branches(regions, last)
    _make_hours(branches)
    _make_closures(regions, branches, first, last)
    employments = _make_staff(branches, last)
    users = _make_users(regions, branches, employments)
    return Company(first, last, regions, branches, employments, users)


def opening_of_the_new(last: date) -> date:
    """The new branch opened on the 18th, four months ago."""
    return months_before(last, 4).replace(day=18)


def closing_of_the_closed(last: date) -> date:
    """The closed branch traded last on the last day of the month before last."""
    return months_before(last, 1) - timedelta(days=1)


def refurbishment(last: date) -> tuple[date, date]:
    """First and last day of the three weeks without trading."""
    return last - timedelta(days=96), last - timedelta(days=76)


def _make_regions() -> dict[str, Region]:
    regions = {}
    for position, (code, en, zh) in enumerate(REGIONS):
        regions[code] = Region.objects.create(code=code, name_en=en, name_zh=zh, position=position)
    for position, (code, en, zh, above) in enumerate(AREAS):
        regions[code] = Region.objects.create(
            code=code, name_en=en, name_zh=zh, parent=regions[above], position=position
        )
    return regions


def _make_branches(regions: dict[str, Region], last: date) -> dict[str, Branch]:
    formats = {
        code: BranchFormat.objects.create(code=code, name_en=en, name_zh=zh) for code, en, zh in FORMATS
    }
    made = [_branch(number, place, regions, formats, last) for number, place in enumerate(PLACES)]
    Branch.objects.bulk_create(made)
    return {branch.code: branch for branch in made}


def _branch(
    number: int, place: Place, regions: dict[str, Region], formats: dict[str, BranchFormat], last: date
) -> Branch:
    opened = date(2012 + number * 7 % 11, 1 + number * 5 % 12, 8 + number % 20)
    return Branch(
        code=place.code,
        name_en=place.en,
        name_zh=place.zh,
        region=regions[place.area],
        format=formats[place.format],
        opened_on=opening_of_the_new(last) if place.code == NEW else opened,
        closed_on=closing_of_the_closed(last) if place.code == CLOSED else None,
        opens_on_holidays=place.code != OFFICE_HOURS,
    )


def _make_hours(branches: dict[str, Branch]) -> None:
    """Every day of the week, except for the office-hours branch; malls close late."""
    hours = []
    for place in PLACES:
        closes = time(22) if place.format == "mall" else time(20)
        for weekday in range(5 if place.code == OFFICE_HOURS else 7):
            hours.append(
                OpeningHours(
                    branch=branches[place.code], weekday=weekday, opens_at=time(9, 30), closes_at=closes
                )
            )
    OpeningHours.objects.bulk_create(hours)


def _make_closures(regions: dict[str, Region], branches: dict[str, Branch], first: date, last: date) -> None:
    """A refurbishment (branch), a typhoon (region), and New Year's Day by the lunar calendar (company)."""
    start, end = refurbishment(last)
    typhoon = date(2025, 9, 24)
    closures = [Closure(branch=branches[REFURBISHED], first_day=start, last_day=end, reason="店面装修")]
    if first <= typhoon <= last:
        closures.append(Closure(region=regions["SZ"], first_day=typhoon, last_day=typhoon, reason="台风停业"))
    for day in _lunar_new_years(first, last):
        closures.append(Closure(first_day=day, last_day=day, reason="大年初一"))
    Closure.objects.bulk_create(closures)


def _lunar_new_years(first: date, last: date) -> list[date]:
    spring = [
        day
        for day, name in public_holidays(date(first.year, 1, 1), date(last.year, 12, 31)).items()
        if name.zh == "春节"
    ]
    firsts = {day.year: day for day in reversed(spring)}
    return sorted(firsts.values())


def _make_staff(branches: dict[str, Branch], last: date) -> list[Employment]:
    """Teams of the size that each place has, with newcomers, leavers and two moves in the last year."""
    random = np.random.default_rng([SEED, 1])
    names = _names(random)
    members: list[StaffMember] = []
    jobs: list[Employment] = []
    for place in PLACES:
        branch = branches[place.code]
        for seat in range(place.staff):
            number = len(members)
            members.append(
                StaffMember(number=f"T{1001 + number}", name=names[number], post=POSTS[_rank(seat)])
            )
            jobs.append(_employment(branch, members[-1], number, seat, last))
    StaffMember.objects.bulk_create(members)
    moved = _moves(branches, jobs, last)
    Employment.objects.bulk_create(jobs + moved)
    return jobs + moved


def _rank(seat: int) -> int:
    """One manager, then seniors, then advisers."""
    return 0 if seat == 0 else 1 if seat <= 2 else 2


def _names(random: np.random.Generator) -> list[str]:
    """As many different names as there are seats, in an order of their own."""
    everyone = [surname + given for surname in SURNAMES for given in GIVEN_NAMES]
    return [everyone[i] for i in random.permutation(len(everyone))[: sum(p.staff for p in PLACES)]]


def _employment(branch: Branch, member: StaffMember, number: int, seat: int, last: date) -> Employment:
    since = date(2018 + number * 5 % 7, 1 + number * 3 % 12, 1 + number % 28)
    if seat > 0 and number % 11 == 4:
        since = last - timedelta(days=40 + number * 13 % 300)
    starts = max(since, branch.opened_on or since)
    ends = branch.closed_on
    if seat > 2 and number % 29 == 9:
        ends = last - timedelta(days=30 + number % 60)
    return Employment(staff=member, branch=branch, starts_on=starts, ends_on=ends)


def _moves(branches: dict[str, Branch], jobs: list[Employment], last: date) -> list[Employment]:
    """The flagship's best adviser moves next door, a newcomer comes; the closed branch's people move on."""
    moved = []
    flagship = [job for job in jobs if job.branch.code == "SZ01"]
    leaver, newcomer = flagship[1], flagship[-1]
    leaver.starts_on, leaver.ends_on = min(leaver.starts_on, date(2021, 3, 1)), last - timedelta(days=24)
    moved.append(_next_job(leaver, branches["SZ02"]))
    newcomer.starts_on, newcomer.ends_on = last - timedelta(days=23), None
    for job in jobs:
        if job.branch.code == CLOSED and job.ends_on == job.branch.closed_on:
            moved.append(_next_job(job, branches["CD03" if len(moved) % 2 else "CD02"]))
    return moved


def _next_job(job: Employment, branch: Branch) -> Employment:
    assert job.ends_on is not None
    return Employment(staff=job.staff, branch=branch, starts_on=job.ends_on + timedelta(days=1))


def _make_users(
    regions: dict[str, Region], branches: dict[str, Branch], jobs: list[Employment]
) -> dict[str, User]:
    """One log-in per role, and a second manager who runs two branches, one of them late with its figures."""
    people = {code: [job.staff for job in jobs if job.branch.code == code] for code in ("SZ01", "HZ01")}
    users = {
        "admin": _user("admin", Role.ADMINISTRATOR, is_staff=True, is_superuser=True),
        "region": _user("region", Role.REGIONAL),
        "manager": _user("manager", Role.MANAGER, staff_member=people["SZ01"][0]),
        "manager2": _user("manager2", Role.MANAGER, staff_member=people["HZ01"][0]),
        "staff": _user("staff", Role.STAFF, staff_member=people["SZ01"][2]),
    }
    users["region"].regions.add(regions["SOUTH"])
    users["manager"].branches.add(*(branches[code] for code in MANAGED))
    users["manager2"].branches.add(*(branches[code] for code in MANAGED_BY_SECOND))
    return users


def _user(name: str, role: Role, **fields: object) -> User:
    person = fields.get("staff_member")
    full_name = person.name if isinstance(person, StaffMember) else ""
    return User.objects.create(
        username=name, role=role, first_name=full_name, password=make_password(PASSWORD), **fields
    )
