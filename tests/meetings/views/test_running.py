from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from branches.models import User
from meetings.models import Action, AgendaItem, Attendance, Meeting
from tests.meetings.factories import make_held, make_meeting, make_open, make_running
from tests.surveys.factories import with_comment
from tests.worlds import World

HTMX = {"HX-Request": "true"}
EARLY = {"started_at": datetime(2026, 11, 20, 0, 20, tzinfo=UTC)}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes to nine on the Friday."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 0, 50, tzinfo=UTC))


def _url(code: str = "N1", rest: str = "") -> str:
    return f"/meetings/{code}/2026-11-20/{rest}"


@pytest.fixture
def manager(world: World, client_of) -> Client:  # noqa: ANN001
    return client_of(world.manager)


def test_a_meeting_begins_with_one_press(world: World, manager: Client) -> None:
    make_meeting(world.branch)
    assert "Begin the meeting" in manager.get(_url()).content.decode()
    response = manager.post(_url(rest="start/"), follow=True)
    assert "Finish the meeting" in response.content.decode()
    assert Meeting.objects.get().conducted_by == world.manager


def test_a_meeting_that_begins_after_its_window_is_told_what_it_will_count_as(
    world: World, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_meeting(world.branch)
    assert "In time if it ends by" in manager.get(_url()).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    page = manager.get(_url()).content.decode()
    assert "it will count as held late" in page
    assert "In time if it ends by" not in page


def test_points_cannot_be_ticked_before_the_meeting_has_begun(world: World, manager: Client) -> None:
    item = make_meeting(world.branch).items.first()
    assert "/tick/" not in manager.get(_url()).content.decode()
    page = manager.post(_url(rest=f"items/{item.pk}/tick/"), {"ticked": "1"}, follow=True).content.decode()
    assert "Nothing was saved: the meeting is not running." in page
    item.refresh_from_db()
    assert item.ticked_at is None


def test_a_meeting_of_another_day_does_not_begin(world: World, manager: Client) -> None:
    make_meeting(world.branch, day=date(2026, 11, 19))
    page = manager.post("/meetings/N1/2026-11-19/start/", follow=True).content.decode()
    assert "A meeting can begin on its own day only." in page
    assert "Nobody began this meeting on its day" in page


def test_a_tick_answers_with_the_point_and_the_progress(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    page = manager.post(_url(rest=f"items/{item.pk}/tick/"), {"ticked": "1"}, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in page
    assert "1 of 2 points talked about" in page
    assert "Point 2" not in page
    manager.post(_url(rest=f"items/{item.pk}/tick/"), {"ticked": "0"})
    item.refresh_from_db()
    assert item.ticked_at is None


def test_the_part_that_comes_back_equals_the_page_loaded_afresh(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    part = manager.post(_url(rest=f"items/{item.pk}/tick/"), {"ticked": "1"}, headers=HTMX).content.decode()
    page = manager.get(_url()).content.decode()
    article = part[part.index("<article") : part.index("</article>")]
    again = page[page.index(f'<article class="agenda-item is-ticked" id="item-{item.pk}"') :]
    assert _without_tokens(article) == _without_tokens(again[: again.index("</article>")])


def _without_tokens(html: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


def test_a_note_is_kept_and_a_second_editor_sees_both_texts(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    url = _url(rest=f"items/{item.pk}/note/")
    assert manager.post(url, {"note": "First words", "version": "1"}).status_code == 302
    response = manager.post(url, {"note": "Second words", "version": "1"}, headers=HTMX)
    assert response.status_code == 409
    assert "First words" in response.content.decode()
    assert "Second words" in response.content.decode()
    whole = manager.post(url, {"note": "Second words", "version": "1"})
    assert (whole.status_code, "Second words" in whole.content.decode()) == (409, True)
    assert AgendaItem.objects.get(pk=item.pk).note == "First words"


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_form(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    response = manager.post(
        _url(rest=f"items/{item.pk}/note/"), {"note": "x" * 2001, "version": "1"}, headers=HTMX
    )
    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()


def test_hostile_text_is_only_text(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    manager.post(_url(rest=f"items/{item.pk}/note/"), {"note": "<script>alert(1)</script>", "version": "1"})
    page = manager.get(_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_one_tap_on_a_name_makes_the_action_that_is_prefilled(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    page = manager.get(_url()).content.decode()
    assert 'value="Suggestion 1"' in page
    assert '<input type="radio" name="due_on" value="2026-11-23" checked>' in page
    assert "Zhao Yinmi" not in page
    data = {"text": "Suggestion 1", "due_on": "2026-11-23", "owner": world.member.pk}
    part = manager.post(_url(rest=f"items/{item.pk}/action/"), data, headers=HTMX).content.decode()
    assert "Li Lei" in part
    assert "Undo" in part
    action = Action.objects.get()
    assert (action.text, action.owner, action.due_on, action.what_for) == (
        "Suggestion 1",
        world.member,
        date(2026, 11, 23),
        "Point 1 of N1",
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"due_on": "2026-11-19"}, "Choose today or a later day"),
        ({"text": " "}, "Fill in: What is to be done"),
    ],
)
def test_an_action_that_cannot_be_is_refused_with_a_reason(
    world: World, manager: Client, data: dict, says: str
) -> None:
    item = make_running(world.branch, world.manager).items.first()
    whole = {"text": "Call", "due_on": "2026-11-23", "owner": world.member.pk} | data
    response = manager.post(_url(rest=f"items/{item.pk}/action/"), whole, headers=HTMX)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not Action.objects.exists()


def test_somebody_of_another_branch_cannot_be_given_an_action(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    data = {"text": "Spy", "due_on": "2026-11-23", "owner": world.foreign_member.pk}
    response = manager.post(_url(rest=f"items/{item.pk}/action/"), data, headers=HTMX)
    assert response.status_code == 422
    assert "Zhao Yinmi" not in response.content.decode()


def test_attendance_is_taken_by_name_or_all_at_once(world: World, manager: Client) -> None:
    make_running(world.branch, world.manager)
    manager.post(_url(rest="attendance/"), {"present": [world.member.pk, world.foreign_member.pk, "x"]})
    assert list(Attendance.objects.values_list("staff__number", "is_present")) == [
        ("E1", True),
        ("E2", False),
    ]
    part = manager.post(_url(rest="attendance/"), {"everybody": "1"}, headers=HTMX).content.decode()
    assert part.count(" checked") == 2


def test_what_another_telephone_ticked_meanwhile_stays_ticked(world: World, manager: Client) -> None:
    make_running(world.branch, world.manager)
    part = manager.post(
        _url(rest="attendance/"), {"present": [world.member.pk]}, headers=HTMX
    ).content.decode()
    assert f'name="before" value="{world.member.pk}"' in part
    manager.post(_url(rest="attendance/"), {"present": [world.colleague.pk]})
    assert Attendance.objects.filter(is_present=True).count() == 2
    manager.post(_url(rest="attendance/"), {"before": [world.member.pk, "9" * 30]})
    assert Attendance.objects.get(is_present=True).staff == world.colleague


def test_finishing_a_meeting_that_somebody_else_has_finished_keeps_the_words_typed(
    world: World, manager: Client
) -> None:
    make_held(world.branch, world.administrator, note="Theirs")
    response = manager.post(_url(rest="finish/"), {"note": "Mine"})
    page = response.content.decode()
    assert (response.status_code, "Theirs" in page, "Mine" in page) == (409, True, True)
    assert Meeting.objects.get().note == "Theirs"


def test_a_meeting_finished_too_early_is_gone_on_with_and_its_note_is_still_there(
    world: World, manager: Client
) -> None:
    make_running(world.branch, world.manager)
    page = manager.post(_url(rest="finish/"), {"note": "Ten calls"}, follow=True).content.decode()
    assert "Finished too early?" in page
    page = manager.post(_url(rest="reopen/"), follow=True).content.decode()
    assert 'maxlength="2000">Ten calls</textarea>' in page


def test_old_minutes_offer_no_way_back_and_take_none(world: World, manager: Client) -> None:
    make_held(world.branch, world.manager, held_at=datetime(2026, 11, 20, 0, 34, tzinfo=UTC), **EARLY)
    assert "Finished too early?" not in manager.get(_url()).content.decode()
    page = manager.post(_url(rest="reopen/"), follow=True).content.decode()
    assert "Its minutes stay as they are." in page
    assert Meeting.objects.get().is_held


def test_regional_staff_read_fresh_minutes_and_cannot_take_them_back(world: World, client_of) -> None:  # noqa: ANN001
    make_held(world.branch, world.manager)
    assert "Finished too early?" not in client_of(world.regional).get(_url()).content.decode()


def test_minutes_show_what_was_agreed_then_and_what_was_done_since(world: World, manager: Client) -> None:
    meeting = make_running(world.branch, world.manager)
    action = make_open(world.branch, world.member, world.manager, from_item=meeting.items.first())
    manager.post(_url(rest="finish/"))
    Action.objects.filter(pk=action.pk).update(
        text="Another",
        state="done",
        done_on=date(2026, 11, 24),
        done_at=timezone.now(),
        done_by=world.manager,
    )
    page = manager.get(_url()).content.decode()
    assert "Call ten customers" in page
    assert "Another" not in page
    assert "done since, 24 Nov" in page


def test_a_customers_words_stand_before_the_scores_in_their_own_language(
    world: World, manager: Client
) -> None:
    meeting = make_running(world.branch, world.manager)
    answer = with_comment(world.branch, "<b>等了很久</b>", csat=1, nps=None)
    said = AgendaItem.objects.create(
        meeting=meeting, position=9, section="customers_said", text_en="1 of 5", quoted_id=answer.pk
    )
    page = manager.get(_url()).content.decode()
    assert '<span lang="zh-hans">“&lt;b&gt;等了很久&lt;/b&gt;”</span> 1 of 5' in page
    data = {"text": "Put it right", "due_on": "2026-11-23", "owner": world.member.pk}
    manager.post(_url(rest=f"items/{said.pk}/action/"), data)
    assert Action.objects.get().what_for == "1 of 5"
    answer.comment.delete()
    assert "(the comment has been erased)" in manager.get(_url()).content.decode()


def test_finishing_shows_minutes_that_nobody_can_change(world: World, manager: Client) -> None:
    item = make_running(world.branch, world.manager).items.first()
    page = manager.post(_url(rest="finish/"), {"note": "Ten calls"}, follow=True).content.decode()
    assert "held in time" in page
    assert "Ten calls" in page
    assert "/tick/" not in page
    manager.post(_url(rest=f"items/{item.pk}/note/"), {"note": "Later", "version": "1"})
    assert AgendaItem.objects.get(pk=item.pk).note == ""


def test_a_meeting_can_be_made_by_hand_where_none_made_itself(world: World, manager: Client) -> None:
    assert "Make a meeting" in manager.get("/meetings/").content.decode()
    response = manager.post("/meetings/N1/plan/")
    assert (response.status_code, response["Location"]) == (302, "/meetings/N1/2026-11-20/")
    assert Meeting.objects.get().made_by == world.manager


@pytest.mark.parametrize("who", ["regional", "administrator"])
def test_regional_staff_read_the_agenda_and_administrators_run_it(world: World, client_of, who: str) -> None:  # noqa: ANN001
    make_running(world.branch, world.manager)
    page = client_of(getattr(world, who)).get(_url()).content.decode()
    assert "Point 1 of N1" in page
    assert ("/tick/" in page) == (who == "administrator")


@pytest.mark.parametrize("who", ["manager", "regional"])
def test_a_foreign_meeting_looks_as_if_it_did_not_exist(world: World, client_of, who: str) -> None:  # noqa: ANN001
    make_held(world.foreign, world.foreign_manager)
    client = client_of(getattr(world, who))
    assert client.get(_url("S1")).status_code == 404
    assert client.get(_url("NOPE")).status_code == 404
    assert client.get("/meetings/N1/no-day/").status_code == 404


@pytest.mark.parametrize(
    "rest", ["start/", "finish/", "reopen/", "attendance/", "items/{pk}/tick/", "items/{pk}/note/"]
)
def test_a_foreign_meeting_cannot_be_changed(world: World, manager: Client, rest: str) -> None:
    meeting = make_running(world.foreign, world.foreign_manager)
    own = make_running(world.branch, world.manager)
    item = meeting.items.first()
    assert manager.post(_url("S1", rest.format(pk=item.pk)), {"ticked": "1"}).status_code == 404
    if "items" in rest:
        assert manager.post(_url("N1", rest.format(pk=item.pk)), {"ticked": "1"}).status_code == 404
    assert own.pk != meeting.pk
    item.refresh_from_db()
    assert item.ticked_at is None


@pytest.mark.parametrize("who", ["staff", "regional"])
def test_those_who_do_not_run_meetings_are_refused(world: World, client_of, who: str) -> None:  # noqa: ANN001
    make_meeting(world.branch)
    user: User = getattr(world, who)
    assert client_of(user).post(_url(rest="start/")).status_code == 403


def test_the_page_asks_as_much_for_many_points_as_for_one(world: World, manager: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(code: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(_url(code)).status_code == 200
        return len(queries)

    world.manager.branches.add(world.sister)
    make_running(world.branch, world.manager, items=1)
    many = make_running(world.sister, world.manager, items=9)
    for item in many.items.all():
        make_open(world.sister, world.member, world.manager, from_item=item)
    assert cost("N2") == cost("N1") + 0


def test_a_line_that_suggests_nothing_leaves_what_is_to_be_done_to_be_said(
    world: World, manager: Client
) -> None:
    meeting = make_running(world.branch, world.manager, items=1)
    meeting.items.update(suggests_en="")
    page = manager.get(_url()).content.decode()
    assert 'name="text" required maxlength="200"\n               value="">' in page
