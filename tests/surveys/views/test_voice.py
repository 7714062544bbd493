"""The answers as the company reads them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client

from formulas.periods import Span
from scorecards import panels
from tests.factories import BranchFactory, BranchFormatFactory
from tests.surveys.factories import AnswerFactory, answers, link_of, with_comment
from tests.worlds import World

LogIn = Callable[[object], Client]
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def noon(world: World) -> Any:
    with time_machine.travel("2026-11-20T04:00:00Z", tick=False):
        yield


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/surveys/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_each_role_reads_its_own_branches_only(world: World, client_of: LogIn) -> None:
    for branch, text in [
        (world.branch, "from one"),
        (world.sister, "from two"),
        (world.foreign, "from three"),
    ]:
        with_comment(branch, text)
    read = {
        name: [
            text
            for text in ("from one", "from two", "from three")
            if text in page(client_of(getattr(world, name)))
        ]
        for name in ("manager", "regional", "administrator", "foreign_regional")
    }
    assert read == {
        "manager": ["from one"],
        "regional": ["from one", "from two"],
        "administrator": ["from one", "from two", "from three"],
        "foreign_regional": ["from three"],
    }


def test_staff_members_do_not_read_it(world: World, client_of: LogIn) -> None:
    assert client_of(world.staff).get("/surveys/").status_code == 403
    assert client_of(world.staff).get("/surveys/export/").status_code == 403


def test_a_foreign_branch_in_the_address_shows_nothing(world: World, client_of: LogIn) -> None:
    with_comment(world.foreign, "a secret word")
    for query in ("?branch=S1", "?branch=Secretfield", "?branch=%"):
        html = page(client_of(world.manager), query)
        assert "a secret word" not in html
        assert "机密" not in html


def test_the_sentence_and_the_scores_come_with_interval_and_n(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[5] * 30 + [1] * 10)
    html = page(client_of(world.manager))
    assert "40 customers answered. 75.0% are satisfied" in html
    assert "10 were unhappy." in html
    assert "59.8% to 85.8% (95%)" in html
    assert "n = 40" in html


def test_few_answers_are_said_to_be_not_enough(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[5] * 19)
    html = page(client_of(world.manager))
    assert "too few to say" in html
    assert "Not enough data: 19 of at least 20" in html


def test_one_answer_and_none_are_said_rightly(world: World, client_of: LogIn) -> None:
    client = client_of(world.manager)
    assert "Nobody has answered in these days." in page(client)
    answers(world.branch, TODAY, csat=[5])
    assert "1 customer answered." in page(client)
    assert "Nobody was unhappy." in page(client)


def test_filters_keep_the_unhappy_and_those_with_words(world: World, client_of: LogIn) -> None:
    with_comment(world.branch, "cross words", csat=1, nps=0)
    with_comment(world.branch, "kind words")
    AnswerFactory(branch=world.branch, csat=2, nps=2)
    client = client_of(world.manager)
    assert "kind words" not in page(client, "?unhappy=on")
    assert "cross words" in page(client, "?unhappy=on")
    assert page(client, "?unhappy=on&with_comment=on").count('<li class="voice') == 1
    assert page(client).count('<li class="voice') == 3


def test_the_last_thirty_days_are_shown_unless_others_are_asked_for(world: World, client_of: LogIn) -> None:
    with_comment(world.branch, "fresh", day=TODAY - timedelta(days=29))
    with_comment(world.branch, "long ago", day=TODAY - timedelta(days=30))
    client = client_of(world.manager)
    assert "fresh" in page(client)
    assert "long ago" not in page(client)
    assert "long ago" in page(client, "?first=2026-10-21&last=2026-10-21")


@pytest.mark.parametrize(
    "query",
    ["?first=2026-11-20&last=2026-11-01", "?first=1990-01-01", "?first=never", "?branch=%00&after=forged"],
)
def test_a_damaged_address_shows_the_last_thirty_days(world: World, client_of: LogIn, query: str) -> None:
    AnswerFactory(branch=world.branch)
    assert "22 Oct – 20 Nov 2026" in page(client_of(world.manager), query)


def test_long_lists_come_in_pages(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[5] * 31)
    client = client_of(world.manager)
    first = page(client)
    assert first.count('<li class="voice') == 30
    assert 'rel="next"' in first


def test_regional_staff_compare_their_branches(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[5] * 30)
    answers(world.sister, TODAY, csat=[1] * 20 + [5] * 10)
    html = page(client_of(world.regional))
    assert html.index("Futian</a></th>") < html.index("Nanshan</a></th>")
    assert "Secretfield" not in html
    assert "By branch" not in page(client_of(world.manager))


def test_the_number_of_queries_does_not_grow(
    world: World, client_of: LogIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = client_of(world.regional)
    for branch in (world.branch, *BranchFactory.create_batch(2, region=world.area)):
        with_comment(branch, "words")
        with django_assert_num_queries(7):
            page(client)


def test_the_workbook_holds_the_same_answers_with_safe_cells(world: World, client_of: LogIn) -> None:
    with_comment(world.branch, "=HYPERLINK(1)", csat=1, nps=None)
    with_comment(world.foreign, "a secret word")
    response = client_of(world.manager).get("/surveys/export/")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    branches, listed = (list(sheet.iter_rows(min_row=5, values_only=True)) for sheet in book.worksheets)
    assert branches[0][:4] == ("Nanshan", "N1", 1, 0)
    assert [row[1:] for row in listed] == [("Nanshan", "N1", 1, None, "'=HYPERLINK(1)")]
    assert "secret" not in str(branches + listed)


def test_in_chinese_the_page_is_chinese(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[5])
    html = client_of(world.manager).get("/surveys/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "客户之声" in html
    assert "客户满意度" in html


def test_the_panel_of_a_branch_shows_its_scores_and_latest_words(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[4] * 20)
    with_comment(world.branch, "newest words", hour=13)
    with_comment(world.foreign, "a secret word", hour=13)
    span = Span(date(2026, 11, 1), TODAY)
    (panel,) = [
        p for p in panels.filled("branch", world.branch, world.manager, span) if p.code == "customers_voice"
    ]
    assert [answer.comment.text for answer in panel.values["latest"]] == ["newest words"]
    assert [(score.value, score.n) for score in panel.values["scores"]] == [("100.0%", "21"), ("+100", "1")]
    assert panel.values["url"] == "/surveys/?branch=N1&first=2026-11-01&last=2026-11-20"


def test_the_panel_is_not_for_staff_nor_for_a_span_without_days(world: World) -> None:
    span = Span(date(2026, 11, 1), TODAY)
    empty = Span(TODAY, TODAY - timedelta(days=1))
    codes = [
        {p.code for p in panels.filled("branch", world.branch, user, days)}
        for user, days in [(world.staff, span), (world.manager, empty), (world.manager, span)]
    ]
    assert ["customers_voice" in found for found in codes] == [False, False, True]


@pytest.mark.parametrize("name", ["surveylink", "answer"])
def test_the_admin_lists_and_shows_but_changes_nothing(world: World, client_of: LogIn, name: str) -> None:
    answer = with_comment(world.branch, "words")
    client = client_of(world.administrator)
    pk = answer.pk if name == "answer" else link_of(world.branch).pk
    assert client.get(f"/admin/surveys/{name}/").status_code == 200
    assert client.get(f"/admin/surveys/{name}/{pk}/change/").status_code == 200
    assert client.get(f"/admin/surveys/{name}/add/").status_code == 403
    assert client.post(f"/admin/surveys/{name}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert client_of(world.manager).get(f"/admin/surveys/{name}/").status_code in (302, 403)


def test_months_are_compared_with_their_intervals_and_thin_ones_are_said_to_be(
    world: World, client_of: LogIn
) -> None:
    answers(world.branch, date(2026, 9, 30), csat=[5] * 15 + [1] * 5)
    answers(world.branch, date(2026, 10, 1), csat=[5] * 20)
    answers(world.branch, TODAY, csat=[5, 1])
    answers(world.branch, date(2026, 5, 31), csat=[1] * 30)
    answers(world.foreign, TODAY, csat=[1] * 40)
    response = client_of(world.manager).get("/surveys/")
    option = response.context["months"]
    assert option["yAxis"]["data"] == ["September 2026", "October 2026"]
    assert option["series"][1]["data"] == [0.75, 1.0]
    assert [list(row) for row in response.context["months_table"].rows] == [
        ["September 2026", "20", "75.0%", "53.1% to 88.8%", "–", "No answers"],
        ["October 2026", "20", "100.0%", "83.9% to 100.0%", "–", "No answers"],
        ["November 2026", "2", "50.0%", "Not enough data: 2 of at least 20", "–", "No answers"],
    ]


def test_a_single_month_is_compared_with_nothing(world: World, client_of: LogIn) -> None:
    answers(world.branch, TODAY, csat=[5] * 30)
    assert "satisfaction-months" not in page(client_of(world.manager))


@pytest.fixture
def kinds(world: World) -> World:
    """A flagship in the region right below North, a shop in the area below it, and a foreign one: each with words."""
    flagship = BranchFactory(
        code="N3",
        name_en="Luohu",
        region=world.north,
        format=BranchFormatFactory(code="flagship", name_en="Flagship"),
    )
    for branch in (world.branch, flagship, world.foreign):
        with_comment(branch, f"words at {branch.code}")
    return world


@pytest.mark.parametrize(
    ("who", "query", "read"),
    [
        ("regional", "", ["N1", "N3"]),
        ("regional", "?region=NORTH", ["N1", "N3"]),
        ("regional", "?region=AREA", ["N1"]),
        ("regional", "?format=flagship", ["N3"]),
        ("regional", "?region=AREA&format=flagship", []),
        ("regional", "?region=SOUTH", ["N1", "N3"]),
        ("foreign_regional", "?region=NORTH&format=shop", ["S1"]),
        ("administrator", "?region=SOUTH", ["S1"]),
        ("administrator", "?region=NOWHERE&format=nothing", ["N1", "N3", "S1"]),
        ("manager", "?region=SOUTH&format=flagship", ["N1"]),
    ],
)
def test_answers_are_narrowed_by_region_and_format_within_what_the_reader_sees(
    kinds: World, client_of: LogIn, who: str, query: str, read: list[str]
) -> None:
    html = page(client_of(getattr(kinds, who)), query)
    assert sorted(re.findall(r"words at (\w+)", html)) == read
    assert ("Secretfield" in html) == ("S1" in read and who != "manager")


def test_everything_on_the_page_is_of_the_region_that_is_chosen(kinds: World, client_of: LogIn) -> None:
    answers(kinds.sister, date(2026, 10, 2), csat=[5] * 20)
    answers(kinds.branch, date(2026, 10, 2), csat=[1] * 20)
    answers(kinds.foreign, date(2026, 10, 2), csat=[1] * 20)
    client = client_of(kinds.administrator)
    response = client.get("/surveys/?region=AREA&first=2026-10-01&last=2026-10-31")
    html = response.content.decode()
    assert "40 customers answered. 50.0% are satisfied" in html
    assert [row[:3] for row in response.context["months_table"].rows] == [["October 2026", "40", "50.0%"]]
    assert "<span>Harbour</span>" in html
    assert '<option value="AREA" selected>\u2003Harbour</option>' in html
    assert "region=AREA&amp;first=2026-11-14" in html


def test_the_workbook_is_narrowed_too_and_says_by_what(kinds: World, client_of: LogIn) -> None:
    query = "?region=NORTH&format=flagship&branch=luo&with_comment=on"
    response = client_of(kinds.administrator).get(f"/surveys/export/{query}")
    by_branch, listed = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets
    assert [row[1] for row in by_branch.iter_rows(min_row=5, values_only=True)] == ["N3"]
    assert [row[2] for row in listed.iter_rows(min_row=5, values_only=True)] == ["N3"]
    assert by_branch["A2"].value.startswith("North · Flagship · “luo” · 22 Oct – 20 Nov 2026, made")
    assert listed["A2"].value.startswith("North · Flagship · “luo” · Only with a comment · 22 Oct")


def test_a_name_that_several_branches_share_compares_them_and_names_each(
    world: World, client_of: LogIn
) -> None:
    with_comment(world.branch, "words")
    with_comment(world.sister, "more words")
    for text in ("an", "Ｎ"):
        html = page(client_of(world.regional), f"?branch={text}")
        assert (html.count("Nanshan</a>"), html.count("Futian</a>")) == (2, 2)
    assert "Futian</a>" not in page(client_of(world.regional), "?branch=nan")
