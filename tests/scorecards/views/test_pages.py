"""The pages of a manager: who may see them, what they say, and how many queries they cost."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from formulas.periods import Kind
from scorecards.models import DailyFigures, DirtyMonth
from scorecards.views.pages import shown
from tests.factories import EmploymentFactory, StaffMemberFactory
from tests.scorecards.factories import (
    AS_OF,
    CardFactory,
    DailyFiguresFactory,
    MetricCardFactory,
    make_card,
    make_days,
    make_fresh,
)
from tests.worlds import World

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
"""Nine in the morning at the branches, the day after the newest figures."""
LogIn = Callable[[object], Client]
BRANCH_PAGES = ["today", "branch", "whatif", "scorecard"]


@pytest.fixture(autouse=True)
def in_the_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def figures(world: World) -> World:
    """Two months of figures at all three branches, better in November, with staff, cards and freshness."""
    make_fresh()
    for place in (world.branch, world.sister, world.foreign):
        make_days(place, date(2026, 9, 1), date(2026, 10, 31))
        make_days(place, date(2026, 11, 1), AS_OF, revenue=330_000)
        make_card(place, Kind.MONTH, AS_OF)
    for number in range(1, 8):
        make_card(world.branch, Kind.WEEK, AS_OF - timedelta(weeks=number))
    for person, place in [(world.member, world.branch), (world.foreign_member, world.foreign)]:
        make_days(place, date(2026, 10, 1), AS_OF, staff_id=person.pk, revenue=100_000)
        make_card(place, Kind.MONTH, AS_OF, staff_id=person.pk)
    return world


def get(log_in: LogIn, user: object, name: str, *args: object, **query: str) -> Any:
    return log_in(user).get(reverse(f"scorecards:{name}", args=args), query)


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u2060", "")


@pytest.mark.parametrize("page", BRANCH_PAGES)
@pytest.mark.parametrize("role", ["manager", "regional", "administrator"])
def test_leaders_open_the_pages_of_their_branches(
    figures: World, client_of: LogIn, page: str, role: str
) -> None:
    response = get(client_of, getattr(figures, role), page, "N1")

    assert response.status_code == 200
    assert "Nanshan" in text_of(response)


@pytest.mark.parametrize("page", BRANCH_PAGES)
@pytest.mark.parametrize("role", ["foreign_manager", "foreign_regional"])
def test_a_foreign_branch_looks_like_one_that_does_not_exist(
    figures: World, client_of: LogIn, page: str, role: str
) -> None:
    foreign = get(client_of, getattr(figures, role), page, "N1")
    missing = get(client_of, getattr(figures, role), page, "NONE")

    assert foreign.status_code == missing.status_code == 404
    assert "Nanshan" not in text_of(foreign)


@pytest.mark.parametrize("page", BRANCH_PAGES)
def test_staff_have_no_branch_pages(figures: World, client_of: LogIn, page: str) -> None:
    assert get(client_of, figures.staff, page, "N1").status_code == 403


@pytest.mark.parametrize("role", ["staff", "manager", "regional", "administrator"])
def test_a_members_page_is_for_the_member_and_the_leaders(
    figures: World, client_of: LogIn, role: str
) -> None:
    response = get(client_of, getattr(figures, role), "staff", "E1")

    assert response.status_code == 200
    assert "Li Lei" in text_of(response)


@pytest.mark.parametrize("role", ["staff", "manager", "regional", "foreign_staff", "foreign_manager"])
def test_a_foreign_members_page_does_not_exist(figures: World, client_of: LogIn, role: str) -> None:
    number = "E1" if role.startswith("foreign") else "E9"

    response = get(client_of, getattr(figures, role), "staff", number)

    assert response.status_code == 404
    assert "Zhao Yinmi" not in text_of(response)


def test_a_colleague_is_no_business_of_staff(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.staff, "staff", "E2").status_code == 404


def test_days_at_a_foreign_branch_stay_hidden_from_the_manager(figures: World, client_of: LogIn) -> None:
    make_days(figures.foreign, AS_OF, AS_OF, staff_id=figures.member.pk, revenue=77_777_700)

    seen = text_of(get(client_of, figures.manager, "staff", "E1"))
    whole = text_of(get(client_of, figures.administrator, "staff", "E1"))

    assert "777,77" not in seen
    assert "¥779,777" in whole or "778" in whole


def test_home_leads_each_role_to_its_page(figures: World, client_of: LogIn) -> None:
    places = {
        "staff": "/staff/E1/",
        "manager": "/today/N1/",
        "regional": "/regions/NORTH/",
        "administrator": "/company/",
    }
    for role, place in places.items():
        assert get(client_of, getattr(figures, role), "home").headers["Location"] == place


@pytest.mark.parametrize("role", ["manager", "regional", "staff"])
def test_home_says_when_nothing_has_been_given(figures: World, client_of: LogIn, role: str) -> None:
    user = getattr(figures, role)
    user.branches.clear()
    user.regions.clear()
    user.staff_member = None
    user.save()

    response = get(client_of, user, "home")

    assert response.status_code == 200
    assert "Nothing has been given to you yet" in text_of(response)


def test_branches_lead_to_the_only_one_or_list_several(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.manager, "branches").headers["Location"] == "/branches/N1/"

    figures.manager.branches.add(figures.sister)
    text = text_of(get(client_of, figures.manager, "branches"))

    assert "Nanshan" in text
    assert "Futian" in text
    assert "Secretfield" not in text


def test_today_says_how_the_month_stands_and_why(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "Revenue is ¥66,000, ¥6,000 (+10.0%) ahead of 1–20 Oct 2026." in text
    assert "Basket explains +¥6,000." in text
    assert "20 of 20 days have figures" in text
    assert "Li Lei" in text


def test_the_parts_that_today_shows_add_up_to_the_change_that_it_shows(
    figures: World, client_of: LogIn
) -> None:
    response = get(client_of, figures.manager, "today", "N1")

    effects = [tile.effect for tile in response.context["tiles"] if tile.effect is not None]
    assert sum(effects) == response.context["change"] == 600_000


def test_today_can_be_compared_with_the_year_before(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "today", "N1", against="year_before"))

    assert "There are no figures for the same weekdays a year before (2–21 Nov 2025)" in text


def test_today_asks_for_missing_figures_first(figures: World, client_of: LogIn) -> None:
    DailyFigures.objects.filter(branch=figures.branch, day=AS_OF).delete()

    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "The figures of Fri 20 Nov 2026 are missing." in text
    assert reverse("scorecards:entry", args=["N1", "2026-11-20"]) in text


def test_today_of_a_closed_branch_has_no_next_step(figures: World, client_of: LogIn) -> None:
    figures.branch.closed_on = date(2026, 11, 10)
    figures.branch.save()

    response = get(client_of, figures.manager, "today", "N1")

    assert response.context["step"] is None
    assert "The branch has closed; its last trading day was 10 Nov 2026." in text_of(response)
    assert response.context["page"].newest == date(2026, 11, 10)


def test_today_without_any_figures_says_what_will_be_here(world: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, world.manager, "today", "N1"))

    assert "No figures yet" in text
    assert reverse("scorecards:entry_start") in text


def test_today_of_a_branch_without_figures_of_its_own(world: World, client_of: LogIn) -> None:
    make_fresh()

    text = text_of(get(client_of, world.manager, "today", "N1"))

    assert "No figures this month yet" in text
    assert "No figures of this branch in the last 13 weeks." in text


def test_today_says_that_the_newest_day_is_not_in(figures: World, client_of: LogIn) -> None:
    make_fresh(AS_OF + timedelta(days=1))

    text = text_of(get(client_of, figures.manager, "today", "N1"))

    assert "Other branches have figures to Sat 21 Nov; here they are still missing." in text


@pytest.mark.parametrize("page", BRANCH_PAGES)
def test_a_page_costs_as_many_queries_with_much_as_with_little(
    figures: World, client_of: LogIn, page: str
) -> None:
    client = client_of(figures.manager)
    url = reverse(f"scorecards:{page}", args=["N1"])
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)

    for number in range(3):
        person = StaffMemberFactory(name=f"New {number}")
        EmploymentFactory(staff=person, branch=figures.branch)
        make_days(figures.branch, AS_OF - timedelta(days=5), AS_OF, staff_id=person.pk)
        make_card(figures.branch, Kind.MONTH, AS_OF, staff_id=person.pk)
    with CaptureQueriesContext(connection) as after:
        client.get(url)

    assert len(after) == len(before)
    assert len(own_queries(before)) <= 13


def own_queries(captured: CaptureQueriesContext) -> list[str]:
    """Without session and user, which every page reads, and without what other apps put on the page."""
    others = ("django_session", "branches_user", "meetings_", "surveys_")
    return [q["sql"] for q in captured.captured_queries if not any(name in q["sql"] for name in others)]


def test_a_branch_page_shows_the_formula_as_a_tree_whose_effects_add_up(
    figures: World, client_of: LogIn
) -> None:
    tree = get(client_of, figures.manager, "branch", "N1").context["tree"]

    assert tree.effect == sum(child.effect for child in tree.children) == 600_000
    buyers = tree.children[0]
    assert buyers.effect == sum(child.effect for child in buyers.children)


def test_a_branch_page_shows_any_days_beside_any_others(figures: World, client_of: LogIn) -> None:
    text = text_of(
        get(
            client_of,
            figures.manager,
            "branch",
            "N1",
            first="2026-11-02",
            last="2026-11-03",
            base_first="2026-10-05",
            base_last="2026-10-06",
        )
    )

    assert "Revenue is ¥6,600, ¥600 (+10.0%) ahead of 5–6 Oct 2026." in text


def test_a_closed_branch_opens_on_its_last_month(figures: World, client_of: LogIn) -> None:
    figures.branch.closed_on = date(2026, 10, 15)
    figures.branch.save()

    response = get(client_of, figures.manager, "branch", "N1")

    assert response.context["choice"].span.last == date(2026, 10, 15)
    assert "The branch has closed; its last trading day was 15 Oct 2026." in text_of(response)


def test_a_new_branch_says_why_its_comparison_is_short(figures: World, client_of: LogIn) -> None:
    figures.branch.opened_on = date(2026, 10, 10)
    figures.branch.save()

    assert "The branch opened on 10 Oct 2026" in text_of(get(client_of, figures.manager, "branch", "N1"))


def test_a_wrong_date_is_told_beside_its_field(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "branch", "N1", first="2026-11-05", last="2026-11-01"))

    assert "The last day cannot come before the first." in text


def test_a_period_to_come_is_empty_and_says_so(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "branch", "N1", period="2027-01"))

    assert "These days have not come yet" in text


def test_a_period_without_figures_says_so(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "branch", "N1", period="2026-01"))

    assert "No figures for January 2026" in text


def test_a_branch_that_does_not_count_visitors_says_where_its_formula_begins(
    world: World, client_of: LogIn
) -> None:
    make_fresh()
    make_days(world.branch, date(2026, 10, 1), AS_OF, visitors=None)
    make_card(world.branch, Kind.MONTH, AS_OF)

    text = text_of(get(client_of, world.manager, "branch", "N1"))

    assert "Visitors are not recorded here, so the formula begins with buyers × basket × repeat." in text


def test_a_counter_that_broke_is_told_with_the_days_counted(world: World, client_of: LogIn) -> None:
    make_fresh()
    make_days(world.branch, date(2026, 10, 1), date(2026, 11, 17))
    make_days(world.branch, date(2026, 11, 18), AS_OF, visitors=None)
    make_card(world.branch, Kind.MONTH, AS_OF)

    text = text_of(get(client_of, world.manager, "branch", "N1"))

    assert "Visitors were counted on 17 of 20 days" in text
    assert "counted on 17 of 20 days" in text


def test_days_without_figures_stand_in_the_table_with_the_way_to_enter_them(
    world: World, client_of: LogIn
) -> None:
    make_fresh()
    make_days(world.branch, date(2026, 10, 1), AS_OF, skip=[date(2026, 11, 19)])
    make_card(world.branch, Kind.MONTH, AS_OF, days_due=20)

    response = get(client_of, world.manager, "branch", "N1")

    gap = next(row for row in response.context["rows"] if row.day == date(2026, 11, 19))
    assert (gap.why, gap.url) == ("no figures", "/branches/N1/figures/2026-11-19/")
    assert "One trading day is still missing, so revenue is still too low." in text_of(response)


def test_changed_figures_that_wait_for_their_cards_are_told(figures: World, client_of: LogIn) -> None:
    DirtyMonth.objects.create(branch=figures.branch, month=date(2026, 11, 1), stamp="x")

    assert "have just changed" in text_of(get(client_of, figures.manager, "branch", "N1"))
    assert "have just changed" not in text_of(get(client_of, figures.regional, "branch", "N2"))


def test_the_workbook_holds_the_numbers_of_the_table_as_numbers(figures: World, client_of: LogIn) -> None:
    response = get(client_of, figures.manager, "branch", "N1", export="xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] is not None]
    assert "N1-20261101-20261120.xlsx" in response.headers["Content-Disposition"]
    assert rows[-1][:3] == ("Total", 66_000, 2_000)
    assert len([row for row in rows if row[1] == 3_300]) == 20


def test_a_workbook_of_a_foreign_branch_does_not_exist(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.manager, "branch", "S1", export="xlsx").status_code == 404


def test_a_member_sees_the_own_share_of_the_team(figures: World, client_of: LogIn) -> None:
    make_days(figures.branch, AS_OF, AS_OF, staff_id=figures.colleague.pk, revenue=2_000_000)

    text = text_of(get(client_of, figures.staff, "staff", "E1"))

    assert "Revenue is ¥20,000, the same as in 1–20 Oct 2026." in text
    assert "Share of the team&#x27;s revenue: 50.0% (2 members; an equal part would be 50.0%)." in text
    assert "Han Mei" not in text


def test_a_member_without_figures_gets_a_reason(figures: World, client_of: LogIn) -> None:
    assert "No figures for" in text_of(get(client_of, figures.manager, "staff", "E2"))


def test_the_scorecard_lists_values_with_components_and_interval(figures: World, client_of: LogIn) -> None:
    MetricCardFactory(unit_id=figures.branch.pk)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert "20.0%" in text
    assert "400 / 2,000" in text
    assert "18.3% to 21.8%" in text
    assert "Wilson score interval" in text


def test_components_that_are_money_are_shown_as_money(figures: World, client_of: LogIn) -> None:
    MetricCardFactory(
        unit_id=figures.branch.pk, metric="gross_margin", numerator=31_500_00.0, denominator=100_000_00.0
    )

    assert "¥31,500 / ¥100,000" in text_of(get(client_of, figures.manager, "scorecard", "N1"))


def test_too_few_observations_are_said_to_be_too_few(figures: World, client_of: LogIn) -> None:
    MetricCardFactory(unit_id=figures.branch.pk, numerator=3.0, denominator=12.0, value=25.0)

    text = text_of(get(client_of, figures.manager, "scorecard", "N1"))

    assert "Not enough data: 12 of at least 30" in text


@pytest.mark.parametrize("period", ["2027-01", "2026-W46", "nonsense"])
def test_the_scorecard_falls_back_to_this_month(figures: World, client_of: LogIn, period: str) -> None:
    response = get(client_of, figures.manager, "scorecard", "N1", period=period)

    assert response.context["month"] == date(2026, 11, 1)


def test_what_if_answers_without_a_script(figures: World, client_of: LogIn) -> None:
    response = get(client_of, figures.manager, "whatif", "N1", basket="10", extra="3300")

    plan = response.context["plan"]
    text = text_of(response)
    assert plan.days == 10
    assert (plan.at_pace, plan.gained) == (3_214_286, 321_428)
    assert "To earn ¥3,300 more in 10 trading days" in text


@pytest.mark.parametrize("query", [{"basket": "abc"}, {"basket": "900"}, {"extra": "-5"}, {"extra": "NaN"}])
def test_what_if_takes_nonsense_for_no_change(
    figures: World, client_of: LogIn, query: dict[str, str]
) -> None:
    response = get(client_of, figures.manager, "whatif", "N1", **query)

    assert response.status_code == 200
    assert response.context["plan"].gained == 0


def test_search_finds_within_the_scope_only(figures: World, client_of: LogIn) -> None:
    seen = text_of(get(client_of, figures.regional, "search", q="an"))
    everything = text_of(get(client_of, figures.administrator, "search", q="secret"))

    assert "Nanshan" in seen
    assert "Han Mei" in seen
    assert "Secretfield" not in seen
    assert everything == ""


def test_search_of_one_match_leads_straight_to_it(figures: World, client_of: LogIn) -> None:
    cases = [
        (figures.manager, "n1", "/branches/N1/"),
        (figures.manager, "南山", "/branches/N1/"),
        (figures.administrator, "secretfield", "/branches/S1/"),
        (figures.regional, "harbour", "/regions/AREA/"),
        (figures.manager, "Li Lei", "/staff/E1/"),
    ]
    for user, text, place in cases:
        assert get(client_of, user, "search", q=text).headers["Location"] == place


@pytest.mark.parametrize("text", ["", "  ", "\x00", "zzz", "%", "Secretfield"])
def test_search_without_a_match_says_what_to_do(figures: World, client_of: LogIn, text: str) -> None:
    response = get(client_of, figures.manager, "search", q=text)

    assert response.status_code == 200
    assert response.context["count"] == 0


def test_staff_find_themselves_and_no_branch(figures: World, client_of: LogIn) -> None:
    assert get(client_of, figures.staff, "search", q="E").headers["Location"] == "/staff/E1/"
    assert get(client_of, figures.staff, "search", q="Nanshan").context["count"] == 0


@pytest.mark.parametrize("page", BRANCH_PAGES)
def test_pages_speak_chinese(figures: World, client_of: LogIn, page: str) -> None:
    client = client_of(figures.manager)
    client.cookies["django_language"] = "zh-hans"

    text = client.get(reverse(f"scorecards:{page}", args=["N1"])).content.decode()

    assert "南山营业厅" in text
    assert "今日" in text


def test_a_day_at_two_branches_is_one_line_of_the_members_table(figures: World, client_of: LogIn) -> None:
    DailyFiguresFactory(day=AS_OF, branch=figures.sister, staff_id=figures.member.pk, revenue=50_000)

    rows = get(client_of, figures.regional, "staff", "E1").context["rows"]

    assert [row.cells[0] for row in rows if row.day == AS_OF] == ["¥1,500.00"]


def test_a_card_that_is_older_than_the_newest_day_is_not_shown_as_this_month(
    world: World, client_of: LogIn
) -> None:
    make_fresh()
    make_days(world.branch, date(2026, 11, 1), AS_OF)
    CardFactory(unit_id=world.branch.pk, branch_id=world.branch.pk, ends_on=date(2026, 11, 10), revenue=1)

    page = get(client_of, world.manager, "branch", "N1").context["page"]

    assert page.comparison.current.revenue == 6_000_000


def test_columns_without_any_value_are_left_out() -> None:
    from formulas.periods import Span
    from scorecards.queries.comparison import Sums

    current = Sums(Span(AS_OF, AS_OF), days=1, revenue=5, known=32)
    assert shown.day_columns(current) == ("revenue",)
