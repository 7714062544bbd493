"""The entry page: what is typed is stored once, completely, and never over somebody else's figures."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from branches.models import AuditEntry, Closure
from scorecards.models import DailyFigures, DirtyMonth, FigureChange, FigureDraft
from scorecards.models.figures import WHOLE_BRANCH
from tests.worlds import World

ClientOf = Callable[[object], Client]

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _a_saturday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def address(code: str = "N1", day: date = DAY, name: str = "entry") -> str:
    return reverse(f"scorecards:{name}", kwargs={"code": code, "day": day.isoformat()})


def seen(rows: dict[int, int] | None = None, texts: dict[str, str] | None = None) -> str:
    return json.dumps({"revisions": rows or {}, "texts": texts or {}})


def staff_form(world: World, **changes: str) -> dict[str, str]:
    """Two members' day: 6 + 4 buyers, 1 + 0 repeat, 1 + 2 extension orders, ¥1,200 + ¥800."""
    member, colleague = world.member.pk, world.colleague.pk
    return {
        "mode": "staff",
        "seen": seen(),
        "b-visitors": "50",
        f"s{member}-buyers": "6",
        f"s{member}-repeat_orders": "1",
        f"s{member}-extension_orders": "1",
        f"s{member}-revenue": "1,200",
        f"s{colleague}-buyers": "4",
        f"s{colleague}-repeat_orders": "0",
        f"s{colleague}-extension_orders": "2",
        f"s{colleague}-revenue": "800.00",
    } | changes


def total_form(**changes: str) -> dict[str, str]:
    return {"mode": "total", "seen": seen(), "b-visitors": "50", "b-revenue": "2000"} | changes


def stored(branch: Any, staff_id: int = WHOLE_BRANCH, day: date = DAY) -> DailyFigures:
    return DailyFigures.objects.get(branch=branch, day=day, staff_id=staff_id)


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def test_the_page_names_the_branch_and_the_day_and_shows_last_weeks_figures(
    world: World, client_of: ClientOf
) -> None:
    DailyFigures.objects.create(day=DAY - timedelta(days=7), branch=world.branch, visitors=4321)
    page = text(client_of(world.manager).get(address()))
    assert "Nanshan · Fri 20 Nov 2026" in page
    assert "4,321" in page
    assert "Fri 13 Nov" in page


def test_members_figures_are_stored_and_add_up_to_the_branch(world: World, client_of: ClientOf) -> None:
    response = client_of(world.manager).post(address(), staff_form(world))
    assert response.status_code == 302
    member, whole = stored(world.branch, world.member.pk), stored(world.branch)
    assert (member.buyers, member.orders, member.revenue) == (6, 8, 120_000)
    assert (whole.visitors, whole.buyers, whole.orders, whole.revenue) == (50, 10, 14, 200_000)
    assert whole.new_customers is None


def test_saving_says_what_was_saved_and_leads_to_the_next_missing_day(
    world: World, client_of: ClientOf
) -> None:
    page = text(client_of(world.manager).post(address(), staff_form(world), follow=True))
    assert "Saved: Nanshan, Fri 20 Nov 2026, revenue ¥2,000.00." in page
    assert "The newest day that still lacks figures is Thu 19 Nov 2026." in page


def test_saving_marks_the_month_and_leaves_history_and_an_audit_row(
    world: World, client_of: ClientOf
) -> None:
    client_of(world.manager).post(address(), total_form())
    assert DirtyMonth.objects.filter(branch=world.branch, month=date(2026, 11, 1)).exists()
    change = FigureChange.objects.get(branch=world.branch, day=DAY)
    assert (change.by, change.before, change.after["revenue"]) == (world.manager, {}, 200_000)
    entry = AuditEntry.objects.get(what="figures stored")
    assert (entry.by, entry.subject) == (world.manager, f"branch {world.branch.pk} 2026-11-20")


def test_a_branch_total_is_stored_without_staff_rows(world: World, client_of: ClientOf) -> None:
    client_of(world.manager).post(address(), total_form())
    assert DailyFigures.objects.count() == 1
    assert stored(world.branch).revenue == 200_000
    assert stored(world.branch).orders is None


def test_a_member_with_a_day_off_gets_no_row(world: World, client_of: ClientOf) -> None:
    form = {name: value for name, value in staff_form(world).items() if f"s{world.colleague.pk}-" not in name}
    client_of(world.manager).post(address(), form)
    assert set(DailyFigures.objects.values_list("staff_id", flat=True)) == {0, world.member.pk}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("b-visitors", "many", "Visitors must be a whole number, such as 120."),
        ("b-revenue", "12.345", "Revenue must be an amount of money with at most 2 decimals"),
        ("b-buyers", "51", "There cannot be more buyers (51) than visitors (50)."),
        ("b-revenue", "9" * 20, "larger than a day can bring"),
    ],
)
def test_a_wrong_figure_is_explained_at_its_field_and_nothing_typed_is_lost(
    world: World, client_of: ClientOf, field: str, value: str, words: str
) -> None:
    response = client_of(world.manager).post(address(), total_form(**{field: value}))
    page = text(response)
    assert response.status_code == 422
    assert words in page
    assert f'href="#id_{field}"' in page
    assert f'value="{value}"' in page
    assert not DailyFigures.objects.exists()


def test_orders_that_do_not_add_up_are_refused_at_the_member(world: World, client_of: ClientOf) -> None:
    name = f"s{world.member.pk}-orders"
    response = client_of(world.manager).post(address(), staff_form(world, **{name: "9"}))
    assert response.status_code == 422
    assert "Orders must be buyers + repeat orders + extension orders = 8." in text(response)
    assert not DailyFigures.objects.exists()


def test_an_empty_form_is_not_stored(world: World, client_of: ClientOf) -> None:
    response = client_of(world.manager).post(address(), {"mode": "total", "seen": seen()})
    assert response.status_code == 422
    assert "Nothing is filled in yet" in text(response)
    assert not DailyFigures.objects.exists()


def usual_revenue(world: World) -> None:
    for week, revenue in enumerate([100_000, 104_000, 98_000, 102_000, 96_000, 101_000], start=1):
        DailyFigures.objects.create(day=DAY - timedelta(weeks=week), branch=world.branch, revenue=revenue)


def test_an_unlikely_figure_is_asked_about_and_stored_once_confirmed(
    world: World, client_of: ClientOf
) -> None:
    usual_revenue(world)
    client = client_of(world.manager)
    asked = client.post(address(), total_form(**{"b-revenue": "10,000"}))
    assert asked.status_code == 422
    assert "Revenue ¥10,000.00 · Usually ¥960.00 to ¥1,040.00 on this weekday" in text(asked)
    assert 'value="10,000"' in text(asked)
    assert not DailyFigures.objects.filter(day=DAY).exists()
    confirmed = asked.context["finger_print"]
    answer = client.post(address(), total_form(**{"b-revenue": "10,000", "confirmed": confirmed}))
    assert answer.status_code == 302
    assert stored(world.branch).revenue == 1_000_000


def test_a_confirmation_does_not_cover_another_unlikely_figure(world: World, client_of: ClientOf) -> None:
    usual_revenue(world)
    client = client_of(world.manager)
    confirmed = client.post(address(), total_form(**{"b-revenue": "10,000"})).context["finger_print"]
    answer = client.post(address(), total_form(**{"b-revenue": "99,000", "confirmed": confirmed}))
    assert answer.status_code == 422
    assert not DailyFigures.objects.filter(day=DAY).exists()


def test_of_a_day_that_still_lasts_only_too_much_is_asked_about(world: World, client_of: ClientOf) -> None:
    today = DAY + timedelta(days=1)
    for week, revenue in enumerate([100_000, 104_000, 98_000, 102_000, 96_000, 101_000], start=1):
        DailyFigures.objects.create(day=today - timedelta(weeks=week), branch=world.branch, revenue=revenue)
    client = client_of(world.manager)
    assert client.post(address(day=today), total_form(**{"b-revenue": "10,000"})).status_code == 422
    assert client.post(address(day=today), total_form(**{"b-revenue": "200"})).status_code == 302
    assert stored(world.branch, day=today).revenue == 20_000


def existing(world: World, revenue: int = 150_000) -> DailyFigures:
    return DailyFigures.objects.create(day=DAY, branch=world.branch, visitors=50, revenue=revenue, revision=3)


def test_a_correction_asks_why(world: World, client_of: ClientOf) -> None:
    existing(world)
    client = client_of(world.manager)
    form = total_form(seen=seen({0: 3}))
    refused = client.post(address(), form)
    assert refused.status_code == 422
    assert "Say in a few words why" in text(refused)
    assert stored(world.branch).revenue == 150_000
    assert client.post(address(), form | {"why": "one receipt was missing"}).status_code == 302
    assert stored(world.branch).revenue == 200_000
    change = FigureChange.objects.get(branch=world.branch, day=DAY)
    assert (change.before, change.after) == ({"revenue": 150_000}, {"revenue": 200_000})
    assert change.why == "one receipt was missing"


def test_filling_in_what_was_not_recorded_is_no_correction(world: World, client_of: ClientOf) -> None:
    existing(world, revenue=200_000)
    answer = client_of(world.manager).post(address(), total_form(seen=seen({0: 3}), **{"b-orders": "20"}))
    assert answer.status_code == 302
    assert stored(world.branch).orders == 20


def test_the_second_editor_sees_both_figures_and_loses_nothing(world: World, client_of: ClientOf) -> None:
    existing(world)
    texts = {"b-visitors": "50", "b-revenue": "1000"}
    form = total_form(seen=seen({0: 2}, texts), why="recount", **{"b-orders": "17"})
    answer = client_of(world.manager).post(address(), form)
    page = text(answer)
    assert answer.status_code == 409
    assert "Somebody else has saved this day meanwhile" in page
    assert {c.name: (c.theirs, c.yours, c.pick) for c in answer.context["conflicts"]} == {
        "b-revenue": ("1500", "2000", "yours"),
        "b-orders": ("", "17", "yours"),
    }
    assert 'value="recount"' in page
    assert stored(world.branch).revenue == 150_000


def test_after_a_conflict_the_chosen_figures_are_stored(world: World, client_of: ClientOf) -> None:
    existing(world)
    client = client_of(world.manager)
    conflict = client.post(address(), total_form(seen=seen({0: 2}), why="recount", **{"b-orders": "17"}))
    choice = {
        "mode": "total",
        "seen": conflict.context["seen"],
        "why": "recount",
        "b-visitors": "50",
        "b-revenue": "2000",
        "choose-b-revenue": "theirs",
        "b-orders": "17",
        "choose-b-orders": "yours",
    }
    assert client.post(address(), choice).status_code == 302
    assert (stored(world.branch).revenue, stored(world.branch).orders) == (150_000, 17)


def test_two_first_entries_of_a_day_conflict_as_well(world: World, client_of: ClientOf) -> None:
    client_of(world.manager).post(address(), total_form())
    answer = client_of(world.regional).post(address(), total_form(**{"b-revenue": "1"}))
    assert answer.status_code == 409
    assert stored(world.branch).revenue == 200_000


def test_a_total_typed_while_members_were_entered_is_shown_and_not_stored(
    world: World, client_of: ClientOf
) -> None:
    client_of(world.manager).post(address(), staff_form(world))
    answer = client_of(world.regional).post(address(), total_form(**{"b-revenue": "1234"}))
    assert answer.status_code == 409
    assert ("Revenue", "1234") in answer.context["homeless"]
    assert stored(world.branch).revenue == 200_000


def test_a_closed_day_is_explained_and_stored_only_when_it_traded(world: World, client_of: ClientOf) -> None:
    Closure.objects.create(branch=world.branch, first_day=DAY, last_day=DAY, reason="Refurbishment")
    client = client_of(world.manager)
    page = text(client.get(address()))
    assert "The branch is closed on this day by its calendar" in page
    assert "Refurbishment" in page
    assert client.post(address(), total_form()).status_code == 422
    assert not DailyFigures.objects.exists()
    assert client.post(address(), total_form(marked_open="on")).status_code == 302
    assert stored(world.branch).marked_open


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "This day has not come yet."),
        (date(2019, 12, 31), "The branch opened on 1 Jan 2020"),
    ],
)
def test_a_day_that_can_have_no_figures_says_why(
    world: World, client_of: ClientOf, day: date, words: str
) -> None:
    world.branch.opened_on = date(2020, 1, 1)
    world.branch.save()
    client = client_of(world.manager)
    assert words in text(client.get(address(day=day)))
    client.post(address(day=day), total_form())
    assert not DailyFigures.objects.exists()


def test_a_branch_that_has_closed_is_not_led_to_a_yesterday_that_it_did_not_have(
    world: World, client_of: ClientOf
) -> None:
    world.branch.closed_on = date(2026, 9, 30)
    world.branch.save()
    page = text(client_of(world.manager).get(address()))
    assert "The branch closed for good on 30 Sep 2026" in page
    assert "Enter yesterday" not in page
    assert 'href="/branches/N1/"' in page


def test_a_sum_that_is_wrong_leads_to_the_sums_and_names_its_figure_once(
    world: World, client_of: ClientOf
) -> None:
    page = text(client_of(world.manager).post(address(), staff_form(world, **{"b-visitors": "5"})))
    assert '<a href="#entry-sums">There cannot be more buyers (10) than visitors (5).</a>' in page
    assert "Buyers: There" not in page


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "20261120x"])
def test_a_day_that_is_no_date_is_not_found(world: World, client_of: ClientOf, day: str) -> None:
    address = reverse("scorecards:entry", kwargs={"code": "N1", "day": day})
    assert client_of(world.manager).get(address).status_code == 404


def test_a_total_stays_where_members_leave_an_input_empty(world: World, client_of: ClientOf) -> None:
    DailyFigures.objects.create(day=DAY, branch=world.branch, visitors=50, new_customers=7, revision=1)
    form = staff_form(world, seen=seen({0: 1}))
    assert client_of(world.manager).post(address(), form).status_code == 302
    assert stored(world.branch).new_customers == 7
    assert stored(world.branch).revenue == 200_000


def test_what_is_typed_is_kept_as_a_draft_and_offered_again(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    answer = client.post(address(name="entry_draft"), total_form())
    assert "Draft kept" in text(answer)
    page = text(client.get(address()))
    assert "have not saved it" in page
    assert 'value="2000"' in page
    assert not DailyFigures.objects.exists()


def test_a_draft_is_its_authors_own(world: World, client_of: ClientOf) -> None:
    client_of(world.manager).post(address(name="entry_draft"), total_form())
    assert 'value="2000"' not in text(client_of(world.regional).get(address()))


def test_a_draft_goes_when_the_day_is_saved_and_when_it_is_discarded(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.manager)
    client.post(address(name="entry_draft"), total_form())
    client.post(address(), total_form())
    assert not FigureDraft.objects.exists()
    client.post(address(name="entry_draft"), total_form(**{"b-revenue": "2001"}))
    assert FigureDraft.objects.exists()
    client.post(address(name="entry_discard"))
    assert not FigureDraft.objects.exists()


def test_a_draft_that_arrives_after_its_day_was_saved_is_not_kept(world: World, client_of: ClientOf) -> None:
    client = client_of(world.manager)
    client.post(address(), total_form())
    assert client.post(address(name="entry_draft"), total_form()).status_code == 204
    assert not FigureDraft.objects.exists()


def test_a_draft_made_before_somebody_saved_still_ends_in_a_conflict(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.manager)
    client.post(address(name="entry_draft"), total_form())
    client_of(world.regional).post(address(), total_form(**{"b-revenue": "1"}))
    offered = client.get(address()).context["form"]
    form = {name: offered[name].value() or "" for name in offered.fields if name != "confirmed"}
    assert client.post(address(), form).status_code == 409


def test_a_tampered_form_does_no_harm(world: World, client_of: ClientOf) -> None:
    existing(world)
    for broken in ["", "[]", "{}", "null", '{"revisions": {"0": "x"}, "texts": {}}', "\x00"]:
        assert client_of(world.manager).post(address(), total_form(seen=broken)).status_code in {409, 422}
    assert stored(world.branch).revenue == 150_000


def test_a_draft_is_kept_without_the_nul_that_only_some_databases_take(
    world: World, client_of: ClientOf
) -> None:
    client_of(world.manager).post(address(name="entry_draft"), total_form(**{"b-revenue": "12\x0034"}))
    assert FigureDraft.objects.get().typed["b-revenue"] == "1234"


@pytest.mark.parametrize("name", ["entry", "entry_draft", "entry_discard"])
def test_nobody_enters_figures_of_a_foreign_branch(world: World, client_of: ClientOf, name: str) -> None:
    DailyFigures.objects.create(day=DAY, branch=world.foreign, revenue=77_777_00)
    for user in (world.manager, world.regional):
        answer = client_of(user).post(address("S1", name=name), total_form())
        assert answer.status_code == 404
        assert "Secretfield" not in text(answer)
    assert stored(world.foreign).revenue == 77_777_00
    assert not FigureDraft.objects.exists()


def test_staff_members_do_not_enter_figures(world: World, client_of: ClientOf) -> None:
    assert client_of(world.staff).get(address()).status_code == 403
    assert client_of(world.staff).post(address(), total_form()).status_code == 403
    assert not DailyFigures.objects.exists()


def test_a_member_of_another_branch_cannot_be_slipped_in(world: World, client_of: ClientOf) -> None:
    name = f"s{world.foreign_member.pk}-revenue"
    client_of(world.manager).post(address(), staff_form(world, **{name: "5"}))
    assert not DailyFigures.objects.filter(staff_id=world.foreign_member.pk).exists()
