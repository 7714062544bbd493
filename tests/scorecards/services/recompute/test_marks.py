from datetime import UTC, date, datetime

import pandas as pd
import pytest

from branches.models import Branch
from scorecards.models import DailyFigures, DirtyMonth, Source
from scorecards.models.dirty import EVERY_DAY
from scorecards.services.figures import store
from scorecards.services.recompute import mark, mark_branch, mark_records, recompute
from scorecards.services.recompute.marks import Marks
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory()


def days_of(branch: Branch) -> list[int]:
    bits = DirtyMonth.objects.get(branch=branch, month=NOVEMBER).days
    return [n + 1 for n in range(31) if bits >> n & 1]


def test_a_mark_names_the_days_that_changed(branch: Branch) -> None:
    mark([(branch.pk, date(2026, 11, 1)), (branch.pk, date(2026, 11, 30)), (branch.pk, date(2026, 12, 31))])
    assert days_of(branch) == [1, 30]
    assert DirtyMonth.objects.get(month=date(2026, 12, 1)).days == 1 << 30


def test_days_that_are_marked_later_come_to_those_that_wait_under_a_new_stamp(branch: Branch) -> None:
    mark([(branch.pk, date(2026, 11, 3))])
    before = DirtyMonth.objects.get().stamp
    mark([(branch.pk, date(2026, 11, 17))])
    mark_records([(branch.pk, date(2026, 11, 20))])
    assert days_of(branch) == [3, 17]
    assert DirtyMonth.objects.get().stamp != before


def test_a_mark_without_days_means_the_whole_month(branch: Branch) -> None:
    assert (
        DirtyMonth.objects.create(branch=branch, month=NOVEMBER, stamp="of the previous release").days
        == EVERY_DAY
    )


def test_a_branch_is_marked_on_every_day_of_the_months_that_it_has(branch: Branch) -> None:
    DailyFigures.objects.create(day=date(2026, 11, 5), branch=branch, revenue=100)
    recompute(today=date(2026, 11, 7))
    mark_branch([branch.pk])
    assert DirtyMonth.objects.get().days == EVERY_DAY


def test_records_alone_ask_for_no_cards(branch: Branch) -> None:
    mark_records([(branch.pk, date(2026, 11, 20))])
    marks = Marks.read()
    assert marks.by_month() == {NOVEMBER: frozenset({branch.pk})}
    assert marks.of_figures() == {}
    assert marks.days() == {}


def test_a_run_after_records_alone_measures_the_metrics_and_takes_the_mark_away(branch: Branch) -> None:
    DailyFigures.objects.create(day=date(2026, 11, 5), branch=branch, revenue=100)
    recompute(today=date(2026, 11, 7))
    mark_records([(branch.pk, date(2026, 11, 6))])
    assert recompute(today=date(2026, 11, 7))["periods"] == 0
    assert not DirtyMonth.objects.exists()


@pytest.mark.parametrize("source", [Source.ENTRY, Source.IMPORT])
def test_figures_that_are_stored_mark_their_days(branch: Branch, source: Source) -> None:
    days = [date(2026, 11, 2), date(2026, 11, 9), date(2026, 12, 1)]
    frame = pd.DataFrame({"day": days, "branch_id": branch.pk, "visitors": [5, 6, 7]})
    store(frame, by=None, source=source, at=datetime(2026, 12, 2, 8, tzinfo=UTC))
    marked = DirtyMonth.objects.order_by("month").values_list("month", "days")
    assert list(marked) == [(NOVEMBER, (1 << 1) + (1 << 8)), (date(2026, 12, 1), 1)]
