"""What is refused, what waits with it, how much of it is listed, and that the mended download is read the same."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.test import Client

from scorecards.importing.cells import unguarded
from scorecards.models import DailyFigures, FigureImport, ImportState
from scorecards.services.imports import inspecting, refused
from tests.scorecards.factories import DailyFiguresFactory
from tests.scorecards.views.test_imports import ClientOf, post, stored, upload
from tests.worlds import World

RECEIPTS = (
    "branch,date,order id,amount\n"
    "N1,2026-01-05,1,10\n"
    "N1,2026-01-05,2,oops\n"
    "N1,2026-01-05,3,5\n"
    "N1,2026-01-06,4,7\n"
    "N2,2026-01-05,5,3\n"
)


@pytest.fixture
def client(world: World, client_of: ClientOf) -> Client:
    world.manager.branches.add(world.sister)
    return client_of(world.manager)


def text(client: Client, made: FigureImport) -> str:
    return client.get(f"/imports/{made.pk}/").content.decode()


def handed_back(client: Client, made: FigureImport) -> list[list[str]]:
    """The download without its heading, its two last columns and its guards, as the import reads it."""
    return [[unguarded(cell) for cell in row[:-2]] for row in download(client, made)[1:]]


def download(client: Client, made: FigureImport) -> list[list[str]]:
    """All cells of the download as text."""
    content = client.get(f"/imports/{made.pk}/refused/").getvalue()
    if content.startswith(b"PK"):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestWholeDays:
    def test_a_day_that_lacks_a_receipt_is_left_out_and_named(self, client: Client) -> None:
        made = upload(client, RECEIPTS)
        counts = {name: made.counts[name] for name in ("refused", "held", "held_days", "new")}
        assert counts == {"refused": 1, "held": 2, "held_days": 1, "new": 2}
        page = text(client, made)
        assert "1 day lacks a refused row and is left out (sound rows of it: 2):" in page
        assert "N1 5 Jan 2026" in page
        assert "Import the complete days only" in page
        post(client, made, "apply", good_rows_only="yes")
        assert [row[:2] for row in stored()] == [("N2", date(2026, 1, 5)), ("N1", date(2026, 1, 6))]
        assert "N1 5 Jan 2026" in text(client, made)

    def test_the_download_has_the_whole_day_so_that_the_mended_file_stores_all_of_it(
        self, client: Client
    ) -> None:
        made = upload(client, RECEIPTS)
        assert [row[2] for row in handed_back(client, made)] == ["1", "2", "3"]
        assert "upload it whole, or the day would be stored in part" in text(client, made)
        content = client.get(f"/imports/{made.pk}/refused/").getvalue().decode().replace("oops", "20")
        mended = upload(client, content)
        post(client, mended, "apply")
        assert DailyFigures.objects.get(branch__code="N1", day=date(2026, 1, 5)).revenue == 3_500

    def test_a_receipt_without_a_readable_day_holds_back_every_day_of_its_branch(
        self, client: Client
    ) -> None:
        made = upload(client, RECEIPTS.replace("2026-01-06", "06-Foo-2026").replace("oops", "1"))
        assert (made.counts["held_days"], made.counts["new"]) == (1, 1)
        post(client, made, "apply", good_rows_only="yes")
        assert [row[0] for row in stored()] == ["N2"]

    def test_rows_that_tell_no_branch_hold_back_nothing_and_are_told(self, client: Client) -> None:
        made = upload(client, RECEIPTS.replace("oops", "1") + ",2026-01-05,8,26\nN1,2026-01-05,9,1,1\n")
        assert (made.counts["refused"], made.counts["held_days"], made.counts["nowhere"]) == (2, 0, 2)
        assert "2 refused rows do not tell their branch." in text(client, made)

    def test_a_refused_staff_row_holds_back_its_branchs_day(self, client: Client) -> None:
        rows = "branch,day,staff,revenue\nN1,2026-01-05,E1,10\nN1,2026-01-05,E2,x\nN1,2026-01-06,E1,5\n"
        made = upload(client, rows)
        assert [(one["row"], one["code"]) for one in made.problems] == [(3, "not_a_number")]
        post(client, made, "apply", good_rows_only="yes")
        assert {row[1] for row in stored()} == {date(2026, 1, 6)}

    def test_a_day_of_receipts_that_a_rule_refuses_is_handed_back_whole(self, client: Client) -> None:
        made = upload(client, RECEIPTS.replace("oops", "-100"))
        assert [(one["row"], one["column"], one["code"]) for one in made.problems] == [
            (2, "revenue", "negative")
        ]
        assert [row[2] for row in handed_back(client, made)] == ["1", "2", "3"]

    def test_rows_of_whole_branches_hold_back_nothing_else(self, client: Client) -> None:
        made = upload(client, "branch,day,revenue\nN1,2026-01-05,1\nN1,bad,1\nN1,2026-01-06,x\n")
        assert (made.counts["refused"], made.counts["held"], made.counts["new"]) == (2, 0, 1)
        assert "Import the good rows only" in text(client, made)

    def test_half_a_day_is_never_handed_back(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(refused, "MOST_ROWS", 2)
        made = upload(client, RECEIPTS)
        assert handed_back(client, made) == []
        page = text(client, made)
        assert "mend the file itself and upload it whole" in page
        assert f"/imports/{made.pk}/refused/" not in page


class TestWords:
    def test_the_page_says_how_many_of_the_problems_are_listed(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inspecting, "SHOWN_PROBLEMS", 2)
        made = upload(client, "branch,day,orders,revenue\n" + "N1,2026-01-05,x,y\n" * 4)
        assert (made.counts["refused"], made.counts["problems"], len(made.problems)) == (4, 8 + 3, 2)
        page = text(client, made)
        assert "Listed are the first 8 of 11 problems in 4 rows." in page
        assert "The download has all refused rows." in page

    def test_the_page_says_how_many_rows_are_handed_back(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(refused, "MOST_ROWS", 2)
        made = upload(client, "branch,day,orders\n" + "N1,2026-01-05,x\n" * 4)
        assert len(handed_back(client, made)) == 2
        assert "The download has the first 2 refused rows." in text(client, made)

    def test_receipts_below_zero_are_told_as_returns(self, client: Client) -> None:
        made = upload(client, RECEIPTS.replace("oops", "-4") + "N2,2026-01-05,6,-1\nN2,2026-01-05,7,0\n")
        page = text(client, made)
        assert "The lines make 7 receipts." in page
        assert "2 of them add up to less than zero: they are returns" in page
        post(client, made, "apply")
        assert {row[0]: (row[3], row[4]) for row in stored() if row[1] == date(2026, 1, 5)} == {
            "N1": (2, 1_100),
            "N2": (2, 200),
        }

    def test_words_for_not_recorded_are_told_with_their_column(self, client: Client) -> None:
        rows = "N1,2026-01-05,-,1\nN1,2026-01-06,NaN,1\nN2,2026-01-05,-,无\nN2,2026-01-06,,1e2\n"
        made = upload(client, "branch,day,visitors,orders\n" + rows)
        assert (made.counts["new"], made.counts["refused"]) == (3, 1)
        assert [(one["row"], one["code"]) for one in made.problems] == [(4, "no_figures")]
        page = text(client, made)
        assert "Read as “not recorded”, which is not zero:" in page
        for words in (
            "“-” in 2 cells of visitors",
            "“NaN” in 1 cell of visitors",
            "“无” in 1 cell of orders",
        ):
            assert words in page
        post(client, made, "apply", good_rows_only="yes")
        assert [row[2:4] for row in stored()] == [(None, 1), (None, 1), (None, 100)]

    def test_a_receipt_line_without_an_amount_is_refused_and_not_called_unrecorded(
        self, client: Client
    ) -> None:
        made = upload(client, RECEIPTS.replace("oops", "-"))
        assert [(one["row"], one["code"], one["value"]) for one in made.problems] == [(3, "no_amount", "-")]
        assert "Read as “not recorded”" not in text(client, made)

    def test_a_branch_row_at_odds_with_stored_staff_rows_is_one_line_that_says_what_to_do(
        self, client: Client, world: World
    ) -> None:
        day = date(2026, 1, 5)
        DailyFiguresFactory(branch=world.branch, day=day)
        DailyFiguresFactory(branch=world.branch, day=day, staff_id=world.member.pk, visitors=None)
        heading = "branch,day,visitors,buyers,orders,repeat orders,extension orders,revenue\n"
        made = upload(client, heading + "N1,2026-01-05,5,6,8,1,1,29.50\n")
        assert [(one["row"], one["column"], one["value"]) for one in made.problems] == [
            (2, "buyers, orders, repeat orders, extension orders, revenue", "6, 8, 1, 1, 29.50"),
            (2, "buyers", "6"),
        ]
        assert (made.counts["refused"], made.counts["problems"]) == (1, 2)
        page = text(client, made)
        assert "buyers 20, orders 30, repeat orders 6, extension orders 4, revenue 3000.00." in page
        assert "Correct those, or deliver new ones together with this row." in page
        assert "There cannot be more buyers (6) than visitors (5)." in page


CELLS = {
    "negative": "-5",
    "negative with decimals": "-5.50",
    "a dash for nothing": "-",
    "plus": "+7",
    "formula": "=1+1",
    "at": "@SUM(A1)",
    "tab": "\t=1",
    "full-width": "＝1＋1",
    "full-width minus": "－5",
    "behind spaces": "  =cmd",
    "ideographic space": "　=cmd",
    "apostrophe": "'=1+1",
    "quotes and comma": 'a, "b"',
    "line break": "one\ntwo",
    "Chinese": "无数据",
    "long": "x" * 500,
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_refused_cells_come_back_as_they_were_and_are_refused_for_the_same_again(
    client: Client, kind: str
) -> None:
    rows = [["N9", "2026-01-05", "-7", cell, cell] for cell in CELLS.values()]
    rows += [[cell, "2026-01-05", "-7", "4", cell] for cell in CELLS.values()]
    first = upload(client, *file_of(kind, rows))
    back = client.get(f"/imports/{first.pk}/refused/").getvalue()
    again = upload(client, back, f"mended.{kind}")
    assert handed_back(client, first) == [[unguarded(cell) for cell in row] for row in rows]
    assert [(one["row"], one["code"], one["value"]) for one in first.problems] == [
        (one["row"], one["code"], one["value"]) for one in again.problems
    ]
    assert again.counts["refused"] == len(rows)
    assert download(client, again) == download(client, first)


def file_of(kind: str, rows: list[list[str]]) -> tuple[bytes, str]:
    table = [["branch", "day", "revenue", "orders", "note"], *rows]
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out).writerows(table)
        return out.getvalue().encode(), "days.csv"
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text)
    return data.getvalue(), "days.xlsx"


def test_negative_numbers_come_back_as_numbers(client: Client) -> None:
    made = upload(client, "branch,day,revenue,orders\nN1,2026-01-05,-5.50,4\nN1,2026-01-06,-3,4\n")
    content = client.get(f"/imports/{made.pk}/refused/").getvalue().decode()
    assert "N1,2026-01-05,-5.50,4,2," in content
    assert "N1,2026-01-06,-3,4,3," in content


def test_numbers_of_a_workbook_come_back_as_numbers_and_truth_values_are_none(client: Client) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(
            [["branch", "day", "revenue", "orders"], ["N1", 46027, -12.5, 4], ["N2", 46027, 3, True]]
        ):
            sheet.write_row(number, 0, row)
    made = upload(client, data.getvalue(), "days.xlsx")
    assert made.question["samples"]["orders"] == ["4", "TRUE"]
    assert [(one["row"], one["code"], one["value"]) for one in made.problems] == [
        (2, "negative", "-12.50"),
        (3, "not_a_number", "TRUE"),
    ]
    assert handed_back(client, made) == [["N1", "46027", "-12.5", "4"], ["N2", "46027", "3", "TRUE"]]


def test_what_only_the_whole_column_explains_comes_back_in_plain_forms(client: Client) -> None:
    rows = "N1;31/01/2026;1.234,50\nN1;02/01/2026;1.234\nN9;03/01/2026;2.345\n"
    made = upload(client, "branch;day;revenue\n" + rows)
    assert [row["values"]["revenue"] for row in made.preview] == [123_450, 123_400]
    assert handed_back(client, made) == [["N9", "2026-01-03", "2345"]]


def test_all_cells_of_a_row_that_cannot_be_read_are_named_at_once(client: Client) -> None:
    made = upload(client, "branch,day,visitors,buyers,orders\nN1,2999-01-05,x,4.5,y\n")
    found = {(one["column"], one["code"]) for one in made.problems}
    assert found == {
        ("visitors", "not_a_number"),
        ("orders", "not_a_number"),
        ("buyers", "not_a_whole_number"),
        ("day", "future_day"),
    }


@pytest.mark.parametrize(
    "content", ["branch,day,orders\n,,\n", "branch,day,orders\n\n \n", 'branch,day,orders\n"",,\n']
)
def test_a_table_of_blank_rows_is_empty(client: Client, content: str) -> None:
    made = upload(client, content)
    assert (made.state, "empty" in made.error) == (ImportState.REFUSED, True)


def test_a_heading_that_starts_a_formula_is_found_again(client: Client, world: World) -> None:
    made = upload(client, "branch,day,=orders\nN1,2026-01-05,1\n")
    assert made.question["headings"][2] == "=orders"
    plan: dict[str, Any] = {"kind": "daily", "heading": "1", "column_0": "branch", "column_1": "day"}
    post(client, made, "columns", **plan, column_2="orders")
    assert made.counts["new"] == 1
    guarded = upload(client, "branch,day,'=orders\nN1,2026-01-05,1\n")
    assert guarded.question["headings"][2] == "=orders"


def test_a_cell_too_many_is_handed_back_with_the_last_and_refused_again(client: Client) -> None:
    made = upload(client, "branch,day,orders\nN1,2026-01-05,4,5\nN1,2026-01-06,4,,\n")
    assert handed_back(client, made) == [["N1", "2026-01-05", "4,5"]]
    again = upload(client, client.get(f"/imports/{made.pk}/refused/").getvalue())
    assert again.counts["refused"] == 1
