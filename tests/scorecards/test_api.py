"""The API for other systems: tokens, rules, keys, hostile bodies."""

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from formulas.components import COMPONENTS
from scorecards.api import REQUESTS_A_MINUTE, FiguresRow
from scorecards.models import DailyFigures, Source
from scorecards.services.deliveries import branches_of
from scorecards.services.tokens import create_token, revoke_token
from tests.worlds import World

URL = "/api/v1/figures"


class Till:
    """A client that holds a token for the branches N1 and N2, not for S1."""

    def __init__(self, world: World) -> None:
        branches = [world.branch, world.sister]
        self.record, self.token = create_token("till", branches=branches, by=None, at=timezone.now())
        self.client = Client(raise_request_exception=False)

    def send(self, body: Any, kind: str = "application/json", key: str = "", **headers: str) -> HttpResponse:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = {
            "Authorization": f"Bearer {self.token}",
            **({"Idempotency-Key": key} if key else {}),
            **headers,
        }
        return self.client.post(URL, content, content_type=kind, headers=sent)


@pytest.fixture
def till(world: World) -> Till:
    cache.clear()
    return Till(world)


ROW = {"branch": "N1", "day": "2026-01-05", "visitors": 20, "buyers": 8, "revenue": "1234.50"}


def test_the_row_of_the_api_has_every_input() -> None:
    assert set(FiguresRow.model_fields) == {"branch", "day", "staff", *COMPONENTS}


def test_rows_are_stored_with_money_in_units(till: Till, world: World) -> None:
    answer = till.send([ROW])
    assert (answer.status_code, answer.json()) == (200, {"new": 1, "changed": 0, "same": 0})
    row = DailyFigures.objects.get()
    assert (row.branch, row.visitors, row.revenue, row.source) == (world.branch, 20, 123_450, Source.API)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "branch,day,revenue\nN1,03/04/2026,5\n",
            "Days such as 03/04/2026 can be read in two ways. Write every day as year-month-day: 2026-11-20.",
        ),
        (
            "place,day,revenue\nN1,03/04/2026,5\n",
            "The columns do not say: branch. Use the names of the documentation as headings, and write every day as "
            "year-month-day (2026-11-20): 03/04/2026 can be read in two ways.",
        ),
        (
            "place,day,revenue\nN1,2026-04-03,5\n",
            "The columns do not say: branch. Use the names of the documentation as headings.",
        ),
    ],
)
def test_a_csv_that_cannot_be_understood_is_told_what_to_write(till: Till, body: str, reason: str) -> None:
    answer = till.send(body, kind="text/csv")
    assert (answer.status_code, answer.json()["error"]) == (422, "unreadable")
    assert [problem["reason"] for problem in answer.json()["problems"]] == [reason]


def test_csv_is_stored_as_json_is(till: Till, world: World) -> None:
    body = "branch;day;staff;buyers;revenue\nN1;2026-01-05;E1;3;1.234,50\n"
    answer = till.send(body, kind="text/csv")
    assert answer.json() == {"new": 2, "changed": 0, "same": 0}
    assert list(DailyFigures.objects.order_by("staff_id").values_list("staff_id", "revenue")) == [
        (0, 123_450),
        (world.member.pk, 123_450),
    ]


def test_one_bad_row_stores_nothing_and_every_mistake_is_named(till: Till) -> None:
    answer = till.send([ROW, {**ROW, "branch": "S1"}, {**ROW, "branch": "N2", "visitors": 5}])
    assert answer.status_code == 422
    assert [(one["row"], one["column"], one["value"]) for one in answer.json()["problems"]] == [
        (2, "branch", "S1"),
        (3, "buyers", "8"),
    ]
    assert not DailyFigures.objects.exists()


def test_a_branch_of_others_looks_like_one_that_does_not_exist(till: Till) -> None:
    reasons = {
        till.send([{**ROW, "branch": code}]).json()["problems"][0]["reason"] for code in ("S1", "NOWHERE")
    }
    assert len(reasons) == 1


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "{}",
        "[]",
        "[1]",
        '[{"branch": "N1"}]',
        '[{"branch": "N1", "day": "2026-01-05", "visitors": 1.5}]',
        '[{"branch": "N1", "day": "2026-01-05", "visitors": "7"}]',
        '[{"branch": "N1", "day": "2026-01-05", "visitors": true}]',
        '[{"branch": "N1", "day": "2026-01-05", "visitors": -1}]',
        '[{"branch": "N1", "day": "2026-01-05", "visitors": 99999999999999999999}]',
        '[{"branch": "N1", "day": "2026-01-05", "revenue": NaN}]',
        '[{"branch": "N1", "day": "2026-01-05", "revenue": 1e400}]',
        '[{"branch": "N1", "day": "2026-01-05", "revenue": false}]',
        '[{"branch": "N1", "day": "2026-01-05", "revenue": true}]',
        '[{"branch": "N1", "day": "2026-01-05", "revenue": "٣"}]',
        '[{"branch": "N1", "day": "2026-02-30", "visitors": 1}]',
        '[{"branch": "N1", "day": "٢٠٢٦-٠١-٠٥", "visitors": 1}]',
        '[{"branch": "N1", "day": "2999-01-01", "visitors": 1}]',
        '[{"branch": "N1", "day": "2026-01-05", "surprise": 1}]',
        '[{"branch": "N1\\u0000", "day": "2026-01-05", "visitors": 1}]',
        '[{"branch": "N1", "day": "2026-01-05"}]',
        b"\xff\xfe[",
        "[" * 10_000,
    ],
)
def test_a_hostile_body_is_refused_in_the_described_shape(till: Till, body: str | bytes) -> None:
    answer = till.send(body)
    assert answer.status_code == 422
    assert {"row", "column", "value", "reason"} == answer.json()["problems"][0].keys()
    assert not DailyFigures.objects.exists()


@pytest.mark.parametrize(
    ("money", "stored"), [(1234, 123_400), (1234.5, 123_450), ("1234", 123_400), ("1234.5000", 123_450)]
)
def test_money_comes_as_a_number_or_as_a_text(till: Till, money: Any, stored: int) -> None:
    assert till.send([{**ROW, "revenue": money}]).status_code == 200
    assert DailyFigures.objects.get().revenue == stored


@pytest.mark.parametrize(
    ("money", "reason"),
    [
        (-5, "This cannot be less than zero."),
        (True, "This is not a number."),
        ("1,5", "Write money without signs and separators, such as 1234.50."),
    ],
)
def test_wrong_money_has_one_reason(till: Till, money: Any, reason: str) -> None:
    problems = till.send([{**ROW, "revenue": money}]).json()["problems"]
    assert [(one["column"], one["reason"]) for one in problems] == [("revenue", reason)]


@pytest.mark.parametrize(
    ("change", "column", "reason", "chinese"),
    [
        ({"visitors": -1}, "visitors", "This cannot be less than zero.", "不能小于零。"),
        ({"visitors": 1.5}, "visitors", "This must be a whole number.", "必须是整数。"),
        ({"visitors": "ten"}, "visitors", "This is not a number.", "这不是数字。"),
        (
            {"day": "05/01/2026"},
            "day",
            "Write the day as year-month-day, such as 2026-11-20.",
            "日期请写成“年-月-日”，如 2026-11-20。",
        ),
        (
            {"branch": 17},
            "branch",
            "Send this as a text, in quotation marks.",
            "请以文本形式发送（加引号）。",
        ),
        ({"guests": 3}, "guests", "There is no field of this name.", "没有这个名称的字段。"),
    ],
)
def test_what_is_wrong_in_form_is_said_in_the_words_of_the_import_and_in_both_languages(
    till: Till, change: dict[str, Any], column: str, reason: str, chinese: str
) -> None:
    for language, words in (("en", reason), ("zh-hans", chinese)):
        problems = till.send([{**ROW, **change}], **{"Accept-Language": language}).json()["problems"]
        assert [(one["row"], one["column"], one["reason"]) for one in problems] == [(1, column, words)]


def test_what_is_no_list_of_rows_is_told_what_to_send(till: Till) -> None:
    reasons = [till.send(body).json()["problems"][0]["reason"] for body in ({"rows": [ROW]}, ["N1"], [])]
    assert reasons == [
        "Send a list of rows: [{…}, {…}].",
        "Send a list of rows: [{…}, {…}].",
        "The file holds no rows.",
    ]


def test_the_same_key_stores_once_and_gives_the_first_answer(till: Till) -> None:
    first = till.send([ROW], key="a")
    assert till.send([ROW], key="a").json() == first.json() == {"new": 1, "changed": 0, "same": 0}
    assert till.send([ROW], key="b").json() == {"new": 0, "changed": 0, "same": 1}


def test_a_key_used_for_other_content_is_a_conflict(till: Till) -> None:
    till.send([ROW], key="a")
    assert till.send([{**ROW, "visitors": 21}], key="a").status_code == 409
    assert DailyFigures.objects.get().visitors == 20


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_of_another_length_than_described_is_refused(till: Till, key: str) -> None:
    assert till.send([ROW], **{"Idempotency-Key": key}).status_code == 400
    assert not DailyFigures.objects.exists()


def test_a_refused_delivery_does_not_use_up_its_key(till: Till) -> None:
    assert till.send([{**ROW, "branch": "S1"}], key="a").status_code == 422
    assert till.send([ROW], key="a").status_code == 200


def test_without_a_right_token_nothing_is_told(till: Till, world: World) -> None:
    assert till.send([ROW], Authorization="").status_code == 401
    assert till.send([ROW], Authorization="Bearer wrong").status_code == 401
    revoke_token(till.record, by=None, at=timezone.now())
    assert till.send([ROW]).status_code == 401


def test_a_token_without_branches_delivers_for_all(world: World, till: Till) -> None:
    _, till.token = create_token("erp", by=None, at=timezone.now())
    assert till.send([{**ROW, "branch": "S1"}]).status_code == 200


def test_figures_are_taken_while_redis_is_away(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> bool:
        raise RedisAway

    monkeypatch.setattr(cache, "add", away)
    assert till.send([ROW]).json() == {"new": 1, "changed": 0, "same": 0}


def test_too_many_requests_are_put_off(till: Till, world: World, time_machine: Any) -> None:
    time_machine.move_to("2026-02-01 00:00:10Z", tick=False)
    answers = [till.send("[]").status_code for _ in range(REQUESTS_A_MINUTE + 1)]
    assert answers[-2:] == [422, 429]
    time_machine.move_to("2026-02-01 00:01:10Z", tick=False)
    assert till.send("[]").status_code == 422


def test_other_kinds_of_content_are_not_taken(till: Till) -> None:
    assert till.send("<figures/>", kind="application/xml").status_code == 415


def test_a_body_over_the_limit_is_refused(till: Till, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert till.send([ROW]).status_code == 413


def test_the_description_names_the_operation_and_its_answers(client: Client, db: None) -> None:
    described = client.get("/api/v1/openapi.json").json()
    operation = described["paths"]["/api/v1/figures"]["post"]
    assert {"200", "401", "409", "413", "415", "422", "429"} <= operation["responses"].keys()
    assert operation["requestBody"]["content"].keys() == {"application/json", "text/csv"}
    assert operation["security"] == [{"TokenAuth": []}]


@pytest.mark.django_db
def test_a_token_whose_branches_are_all_gone_is_good_for_none(world: World) -> None:
    record, _token = create_token("kiosk", branches=[world.sister], by=None, at=timezone.now())
    assert list(branches_of(record)) == [world.sister]
    world.sister.delete()
    assert list(branches_of(record)) == []


def test_every_reference_of_the_description_leads_somewhere(client: Client, db: None) -> None:
    described = client.get("/api/v1/openapi.json").json()
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert references <= described["components"]["schemas"].keys()
    content = described["paths"]["/api/v1/figures"]["post"]["requestBody"]["content"]
    rows = content["application/json"]["schema"]
    assert set(rows["items"]["properties"]) == {"branch", "day", "staff", *COMPONENTS}
    assert "$defs" not in json.dumps(described)
