from datetime import date
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from branches.queries import (
    employment_on,
    is_trading_day,
    make_up_days,
    next_trading_day,
    previous_trading_day,
    public_holidays,
    team_of,
    trading_days,
)
from tests.branches.factories import ClosureFactory, HolidayOverrideFactory, office_hours
from tests.factories import BranchFactory, EmploymentFactory, RegionFactory, StaffMemberFactory
from tests.worlds import World

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def row(branch: Any, first: date, last: date) -> Any:
    ids, matrix = trading_days([branch.pk], first, last)
    assert ids.tolist() == [branch.pk]
    return "".join("x" if open_ else "." for open_ in matrix[0])


def test_a_branch_without_hours_and_dates_trades_every_day() -> None:
    assert row(BranchFactory(), MONDAY, date(2026, 3, 8)) == "xxxxxxx"


def test_weekdays_without_hours_are_closed() -> None:
    branch = BranchFactory()
    office_hours(branch)

    assert row(branch, MONDAY, date(2026, 3, 8)) == "xxxxx.."


def test_a_branch_trades_from_its_opening_to_its_last_day_both_included() -> None:
    branch = BranchFactory(opened_on=TUESDAY, closed_on=WEDNESDAY)

    assert row(branch, MONDAY, date(2026, 3, 6)) == ".xx.."


def test_a_closure_of_one_branch_leaves_others_open() -> None:
    shut, open_ = BranchFactory(), BranchFactory()
    ClosureFactory(branch=shut, first_day=TUESDAY, last_day=TUESDAY)

    assert row(shut, MONDAY, WEDNESDAY) == "x.x"
    assert row(open_, MONDAY, WEDNESDAY) == "xxx"


def test_a_closure_of_a_region_reaches_every_branch_below_it_and_no_other(world: World) -> None:
    ClosureFactory(region=world.north, first_day=date(2026, 2, 1), last_day=MONDAY)

    assert row(world.branch, MONDAY, TUESDAY) == ".x"
    assert row(world.foreign, MONDAY, TUESDAY) == "xx"


def test_a_closure_of_the_company_reaches_everybody(world: World) -> None:
    ClosureFactory(first_day=TUESDAY, last_day=date(2026, 4, 1))

    assert row(world.branch, MONDAY, WEDNESDAY) == "x.."
    assert row(world.foreign, MONDAY, WEDNESDAY) == "x.."


def test_only_branches_that_keep_public_holidays_close_on_them() -> None:
    keeps, trades = BranchFactory(opens_on_holidays=False), BranchFactory()
    national_day = date(2026, 10, 1)

    assert row(keeps, date(2026, 9, 30), national_day) == "x."
    assert row(trades, date(2026, 9, 30), national_day) == "xx"


def test_an_office_opens_on_a_make_up_saturday_and_stays_shut_on_the_next() -> None:
    office = BranchFactory(opens_on_holidays=False)
    office_hours(office)

    assert is_trading_day(office, date(2026, 2, 14))
    assert not is_trading_day(office, date(2026, 2, 21))


def test_a_make_up_day_opens_no_branch_that_is_closed_down_or_ignores_public_holidays() -> None:
    ignores = BranchFactory()
    office_hours(ignores)
    gone = BranchFactory(opens_on_holidays=False, closed_on=date(2026, 2, 13))

    assert not is_trading_day(ignores, date(2026, 2, 14))
    assert not is_trading_day(gone, date(2026, 2, 14))


def test_a_correction_adds_a_holiday_and_takes_one_away() -> None:
    branch = BranchFactory(opens_on_holidays=False)
    HolidayOverrideFactory(day=MONDAY)
    HolidayOverrideFactory(day=date(2026, 10, 1), is_holiday=False)

    assert row(branch, MONDAY, TUESDAY) == ".x"
    assert is_trading_day(branch, date(2026, 10, 1))


def test_a_correction_makes_and_unmakes_a_working_weekend() -> None:
    HolidayOverrideFactory(day=date(2026, 3, 7), is_holiday=False)
    HolidayOverrideFactory(day=date(2026, 2, 28), is_holiday=True)

    assert make_up_days(date(2026, 2, 1), date(2026, 3, 31)) == {date(2026, 2, 14), date(2026, 3, 7)}


def test_holidays_have_names_in_both_languages() -> None:
    names = public_holidays(date(2026, 10, 1), date(2026, 10, 6))

    assert [str(name) for name in names.values()] == ["National Day"] * 3 + [
        "National Day (observed)",
        "Day off in exchange",
    ]
    with translation.override("zh-hans"):
        assert [str(name) for name in names.values()] == ["国庆节"] * 3 + ["国庆节补休", "调休"]


def test_holidays_reach_over_the_turn_of_the_year() -> None:
    assert list(public_holidays(date(2025, 12, 25), date(2026, 1, 2))) == [date(2026, 1, 1), date(2026, 1, 2)]


def test_a_country_unknown_to_the_library_has_only_its_own_corrections(settings: Any) -> None:
    settings.COUNTRY = "XX"
    HolidayOverrideFactory(day=MONDAY)

    assert [name.zh for name in public_holidays(MONDAY, TUESDAY).values()] == ["特别假日"]


def test_all_branches_come_in_ascending_order_and_unknown_ids_are_left_out(world: World) -> None:
    ids, matrix = trading_days(None, MONDAY, TUESDAY)

    assert ids.tolist() == sorted([world.branch.pk, world.sister.pk, world.foreign.pk])
    assert matrix.shape == (3, 2)
    assert trading_days([world.sister.pk, 999_999, world.branch.pk], MONDAY, MONDAY)[0].tolist() == sorted(
        [world.sister.pk, world.branch.pk]
    )


def test_no_branches_give_an_empty_matrix() -> None:
    ids, matrix = trading_days([], MONDAY, WEDNESDAY)

    assert ids.shape == (0,)
    assert matrix.shape == (0, 3)
    assert matrix.dtype == np.bool_


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_takes_six_queries_however_many_branches(
    count: int, world: World, django_assert_num_queries: Any
) -> None:
    branches = [BranchFactory(opens_on_holidays=False, region=world.area) for _ in range(count)]
    ClosureFactory(region=world.north)

    with django_assert_num_queries(6):
        trading_days([branch.pk for branch in branches], MONDAY, WEDNESDAY)


def test_the_neighbours_of_a_weekend_are_friday_and_monday() -> None:
    branch = BranchFactory()
    office_hours(branch)

    assert previous_trading_day(branch, date(2026, 3, 9)) == date(2026, 3, 6)
    assert next_trading_day(branch, date(2026, 3, 6)) == date(2026, 3, 9)


def test_a_closed_branch_has_no_next_trading_day() -> None:
    branch = BranchFactory(closed_on=MONDAY)

    assert next_trading_day(branch, MONDAY) is None
    assert previous_trading_day(BranchFactory(opened_on=MONDAY), MONDAY) is None


def test_the_team_is_who_is_employed_on_that_day() -> None:
    branch = BranchFactory()
    stays, left, comes = (StaffMemberFactory(number=number) for number in ("E1", "E2", "E3"))
    EmploymentFactory(staff=stays, branch=branch)
    EmploymentFactory(staff=left, branch=branch, ends_on=MONDAY)
    EmploymentFactory(staff=comes, branch=branch, starts_on=TUESDAY)
    EmploymentFactory(branch=BranchFactory())

    assert list(team_of(branch, MONDAY)) == [stays, left]
    assert list(team_of(branch, TUESDAY)) == [stays, comes]


def test_where_a_person_works_follows_the_moves() -> None:
    person, old, new = StaffMemberFactory(), BranchFactory(), BranchFactory(region=RegionFactory())
    EmploymentFactory(staff=person, branch=old, starts_on=date(2025, 1, 1), ends_on=MONDAY)
    EmploymentFactory(staff=person, branch=new, starts_on=TUESDAY)

    assert employment_on(person, MONDAY).branch == old
    assert employment_on(person, TUESDAY).branch == new
    assert employment_on(person, date(2024, 12, 31)) is None
