from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Action, ActionState
from tests.meetings.factories import make_open, make_running
from tests.worlds import World

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 0, 50, tzinfo=UTC))


@pytest.fixture
def manager(world: World, client_of) -> Client:  # noqa: ANN001
    return client_of(world.manager)


def _make_some(world: World) -> None:
    make_open(world.branch, world.member, world.manager, text="Li Lei calls")
    make_open(world.branch, world.colleague, world.manager, text="Han Mei writes", due_on=date(2026, 11, 18))
    make_open(world.sister, world.colleague, world.administrator, text="Sister's own")
    make_open(world.foreign, world.foreign_member, world.foreign_manager, text="Secret plan")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("staff", {"Li Lei calls"}),
        ("manager", {"Li Lei calls", "Han Mei writes"}),
        ("regional", {"Li Lei calls", "Han Mei writes", "Sister's own"}),
        ("administrator", {"Li Lei calls", "Han Mei writes", "Sister's own", "Secret plan"}),
    ],
)
def test_everybody_sees_the_actions_in_their_scope(world: World, client_of, who: str, expected: set) -> None:  # noqa: ANN001
    _make_some(world)
    response = client_of(getattr(world, who)).get("/meetings/actions/")
    assert {action.text for action in response.context["page"].rows} == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [("open", 2), ("overdue", 1), ("done", 0), ("all", 2), ("nonsense", 2)],
)
def test_actions_are_listed_by_state(world: World, manager: Client, state: str, expected: int) -> None:
    _make_some(world)
    assert len(manager.get(f"/meetings/actions/?state={state}").context["page"].rows) == expected


def test_the_list_asks_as_much_for_many_as_for_one(world: World, manager: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            manager.get("/meetings/actions/")
        return len(queries)

    make_open(world.branch, world.member, world.manager)
    few = cost()
    for n in range(5):
        make_open(world.branch, world.member, world.manager, text=f"Action {n}")
    assert cost() == few


def test_a_staff_member_finishes_an_own_action_and_takes_it_back(world: World, client_of) -> None:  # noqa: ANN001
    action = make_open(world.branch, world.member, world.manager)
    client = client_of(world.staff)
    page = client.post(
        f"/meetings/actions/{action.pk}/change/", {"to": "done"}, headers=HTMX
    ).content.decode()
    assert "Take up again" in page
    action.refresh_from_db()
    assert (action.state, action.done_by, action.done_on) == (
        ActionState.DONE,
        world.staff,
        date(2026, 11, 20),
    )
    client.post(f"/meetings/actions/{action.pk}/change/", {"to": "open"})
    action.refresh_from_db()
    assert action.state == ActionState.OPEN


def test_a_finished_action_brings_the_counts_of_the_page_with_it(world: World, manager: Client) -> None:
    _make_some(world)
    first = Action.objects.get(text="Han Mei writes")
    url = f"/meetings/actions/{first.pk}/change/"
    page = manager.post(url, {"to": "done", "branch": "N1"}, headers=HTMX).content.decode()
    assert '<span id="action-counts" hx-swap-oob="true">1 open</span>' in page
    page = manager.post(url, {"to": "open", "branch": "N1"}, headers=HTMX).content.decode()
    assert '<span id="action-counts" hx-swap-oob="true">2 open · 1 overdue</span>' in page


@pytest.mark.parametrize(("typed", "minor"), [("1,200", 120_000), ("１２００", 120_000), ("0.12万", 120_000)])
def test_the_expected_effect_is_understood_as_people_type_it(
    world: World, manager: Client, typed: str, minor: int
) -> None:
    form = {"text": "Call", "owner": world.member.pk, "due_on": "2026-11-25", "expected_effect": typed}
    manager.post("/meetings/actions/new/N1/", form)
    assert Action.objects.get().expected_effect == minor


def test_an_expected_effect_that_is_no_amount_says_what_would_be_right(world: World, manager: Client) -> None:
    form = {"text": "Call", "owner": world.member.pk, "due_on": "2026-11-25", "expected_effect": "much"}
    page = manager.post("/meetings/actions/new/N1/", form).content.decode()
    assert "Enter an amount of money, such as 1,200." in page
    assert 'value="much"' in page


def test_a_staff_member_neither_drops_nor_touches_the_action_of_a_colleague(world: World, client_of) -> None:  # noqa: ANN001
    own = make_open(world.branch, world.member, world.manager)
    other = make_open(world.branch, world.colleague, world.manager)
    client = client_of(world.staff)
    assert client.post(f"/meetings/actions/{own.pk}/change/", {"to": "dropped"}).status_code == 422
    assert client.post(f"/meetings/actions/{other.pk}/change/", {"to": "done"}).status_code == 404
    assert set(Action.objects.values_list("state", flat=True)) == {"open"}


def test_regional_staff_change_nothing(world: World, client_of) -> None:  # noqa: ANN001
    action = make_open(world.branch, world.member, world.manager)
    client = client_of(world.regional)
    assert client.post(f"/meetings/actions/{action.pk}/change/", {"to": "done"}).status_code == 403
    assert client.get(f"/meetings/actions/{action.pk}/").status_code == 403


def test_a_foreign_action_looks_as_if_it_did_not_exist(world: World, manager: Client) -> None:
    action = make_open(world.foreign, world.foreign_member, world.foreign_manager)
    assert manager.get(f"/meetings/actions/{action.pk}/").status_code == 404
    assert manager.post(f"/meetings/actions/{action.pk}/change/", {"to": "done"}).status_code == 404
    assert manager.get("/meetings/actions/new/S1/").status_code == 404


def test_the_way_back_never_leaves_the_site(world: World, manager: Client) -> None:
    action = make_open(world.branch, world.member, world.manager)
    data = {"to": "done", "next": "https://evil.example/"}
    assert manager.post(f"/meetings/actions/{action.pk}/change/", data)["Location"] == "/meetings/actions/"


def _form(world: World, **values: object) -> dict[str, object]:
    return {
        "text": "Call twenty",
        "owner": world.member.pk,
        "due_on": "2026-11-25",
        "what_for": "More visitors",
        "expected_effect": "5000.50",
        "version": "1",
        **values,
    }


def test_an_action_is_edited_with_money_in_minor_units(world: World, manager: Client) -> None:
    action = make_open(world.branch, world.member, world.manager)
    assert manager.post(f"/meetings/actions/{action.pk}/", _form(world)).status_code == 302
    action.refresh_from_db()
    assert (action.text, action.due_on, action.expected_effect) == (
        "Call twenty",
        date(2026, 11, 25),
        500_050,
    )
    assert 'value="5000.50"' in manager.get(f"/meetings/actions/{action.pk}/").content.decode()


def test_a_second_editor_sees_both_texts_and_can_save_on_top(world: World, manager: Client) -> None:
    action = make_open(world.branch, world.member, world.manager)
    manager.post(f"/meetings/actions/{action.pk}/", _form(world, text="First"))
    response = manager.post(f"/meetings/actions/{action.pk}/", _form(world, text="Second"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "First" in page
    assert "Second" in page
    assert response.context["form"]["version"].value() == "2"
    assert (
        manager.post(f"/meetings/actions/{action.pk}/", _form(world, text="Second", version="2")).status_code
        == 302
    )
    action.refresh_from_db()
    assert action.text == "Second"


def test_a_due_date_in_the_past_stays_but_is_not_chosen(world: World, manager: Client) -> None:
    action = make_open(world.branch, world.member, world.manager, due_on=date(2026, 11, 18))
    url = f"/meetings/actions/{action.pk}/"
    assert manager.post(url, _form(world, due_on="2026-11-17")).status_code == 422
    assert manager.post(url, _form(world, due_on="2026-11-18")).status_code == 302


def test_an_action_is_made_without_a_meeting(world: World, manager: Client) -> None:
    response = manager.post("/meetings/actions/new/N1/?next=/meetings/", _form(world, expected_effect=""))
    assert (response.status_code, response["Location"]) == (302, "/meetings/")
    action = Action.objects.get()
    assert (action.branch, action.expected_effect, action.from_item) == (world.branch, None, None)


def test_what_an_action_is_for_is_read_in_the_readers_language(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    make_open(world.branch, world.member, world.manager, from_item=item, what_for=item.text_en)
    make_open(world.branch, world.member, world.manager, text="Own", from_item=item, what_for="My words")
    page = manager.get("/meetings/actions/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "N1第1项" in page
    assert "Point 1 of N1" not in page
    assert "My words" in page
