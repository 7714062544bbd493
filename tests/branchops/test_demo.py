"""The demo company: the same for the same date, within the rules, with its stories to be found."""

from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import translation

from branches.models import Branch, BranchFormat, Employment, Region, StaffMember, User
from branches.queries import is_trading_day
from branchops.demo.figures import figures_frame, share_out
from branchops.demo.units import Company, make_company, months_before
from formulas.components import COMPONENTS
from scorecards.models import Card, DailyFigures, Freshness
from scorecards.services.figures import check

pytestmark = pytest.mark.django_db

LAST = date(2026, 11, 20)


@pytest.fixture
def company() -> Company:
    return make_company(LAST)


@pytest.fixture
def frame(company: Company) -> pd.DataFrame:
    return figures_frame(company)


def of(frame: pd.DataFrame, company: Company, code: str, first: int = 0, last: int = 500) -> pd.DataFrame:
    """A branch's own rows from so many days before the last day of figures (`last`) to so many (`first`)."""
    ago = (pd.Timestamp(LAST) - frame["day"]).dt.days
    mine = (frame["branch_id"] == company.branches[code].pk) & (frame["staff_id"] == 0)
    return frame[mine & (ago >= first) & (ago <= last)]


def test_the_company_has_the_size_that_it_should(company: Company) -> None:
    assert (Branch.objects.count(), BranchFormat.objects.count()) == (24, 4)
    assert Region.objects.filter(parent=None).count() == 3
    assert Region.objects.exclude(parent=None).count() == 7
    assert 140 <= StaffMember.objects.count() <= 160
    assert set(User.objects.values_list("username", "role")) == {
        ("admin", "administrator"),
        ("region", "regional"),
        ("manager", "manager"),
        ("manager2", "manager"),
        ("staff", "staff"),
    }


def test_everything_has_a_name_in_both_languages(company: Company) -> None:
    for thing in [*Region.objects.all(), *BranchFormat.objects.all(), *Branch.objects.all()]:
        assert thing.name_en
        assert thing.name_en.isascii()
        assert not thing.name_zh.isascii()
    with translation.override("zh-hans"):
        assert str(company.branches["SZ01"]) == "南山科技园营业厅"


def test_no_two_people_share_a_name_or_work_in_two_places_at_once(company: Company) -> None:
    names = list(StaffMember.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)
    for person in StaffMember.objects.prefetch_related("employments"):
        jobs = list(person.employments.all())
        for job, following in pairwise(jobs):
            assert job.ends_on < following.starts_on


def test_fifteen_months_end_yesterday(frame: pd.DataFrame) -> None:
    assert frame["day"].min() == pd.Timestamp(2025, 8, 1)
    assert frame["day"].max() == pd.Timestamp(2026, 11, 20)


def test_every_row_meets_the_rules_of_figures(frame: pd.DataFrame) -> None:
    assert check(frame, today=LAST + timedelta(days=1)) == []


def test_staff_rows_add_up_to_the_branch(frame: pd.DataFrame) -> None:
    inputs = ["buyers", "orders", "revenue", "digital_orders", "new_customers"]
    keys = ["day", "branch_id"]
    whole = frame[frame["staff_id"] == 0].set_index(keys)[inputs]
    staff = frame[frame["staff_id"] > 0].groupby(keys)[inputs].sum()

    assert (whole - staff).abs().to_numpy().sum() == 0


def test_the_same_date_gives_the_same_numbers_whatever_the_ids(company: Company, frame: pd.DataFrame) -> None:
    for model in (User, Employment, StaffMember, Branch, BranchFormat):
        model.objects.all().delete()
    Region.objects.order_by("-parent").delete()

    again = figures_frame(make_company(LAST))

    columns = list(COMPONENTS)
    pd.testing.assert_frame_equal(frame[columns], again[columns])


def test_most_figures_of_a_day_do_not_hang_on_the_date_of_the_demo(company: Company) -> None:
    early = figures_frame(company)
    company.last = LAST + timedelta(days=1)
    later = figures_frame(company)

    plain = company.branches["GZ02"].pk
    days = early["day"].max() - pd.Timedelta(days=1)
    before, after = (
        f[(f["branch_id"] == plain) & (f["day"] <= days)].reset_index(drop=True) for f in (early, later)
    )
    pd.testing.assert_frame_equal(before, after)


def test_the_flagships_conversion_collapsed_this_month(frame: pd.DataFrame, company: Company) -> None:
    def conversion(rows: pd.DataFrame) -> float:
        return rows["buyers"].sum() / rows["visitors"].sum()

    now, before = of(frame, company, "SZ01", 0, 14), of(frame, company, "SZ01", 30, 90)

    assert conversion(now) < 0.85 * conversion(before)


def test_a_campaign_lifted_a_basket_and_cross_selling_grew(frame: pd.DataFrame, company: Company) -> None:
    def basket(rows: pd.DataFrame) -> float:
        return rows["revenue"].sum() / rows["orders"].sum()

    def extension(rows: pd.DataFrame) -> float:
        return rows["extension_orders"].sum() / rows["buyers"].sum()

    now, then = (of(frame, company, "GZ01", *span) for span in ((0, 40), (90, 130)))
    assert basket(now) > 1.10 * basket(then)
    now, then = (of(frame, company, "CD02", *span) for span in ((0, 20), (130, 180)))
    assert extension(now) > 1.5 * extension(then)


def test_each_branch_with_a_gap_has_it(frame: pd.DataFrame, company: Company) -> None:
    counter = of(frame, company, "SH03", 24, 51)
    assert counter["visitors"].isna().all()
    assert counter["buyers"].notna().all()
    assert of(frame, company, "SH03", 0, 23)["visitors"].notna().all()
    assert of(frame, company, "HZ02")["day"].max() == pd.Timestamp(LAST - timedelta(days=2))
    assert of(frame, company, "CQ03")["repeat_orders"].isna().all()
    assert of(frame, company, "CQ03")["orders"].notna().all()
    assert of(frame, company, "CQ01", 76, 96).empty
    assert of(frame, company, "FS02")["day"].min() == pd.Timestamp(2026, 7, 18)
    assert of(frame, company, "CD04")["day"].max() == pd.Timestamp(2026, 9, 30)


def test_figures_stand_on_trading_days_only(frame: pd.DataFrame, company: Company) -> None:
    office = set(of(frame, company, "SH02")["day"].dt.date)

    assert date(2026, 2, 14) in office
    assert date(2026, 2, 16) not in office
    assert not is_trading_day(company.branches["SZ01"], date(2026, 2, 17))
    assert not is_trading_day(company.branches["SZ02"], date(2025, 9, 24))
    assert is_trading_day(company.branches["GZ02"], date(2025, 9, 24))


def test_shares_add_up_and_follow_the_weights() -> None:
    totals, weights = np.array([10, 7, 0, 3]), np.array([[1.0, 1.0, 2.0], [0, 1, 1], [1, 1, 1], [0, 0, 0]])

    assert share_out(totals, weights).tolist() == [[3, 2, 5], [0, 4, 3], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("months", "first"), [(0, date(2026, 1, 1)), (1, date(2025, 12, 1)), (13, date(2024, 12, 1))]
)
def test_months_are_counted_back_over_the_turn_of_the_year(months: int, first: date) -> None:
    assert months_before(date(2026, 1, 31), months) == first


def test_the_command_fills_an_empty_database_with_figures_and_cards() -> None:
    out = StringIO()

    call_command("demo", until=LAST, stdout=out)

    assert "24 branches" in out.getvalue()
    assert "manager2" in out.getvalue()
    assert Freshness.objects.get().as_of == LAST
    november = DailyFigures.objects.of_branches().filter(day__gte=date(2026, 11, 1)).aggregate(Sum("revenue"))
    card = Card.objects.get(kind="M", starts_on=date(2026, 11, 1), level=4)
    assert card.revenue == november["revenue__sum"]


def test_the_log_ins_open_with_the_password_that_is_printed(client: Any, company: Company) -> None:
    assert client.login(username="manager", password="branchops-demo")
    assert not client.login(username="manager", password="branchops")


def test_a_database_that_holds_branches_is_left_alone(company: Company) -> None:
    with pytest.raises(CommandError, match="empty"):
        call_command("demo", until=LAST)
    assert Branch.objects.count() == 24
    assert not DailyFigures.objects.exists()
