"""The import in the browser, from upload to undo, with the worker's jobs done in between."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from jobs import services as jobs
from jobs.models import Job, State
from scorecards.models import DailyFigures, FigureImport, ImportProfile, ImportState
from tests.scorecards.factories import DailyFiguresFactory
from tests.worlds import World

ClientOf = Callable[[object], Client]
GOOD = "branch,day,visitors,orders,revenue\nN1,2026-01-05,10,4,100.50\nN1,2026-01-06,12,5,90\n"


def work() -> None:
    """Do what waits for the worker, except the recompute, and what comes of it."""
    while job := Job.objects.due(timezone.now()).filter(kind__startswith="figures.").first():
        jobs.run(job.pk)


def upload(client: Client, content: str | bytes, name: str = "figures.csv", **fields: Any) -> FigureImport:
    data = content.encode() if isinstance(content, str) else content
    client.post("/imports/upload/", {"file": SimpleUploadedFile(name, data), **fields})
    work()
    return FigureImport.objects.order_by("-pk")[0]


def post(client: Client, made: FigureImport, what: str, **fields: Any) -> HttpResponse:
    answer = client.post(f"/imports/{made.pk}/{what}/", fields)
    work()
    made.refresh_from_db()
    return answer


def stored() -> list[tuple[Any, ...]]:
    rows = DailyFigures.objects.order_by("day", "branch__code", "staff_id")
    return list(rows.values_list("branch__code", "day", "visitors", "orders", "revenue"))


@pytest.fixture
def client(world: World, client_of: ClientOf) -> Client:
    return client_of(world.manager)


def test_a_good_file_is_shown_stored_and_undone(client: Client) -> None:
    made = upload(client, GOOD)
    assert (made.state, made.counts["new"], made.counts["refused"]) == (ImportState.READY, 2, 0)
    assert not stored()
    page = client.get(f"/imports/{made.pk}/").content.decode()
    assert "100.50" in page
    post(client, made, "apply")
    assert made.state == ImportState.DONE
    assert stored() == [("N1", date(2026, 1, 5), 10, 4, 10_050), ("N1", date(2026, 1, 6), 12, 5, 9_000)]
    post(client, made, "undo")
    assert made.state == ImportState.UNDONE
    assert not stored()


def test_the_same_file_again_changes_nothing(client: Client) -> None:
    post(client, upload(client, GOOD), "apply")
    again = upload(client, GOOD)
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 2)
    assert "This very file was imported before." in client.get(f"/imports/{again.pk}/").content.decode()
    post(client, again, "apply")
    assert again.counts["written"] == 0


def test_undo_gives_back_what_was_there_before(client: Client) -> None:
    post(client, upload(client, GOOD), "apply")
    before = stored()
    second = upload(client, GOOD.replace("100.50", "7") + "N1,2026-01-07,1,1,1\n")
    post(client, second, "apply")
    assert stored()[0][-1] == 700
    post(client, second, "undo")
    assert stored() == before


def test_one_refused_row_holds_back_the_file_until_the_good_rows_are_chosen(client: Client) -> None:
    made = upload(client, GOOD + "N1,2026-01-07,x,1,1\n")
    post(client, made, "apply")
    assert made.state == ImportState.READY
    assert not stored()
    post(client, made, "apply", good_rows_only="yes")
    assert (made.state, len(stored())) == (ImportState.DONE, 2)


def test_a_row_at_odds_with_a_stored_figure_is_refused_although_the_file_lacks_its_column(
    client: Client, world: World
) -> None:
    DailyFiguresFactory(branch=world.branch, day=date(2026, 1, 5), visitors=100, buyers=20)
    made = upload(client, "branch,day,visitors\nN1,2026-01-05,19\n")
    assert made.state == ImportState.READY
    assert [(one["row"], one["code"], one["value"]) for one in made.problems] == [
        (2, "buyers_exceed_visitors", "")
    ]


def test_ten_kinds_of_error_are_named_at_once_and_handed_back_to_mend(client: Client, world: World) -> None:
    rows = [
        "branch,day,staff,visitors,buyers,orders,repeat,extension,revenue",
        "N1,2026-01-05,,10,4,4,0,0,100",  # sound
        "N9,2026-01-05,,10,4,4,0,0,100",  # no such branch
        "S1,2026-01-05,,10,4,4,0,0,100",  # a branch of others
        "N1,2026-02-30,,10,4,4,0,0,100",  # no such day
        "N1,2999-01-05,,10,4,4,0,0,100",  # not yet
        "N1,2026-01-06,,ten,4,4,0,0,100",  # no number
        "N1,2026-01-07,,10,4.5,4,0,0,100",  # no whole number
        "N1,2026-01-08,,10,4,4,0,0,-1",  # less than nothing
        "N1,2026-01-09,,3,4,4,0,0,100",  # more buyers than visitors
        "N1,2026-01-10,,10,4,9,0,0,100",  # orders do not add up
        "N1,2026-01-05,,10,4,4,0,0,100",  # twice
        "N1,2026-01-11,E9,,1,1,0,0,100",  # somebody else's staff
        "N1,2026-01-12,,10",  # cut off
        "=1+1,2026-01-13,,1,1,1,0,0,1",  # a formula for a code
    ]
    heading = rows[0].replace("repeat", "repeat orders").replace("extension", "extension orders")
    made = upload(client, "\n".join([heading, *rows[1:]]))
    found = [(one["row"], one["column"], one["code"]) for one in made.problems]
    assert found == [
        (3, "branch", "unknown_branch_code"),
        (4, "branch", "unknown_branch_code"),
        (5, "day", "not_a_date"),
        (6, "day", "future_day"),
        (7, "visitors", "not_a_number"),
        (8, "buyers", "not_a_whole_number"),
        (9, "revenue", "negative"),
        (10, "buyers", "buyers_exceed_visitors"),
        (11, "orders", "orders_do_not_add_up"),
        (12, "day", "duplicate"),
        (13, "staff", "unknown_staff"),
        (14, "", "wrong_number_of_cells"),
        (15, "branch", "unknown_branch_code"),
    ]
    handed_back = client.get(f"/imports/{made.pk}/refused/").getvalue().decode("utf-8-sig").splitlines()
    assert len(handed_back) == 15
    assert handed_back[0].startswith("branch,day,staff,visitors,buyers")
    assert handed_back[1].startswith("N1,2026-01-05,,10,4,4,0,0,100,2,Nothing is wrong with this row.")
    assert handed_back[6].startswith("N1,2026-01-06,,ten,4,4,0,0,100,7,visitors: This is not a number.")
    assert handed_back[14].startswith("'=1+1")
    page = client.get(f"/imports/{made.pk}/").content.decode()
    assert "There cannot be more buyers (4) than visitors (3)." in page
    assert "Secretfield" not in page


def test_a_day_order_that_nothing_tells_is_asked(client: Client) -> None:
    made = upload(client, "branch,day,orders\nN1,01/02/2026,4\nN1,03/02/2026,5\n")
    assert (made.state, made.question["asks"]) == (ImportState.UPLOADED, ["date_order"])
    answer = {"kind": "daily", "heading": "1", "column_0": "branch", "column_1": "day", "column_2": "orders"}
    assert post(client, made, "columns", **answer).status_code == 422
    post(client, made, "columns", **answer, date_order="dmy")
    assert made.state == ImportState.READY
    assert [row["day"] for row in made.preview] == ["2026-02-01", "2026-02-03"]


def test_a_column_of_customers_is_asked_and_a_profile_answers_next_time(client: Client) -> None:
    made = upload(client, "branch,day,customers,revenue\nN1,2026-01-05,4,5\n")
    assert made.question["asks"] == ["customers"]
    answer = {"kind": "daily", "heading": "1", "column_0": "branch", "column_1": "day", "column_3": "revenue"}
    post(client, made, "columns", **answer, column_2="orders", save_as="till")
    assert made.state == ImportState.READY
    profile = ImportProfile.objects.get(name="till")
    second = upload(client, "branch,day,customers,revenue\nN1,2026-01-06,4,5\n", profile=profile.pk)
    assert (second.state, second.preview[0]["values"]["orders"]) == (ImportState.READY, 4)


def test_a_file_of_one_branch_needs_a_branch_that_the_user_may_see(client: Client) -> None:
    made = upload(client, "day,orders\n2026-01-05,4\n")
    answer = {"kind": "daily", "heading": "1", "column_0": "day", "column_1": "orders"}
    assert post(client, made, "columns", **answer, branch="S1").status_code == 422
    post(client, made, "columns", **answer, branch="N1")
    assert made.counts["new"] == 1


def test_receipts_in_gbk_become_days(client: Client) -> None:
    text = "门店编号,成交时间,订单ID,会员号,金额\nN1,2026/1/5 9:01,1,a,10\n"
    text += "N1,2026/1/5 9:01,1,a,5\nN1,2026/1/5 12:30,2,a,7\n"
    made = upload(client, text.encode("gb18030"))
    assert made.preview[0]["values"] == {
        "orders": 2,
        "revenue": 2200,
        "buyers": 1,
        "repeat_orders": 1,
        "extension_orders": None,
    }


def test_a_workbook_with_titles_above_its_table_is_read(client: Client) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet("notes").write_row(0, 0, ["nothing", "here"])
        sheet = book.add_worksheet("days")
        for place, row in enumerate(
            [["Report of January"], [], ["网点编码", "日期", "销售额"], ["N1", 46027, 12.5]]
        ):
            sheet.write_row(place, 0, row)
    made = upload(client, data.getvalue(), "days.xlsx")
    assert (made.state, made.preview[0]["day"], made.preview[0]["values"]) == (
        ImportState.READY,
        "2026-01-05",
        {"revenue": 1250},
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 no zip", "unreadable_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "unreadable_workbook"),
        (b"\x1f\x8b no archive", "broken_archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "not_text"),
        (b"one word", "no_table"),
        (b"branch,day,orders\n", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(
    client: Client, content: bytes, code: str
) -> None:
    made = upload(client, content)
    assert (made.state, code in made.error) == (ImportState.REFUSED, True)
    assert "Nothing of this file was stored." in client.get(f"/imports/{made.pk}/").content.decode()


def test_an_empty_upload_is_refused_at_the_form(client: Client) -> None:
    answer = client.post("/imports/upload/", {"file": SimpleUploadedFile("a.csv", b"")})
    assert answer.status_code == 422
    assert not FigureImport.objects.exists()


@pytest.mark.parametrize("user", ["staff", "manager", "regional", "administrator"])
def test_leaders_import_and_staff_do_not(world: World, client_of: ClientOf, user: str) -> None:
    status = client_of(getattr(world, user)).get("/imports/").status_code
    assert status == (403 if user == "staff" else 200)


def test_an_import_of_somebody_else_looks_like_none(world: World, client_of: ClientOf) -> None:
    made = upload(client_of(world.foreign_manager), GOOD.replace("N1", "S1"))
    mine, admin = client_of(world.manager), client_of(world.administrator)
    for path in ("", "refused/", "file/"):
        assert mine.get(f"/imports/{made.pk}/{path}").status_code == 404
        assert admin.get(f"/imports/{made.pk}/{path}").status_code == 200
    for path in ("columns", "apply", "undo", "discard"):
        assert mine.post(f"/imports/{made.pk}/{path}/").status_code == 404
    assert "figures.csv" not in mine.get("/imports/").content.decode()


def test_rights_that_went_meanwhile_hold_when_the_worker_stores(client: Client, world: World) -> None:
    made = upload(client, GOOD)
    world.manager.branches.clear()
    post(client, made, "apply")
    assert made.state == ImportState.READY
    assert not stored()
    page = client.get(f"/imports/{made.pk}/").content.decode()
    assert "Nothing was stored: since you looked, figures or rights have changed." in page
    assert "No branch with this code is among those that you may see." in page


def test_the_fragment_that_polls_is_the_same_as_the_page(client: Client) -> None:
    client.post("/imports/upload/", {"file": SimpleUploadedFile("a.csv", GOOD.encode())})
    made = FigureImport.objects.get()
    whole = client.get(f"/imports/{made.pk}/").content.decode()
    fragment = client.get(f"/imports/{made.pk}/", headers={"HX-Request": "true"})
    assert fragment.content.decode().strip() in whole
    assert "HX-Refresh" not in fragment
    work()
    assert client.get(f"/imports/{made.pk}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_every_job_may_run_twice(client: Client) -> None:
    made = upload(client, GOOD)
    post(client, made, "apply")
    Job.objects.filter(kind__startswith="figures.").update(state=State.WAITING)
    work()
    made.refresh_from_db()
    assert (made.state, len(stored())) == (ImportState.DONE, 2)


def test_a_file_put_aside_stays_in_the_list(client: Client) -> None:
    made = upload(client, GOOD)
    post(client, made, "discard")
    assert made.state == ImportState.REFUSED
    assert "figures.csv" in client.get("/imports/?state=refused").content.decode()
    assert post(client, made, "apply").status_code == 302
    assert not stored()


@pytest.mark.parametrize("files", [1, 3])
@pytest.mark.parametrize("profiles", [0, 1, 3])
def test_the_list_asks_as_often_for_one_import_as_for_three(
    client: Client, world: World, files: int, profiles: int, django_assert_num_queries: Any
) -> None:
    for number in range(files):
        upload(client, GOOD, f"{number}.csv")
    for number in range(profiles):
        ImportProfile.objects.create(name=f"till {number}", by=world.manager)
    with django_assert_num_queries(6):
        client.get("/imports/")


def test_rows_of_a_workbook_come_back_as_a_workbook_and_are_read_again(client: Client) -> None:
    rows = [
        ["branch", "day", "orders", "revenue"],
        ["N1", "2026-01-05", 4, 100.5],
        ["N1", "2026-01-06", "x", -7],
    ]
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    made = upload(client, data.getvalue(), "till.xlsx")

    answer = client.get(f"/imports/{made.pk}/refused/")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="refused-{made.pk}.xlsx"'
    table = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert [[cell.value for cell in line] for line in table] == [
        ["branch", "day", "orders", "revenue", "Row in the file", "What to mend"],
        [
            "N1",
            "2026-01-06",
            "x",
            -7,
            3,
            "orders: This is not a number. · revenue: This cannot be less than zero.",
        ],
    ]
    table["C2"], table["D2"] = 5, 7
    mended = io.BytesIO()
    table.parent.save(mended)
    again = upload(client, mended.getvalue(), "mended.xlsx")
    assert (again.state, again.counts["new"], again.counts["refused"]) == (ImportState.READY, 1, 0)


def test_who_reloads_a_form_that_was_shown_with_faults_gets_the_page_of_the_form(
    client: Client, client_of: ClientOf, world: World
) -> None:
    made = upload(client, "branch,day,orders\nN1,01/02/2026,4\n")
    assert client.post("/imports/upload/", {}).status_code == 422
    assert client.post(f"/imports/{made.pk}/columns/", {}).status_code == 422

    assert client.get("/imports/upload/").headers["Location"] == "/imports/"
    assert client.get(f"/imports/{made.pk}/columns/").headers["Location"] == f"/imports/{made.pk}/"
    assert client_of(world.foreign_manager).get(f"/imports/{made.pk}/columns/").status_code == 404
    made.refresh_from_db()
    assert made.state == ImportState.UPLOADED


@pytest.mark.parametrize(
    ("content", "name", "inside"),
    [
        ('{"branch": "N1", "rows": [1, 2]}', "figures.json", "JSON"),
        ('[\n {"branch": "N1"}]', "figures.csv", "JSON"),
        ("<html><table><tr><td>1,2</td></tr></table></html>", "till.xls", "HTML / XML"),
        ("%PDF-1.4\n1,2\n", "report.pdf", "PDF"),
    ],
)
def test_what_is_text_but_no_table_is_refused_by_its_name(
    client: Client, content: str, name: str, inside: str
) -> None:
    made = upload(client, content, name)
    assert made.state == ImportState.REFUSED
    page = client.get(f"/imports/{made.pk}/").content.decode()
    assert f"Inside, the file is {inside} and no table." in page


def test_a_refused_file_that_was_seen_to_is_put_aside_and_still_says_why(client: Client) -> None:
    made = upload(client, '{"branch": "N1"}', "figures.json")
    assert list(FigureImport.objects.with_errors()) == [made]
    post(client, made, "discard")
    page = client.get(f"/imports/{made.pk}/").content.decode()
    assert made.is_put_aside
    assert not FigureImport.objects.with_errors()
    assert "Inside, the file is JSON" in page
    assert "Put the file aside" not in page
    assert (
        "This import has moved on meanwhile."
        in client.post(f"/imports/{made.pk}/discard/", follow=True).content.decode()
    )


def test_a_file_about_one_day_does_not_speak_of_days_from_and_to(client: Client) -> None:
    made = upload(client, "branch,day,orders\nN1,2026-01-05,4\n")
    assert "Of one day, 5 Jan 2026." in client.get(f"/imports/{made.pk}/").content.decode()
