"""The survey as a customer meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from surveys.limits import PER_ADDRESS
from surveys.models import Answer, AnswerComment, SurveyLink
from surveys.services import renew_link
from tests.surveys.factories import link_of
from tests.worlds import World

pytestmark = pytest.mark.django_db

MOST_BYTES = 60_000


@pytest.fixture
def link(world: World) -> SurveyLink:
    cache.clear()
    return link_of(world.branch)


@pytest.fixture
def path(link: SurveyLink) -> str:
    return f"/s/{link.token}/"


def nonce_in(html: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', html)
    assert found
    return found[1]


def send(client: Client, path: str, **given: Any) -> Any:
    """Open the page and send its form."""
    nonce = nonce_in(client.get(path).content.decode())
    return client.post(path, {"nonce": nonce, **given})


def test_the_page_with_all_that_it_loads_weighs_less_than_60_kb_and_needs_no_script(path: str) -> None:
    html = Client().get(path).content
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', html.decode())
    weight = len(html)
    for name in files:
        with open(str(finders.find(name)), "rb") as file:
            weight += len(file.read())
    assert files == ["ui/favicon.svg", "surveys/survey.css"]
    assert weight < MOST_BYTES
    assert b"<script" not in html
    assert b"style=" not in html


@pytest.mark.parametrize(
    ("accepted", "query", "lang", "words"),
    [
        ("en", "", "en", "How was your visit?"),
        ("zh-CN", "", "zh-hans", "满意吗"),
        ("fr", "", "en", "How was your visit?"),
        ("en", "?lang=zh-hans", "zh-hans", "南山营业厅"),
        ("zh-CN", "?lang=en", "en", "Nanshan"),
        ("en", "?lang=xx", "en", "Nanshan"),
    ],
)
def test_it_speaks_the_browsers_language_or_the_one_that_is_chosen(
    path: str, accepted: str, query: str, lang: str, words: str
) -> None:
    response = Client(headers={"Accept-Language": accepted}).get(path + query)
    html = response.content.decode()
    assert f'<html lang="{lang}">' in html
    assert words in html
    assert response["Content-Language"] == lang


def test_every_answer_has_a_label_inside_a_named_group(path: str) -> None:
    html = Client().get(path).content.decode()
    assert html.count("<fieldset>") == html.count("<legend>") == 2
    assert len(re.findall(r'<label class="tile [a-z]+"><input type="radio" name="csat"', html)) == 5
    assert len(re.findall(r'<label class="tile [a-z]+"><input type="radio" name="nps"', html)) == 11
    assert '<label for="comment">' in html


def test_an_answer_is_kept_and_thanked_for_by_redirect(path: str, world: World) -> None:
    response = send(Client(), path + "?lang=en", csat="4", nps="9", comment="Quick and clear.")
    assert (response.status_code, response["Location"]) == (302, f"{path}thanks/?lang=en")
    assert "Thank you" in Client().get(response["Location"]).content.decode()
    answer = Answer.objects.get()
    assert (answer.branch, answer.csat, answer.nps, answer.language) == (world.branch, 4, 9, "en")
    assert answer.comment.text == "Quick and clear."


@pytest.mark.parametrize(
    ("given", "kept"), [({"csat": "1"}, (1, None)), ({"nps": "0"}, (None, 0)), ({"nps": "10"}, (None, 10))]
)
def test_one_question_is_enough(path: str, given: dict[str, str], kept: tuple[Any, Any]) -> None:
    assert send(Client(), path, **given).status_code == 302
    answer = Answer.objects.get()
    assert (answer.csat, answer.nps) == kept


def test_nothing_ticked_is_asked_again_and_the_words_stay(path: str) -> None:
    response = send(Client(), path, comment="only words")
    html = response.content.decode()
    assert response.status_code == 422
    assert "at least one of the two questions" in html
    assert "only words</textarea>" in html
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "given", [{"csat": "6"}, {"csat": "x"}, {"nps": "11"}, {"nps": "-1"}, {"csat": "4.5"}]
)
def test_values_outside_the_scales_are_refused(path: str, given: dict[str, str]) -> None:
    assert send(Client(), path, **given).status_code == 422
    assert not Answer.objects.exists()


def test_the_form_sent_twice_is_one_answer(path: str) -> None:
    client = Client()
    nonce = nonce_in(client.get(path).content.decode())
    for _ in range(2):
        assert client.post(path, {"nonce": nonce, "csat": "5"}).status_code == 302
    assert Answer.objects.count() == 1


def test_a_form_that_was_refused_keeps_its_nonce_and_is_one_answer_in_the_end(path: str) -> None:
    client = Client()
    nonce = nonce_in(client.get(path).content.decode())
    again = nonce_in(client.post(path, {"nonce": nonce}).content.decode())
    client.post(path, {"nonce": again, "csat": "5"})
    assert again == nonce
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("nonce", ["", "made-up", "a:b:c", "x" * 500])
def test_a_nonce_that_is_not_ours_is_refused(path: str, nonce: str) -> None:
    assert Client().post(path, {"nonce": nonce, "csat": "5"}).status_code == 422
    assert not Answer.objects.exists()


def test_a_page_left_open_for_more_than_a_day_is_sent_once_more_with_everything_still_ticked(
    path: str,
) -> None:
    client = Client()
    with time_machine.travel(timezone.now() - timedelta(hours=25), tick=False):
        old = nonce_in(client.get(path).content.decode())
    response = client.post(path, {"nonce": old, "csat": "2", "comment": "still here"})
    html = response.content.decode()
    assert response.status_code == 422
    assert re.search(r'name="csat" value="2" checked', html)
    assert "still here</textarea>" in html
    client.post(path, {"nonce": nonce_in(html), "csat": "2"})
    assert Answer.objects.get().csat == 2


def test_what_fills_in_the_hidden_field_is_thanked_and_forgotten(path: str) -> None:
    assert send(Client(), path, csat="5", website="http://spam.example").status_code == 302
    assert not Answer.objects.exists()


def test_unknown_and_revoked_links_get_the_same_friendly_page(path: str, world: World) -> None:
    renew_link(world.branch, by=None, at=timezone.now())
    revoked, unknown = Client().get(path), Client().get("/s/AAAAAAAAAAAAAAAAAAAAAA/")
    assert revoked.status_code == unknown.status_code == 404
    assert revoked.content == unknown.content
    assert "scan the code at the counter" in revoked.content.decode()
    assert "Nanshan" not in revoked.content.decode()


def test_a_revoked_link_takes_no_answers(path: str, world: World) -> None:
    client = Client()
    nonce = nonce_in(client.get(path).content.decode())
    renew_link(world.branch, by=None, at=timezone.now())
    assert client.post(path, {"nonce": nonce, "csat": "1"}).status_code == 404
    assert Client().get(f"{path}thanks/").status_code == 404
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("days_ago", "status"), [(7, 200), (8, 404)])
def test_a_branch_that_has_closed_is_asked_about_for_a_week(
    path: str, world: World, days_ago: int, status: int
) -> None:
    world.branch.closed_on = timezone.localdate() - timedelta(days=days_ago)
    world.branch.save()
    assert Client().get(path).status_code == status


def test_the_form_needs_its_csrf_token(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    html = client.get(path).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert token
    given = {"nonce": nonce_in(html), "csat": "5"}
    assert client.post(path, given).status_code == 403
    assert not Answer.objects.exists()
    assert client.post(path, {**given, "csrfmiddlewaretoken": token[1]}).status_code == 302
    assert Answer.objects.count() == 1


@time_machine.travel("2026-11-20T04:00:00Z", tick=False)
def test_beyond_the_limit_it_asks_to_wait_and_loses_nothing(path: str) -> None:
    client = Client()
    for _ in range(PER_ADDRESS):
        assert send(client, path, csat="5").status_code == 302
    response = send(client, path, csat="1", comment="let me in")
    html = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert "wait a minute" in html
    assert re.search(r'name="csat" value="1" checked', html)
    assert "let me in</textarea>" in html
    assert Answer.objects.count() == PER_ADDRESS
    assert Client(REMOTE_ADDR="10.9.9.9").get(path).status_code == 200
    assert send(Client(REMOTE_ADDR="10.9.9.9"), path, csat="3").status_code == 302


HOSTILE = {
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
    '"><img src=x onerror=alert(1)>': "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;",
    "{{ settings.SECRET_KEY }}{% load i18n %}": "{{ settings.SECRET_KEY }}{% load i18n %}",
    "'; DROP TABLE surveys_answer; --": "&#x27;; DROP TABLE surveys_answer; --",
    "a\x00b\u202ec": "abc",
    "=HYPERLINK(1)": "=HYPERLINK(1)",
    "😀" * 600: "😀" * 600,
}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_the_text_that_it_is(
    path: str, text: str, world: World, client_of: Callable[..., Client]
) -> None:
    assert send(Client(), path, csat="1", comment=text).status_code == 302
    assert AnswerComment.objects.count() == 1
    html = client_of(world.manager).get("/surveys/").content.decode()
    assert f">{HOSTILE[text]}</p>" in html


def test_hostile_text_is_escaped_when_the_form_comes_back(path: str) -> None:
    html = send(Client(), path, comment="</textarea><script>alert(1)</script>").content.decode()
    assert "<script>" not in html
    assert "&lt;/textarea&gt;&lt;script&gt;" in html


def test_a_comment_that_is_too_long_is_refused_in_words(path: str) -> None:
    response = send(Client(), path, csat="1", comment="x" * 601)
    assert response.status_code == 422
    assert "600 characters" in response.content.decode()


def test_other_methods_are_not_allowed(path: str) -> None:
    assert Client().put(path).status_code == 405
    assert Client().post(f"{path}thanks/").status_code == 405


def test_the_page_is_not_cached_and_not_listed_by_search_engines(path: str) -> None:
    response = Client().get(path)
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()


def test_opening_the_page_takes_one_query(path: str, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(1):
        Client().get(path)


def test_no_session_is_made_for_a_customer(path: str) -> None:
    client = Client()
    send(client, path, csat="5")
    assert set(client.cookies) == {"csrftoken"}
