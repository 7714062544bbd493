"""A branch or a staff member over any days, against any others."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
from django.urls import reverse

from branches.models import Closure
from formulas.periods import Kind
from scorecards.models import DailyFigures
from scorecards.views.pages import shown
from tests.scorecards.factories import (
    AS_OF,
    CardFactory,
    DailyFiguresFactory,
    make_card,
    make_days,
    make_fresh,
)
from tests.scorecards.views.pages.reading import LogIn, get, text_of
from tests.worlds import World


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
    assert "enter the figures" not in text


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
    visitors = get(client_of, world.manager, "branch", "N1").context["tree"].children[0].children[0].tile
    assert (visitors.code, visitors.delta) == ("visitors", None)  # 17 days beside 31 are no fall of visitors


def test_a_single_day_is_named_with_its_weekday(figures: World, client_of: LogIn) -> None:
    text = text_of(get(client_of, figures.manager, "branch", "N1", period="2026-11-20"))

    assert 'Nanshan · <span class="nowrap">Fri 20 Nov 2026</span></h1>' in text


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
    text = text_of(get(client_of, figures.manager, "staff", "E2"))

    assert "No figures for" in text
    assert "enter the figures" not in text


def test_a_branch_without_figures_of_late_leads_to_the_newest_day_to_enter(
    figures: World, client_of: LogIn
) -> None:
    DailyFigures.objects.filter(branch=figures.branch).delete()

    text = text_of(get(client_of, figures.manager, "branch", "N1", period="2026-10"))

    assert "Choose another period, or enter the figures." in text
    assert f'class="btn btn-primary" href="{reverse("scorecards:entry", args=["N1", "2026-10-31"])}"' in text


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


def test_a_month_of_refurbishment_says_why_and_compares_the_days_that_both_have(
    figures: World, client_of: LogIn
) -> None:
    refurbished = date(2026, 10, 10), date(2026, 10, 31)
    Closure.objects.create(
        branch=figures.branch, first_day=refurbished[0], last_day=refurbished[1], reason="New counters"
    )
    DailyFigures.objects.filter(branch=figures.branch, day__range=refurbished).delete()
    make_days(figures.branch, date(2025, 10, 2), date(2025, 11, 1), revenue=200_000)
    page = text_of(get(client_of, figures.manager, "branch", "N1", period="2026-10", against="year_before"))
    assert "Revenue is ¥27,000, ¥35,000 behind the ¥62,000 of" in page
    assert (
        "Like for like, on the 9 days with figures in both, it is ¥27,000 against ¥18,000 (+50.0%)." in page
    )
    assert "The branch was closed on 10–31 Oct 2026: New counters." in page


def test_a_member_sees_the_own_progress_and_no_empty_chart(figures: World, client_of: LogIn) -> None:
    make_days(figures.branch, date(2026, 9, 1), date(2026, 9, 30), staff_id=figures.member.pk, revenue=80_000)
    page = text_of(get(client_of, figures.staff, "staff", "E1"))
    assert "Your progress" in page
    assert "Usual for a Friday" in page
    assert "middle of the last 8" in page
    assert "vs 13 Nov" in page
    assert "What moved revenue" in page
    earlier = text_of(get(client_of, figures.manager, "staff", "E1", period="2026-09"))
    assert "rogress</h2>" not in earlier  # of a month that is over there is none
    assert "What moved revenue" not in earlier  # nothing to compare with in August
