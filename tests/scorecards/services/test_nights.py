from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from jobs.models import Job, State
from scorecards.services.nights import night_of, request_marked, request_nights
from scorecards.services.recompute import mark
from tests.factories import BranchFactory

# 02:00 in Shanghai is 18:00 UTC of the day before.
BEFORE_TWO, TWO = datetime(2026, 11, 20, 17, 59, tzinfo=UTC), datetime(2026, 11, 20, 18, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company_hours(settings: Any) -> None:
    settings.NIGHTLY_HOUR, settings.TIME_ZONE = 2, "Asia/Shanghai"


def nights() -> list[str]:
    return list(Job.objects.filter(kind="nightly").order_by("pk").values_list("period", flat=True))


def test_the_night_is_due_from_its_local_hour_on() -> None:
    assert night_of(BEFORE_TWO) == date(2026, 11, 20)
    assert night_of(TWO) == date(2026, 11, 21)


def test_a_new_installation_begins_with_the_newest_night_and_asks_once() -> None:
    request_nights(TWO)
    request_nights(TWO + timedelta(hours=5))
    assert nights() == ["2026-11-21"]


def test_missed_nights_are_made_up_in_order_and_once() -> None:
    request_nights(TWO)
    request_nights(TWO + timedelta(days=3))
    request_nights(TWO + timedelta(days=3, minutes=1))
    assert nights() == ["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"]


def test_after_a_long_rest_the_newest_fourteen_are_made_up() -> None:
    request_nights(TWO)
    request_nights(TWO + timedelta(days=100))
    assert len(nights()) == 15
    assert nights()[1] == "2027-02-16"


def test_marks_that_wait_request_one_recompute() -> None:
    request_marked(TWO)
    assert not Job.objects.exists()
    mark([(BranchFactory().pk, date(2026, 11, 1))])
    request_marked(TWO)
    request_marked(TWO)
    assert Job.objects.filter(kind="recompute", state=State.WAITING).count() == 1


def test_a_recompute_that_failed_for_good_rests_before_it_is_tried_again() -> None:
    mark([(BranchFactory().pk, date(2026, 11, 1))])
    request_marked(TWO)
    Job.objects.update(state=State.FAILED, finished_at=TWO)
    request_marked(TWO + timedelta(minutes=9))
    assert Job.objects.get().state == State.FAILED
    request_marked(TWO + timedelta(minutes=11))
    assert Job.objects.get().state == State.WAITING
