from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from branches.handlers import request_clearing, run_clearing
from branches.models import AuditEntry, Branch, Employment, FailedLogIn, OpeningHours
from branches.queries import is_trading_day
from branches.services import (
    clear_uploads,
    close_branch,
    close_weekdays,
    end_employment,
    move_staff,
    open_branch,
    plan_job,
    reopen_weekdays,
    unlock_log_ins,
)
from jobs.models import Job
from jobs.services import Run
from tests.factories import BranchFactory, StaffMemberFactory
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_this_test_only() -> Iterator[None]:
    yield
    for folder in ("django-import-export", "imports"):
        names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
        for name in names:
            default_storage.delete(f"{folder}/{name}")


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


def weekdays_of(branch: Branch) -> list[int]:
    return list(branch.opening_hours.values_list("weekday", flat=True))


def test_branches_without_hours_trade_on_the_other_weekdays_only(world: World) -> None:
    count = close_weekdays([world.branch.pk, world.sister.pk], [6], by=world.administrator)

    assert count == 2
    assert weekdays_of(world.branch) == weekdays_of(world.sister) == [0, 1, 2, 3, 4, 5]
    assert weekdays_of(world.foreign) == []
    assert set(OpeningHours.objects.values_list("opens_at", "closes_at")) == {(None, None)}
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.subject, entry.by) == ("weekdays closed", "company", world.administrator)
    assert entry.after == {"count": 2, "weekdays": [6], "branches": ["N1", "N2"]}


def test_a_branch_without_known_hours_does_not_trade_on_its_closed_weekday(world: World) -> None:
    close_weekdays([world.branch.pk], [6], by=None)

    assert is_trading_day(world.branch, date(2026, 11, 21))  # Saturday
    assert not is_trading_day(world.branch, date(2026, 11, 22))  # Sunday
    assert is_trading_day(world.sister, date(2026, 11, 22))


def test_hours_that_somebody_entered_are_never_overwritten(world: World) -> None:
    OpeningHours.objects.create(branch=world.branch, weekday=6, opens_at="10:00", closes_at="16:00")

    assert close_weekdays([world.branch.pk], [6], by=None) == 0
    assert weekdays_of(world.branch) == [6]
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("weekdays", [[], [0, 1, 2, 3, 4, 5, 6]])
def test_one_to_six_weekdays_can_be_closed(weekdays: list[int], world: World) -> None:
    with pytest.raises(ValidationError, match="Choose one to six weekdays"):
        close_weekdays([world.branch.pk], weekdays, by=None)


def test_closing_weekdays_twice_changes_nothing_the_second_time(world: World) -> None:
    close_weekdays([world.branch.pk], [6], by=None)

    assert close_weekdays([world.branch.pk], [5, 6], by=None) == 0
    assert weekdays_of(world.branch) == [0, 1, 2, 3, 4, 5]
    assert AuditEntry.objects.count() == 1


def test_closed_weekdays_are_taken_back_where_no_hours_are_entered(world: World) -> None:
    close_weekdays([world.branch.pk, world.sister.pk], [6], by=None)
    world.sister.opening_hours.filter(weekday=0).update(opens_at="09:00", closes_at="18:00")

    assert reopen_weekdays([world.branch.pk, world.sister.pk, world.foreign.pk], by=None) == 1
    assert weekdays_of(world.branch) == []
    assert weekdays_of(world.sister) == [0, 1, 2, 3, 4, 5]
    assert is_trading_day(world.branch, date(2026, 11, 22))
    assert AuditEntry.objects.get(what="weekdays opened").after == {"count": 1, "branches": ["N1"]}


def test_a_locked_name_can_log_in_again_and_others_stay_locked(world: World) -> None:
    for name in ("manager", "staff"):
        for address in ("10.0.0.1", "10.0.0.2"):
            FailedLogIn.objects.create(username=name, ip_address=address, failures_since_start=8)

    unlock_log_ins(["manager"], by=world.administrator)

    assert set(FailedLogIn.objects.values_list("username", flat=True)) == {"staff"}
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.subject, entry.by) == ("log-in unlocked", "log-in manager", world.administrator)


def test_files_that_nobody_confirmed_are_cleared_away_and_newer_ones_stay(db: None) -> None:
    for name in ("one", "two"):
        default_storage.save(f"django-import-export/{name}", ContentFile(b"code\n"))
    default_storage.save("imports/kept.csv", ContentFile(b"branch\n"))
    written = default_storage.get_modified_time("django-import-export/one")

    assert clear_uploads(written - timedelta(days=1)) == 0
    assert clear_uploads(timezone.now() + timedelta(days=1)) == 2

    assert default_storage.listdir("django-import-export")[1] == []
    assert default_storage.exists("imports/kept.csv")


def test_where_nothing_was_ever_uploaded_nothing_is_cleared(db: None) -> None:
    assert clear_uploads(timezone.now()) == 0


def test_clearing_is_due_once_a_day(db: None) -> None:
    morning = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    for at in (morning, morning + timedelta(hours=5), morning + timedelta(days=1)):
        request_clearing(at)

    jobs = Job.objects.filter(kind="clear_uploads").order_by("period")
    assert [job.period for job in jobs] == ["2026-11-20", "2026-11-21"]
    assert run_clearing(Run(jobs[0])) == {"files": 0}
