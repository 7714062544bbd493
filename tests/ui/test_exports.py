"""Downloads: hostile cells are disarmed, numbers stay numbers."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from ui.exports import Sheet, csv_response, safe_cell, xlsx_response


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u3000=1",
        "\ufeff=1",
    ],
)
def test_text_that_would_start_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["Nanshan", "南山", "a=b", "", 0, -5, 1.5, Decimal("-2.50"), None, date(2026, 11, 20), True]
)
def test_what_cannot_start_a_formula_passes_unchanged(value: object) -> None:
    assert safe_cell(value) == value


def test_numbers_a_spreadsheet_cannot_hold_are_empty() -> None:
    assert [safe_cell(float("nan")), safe_cell(float("inf")), safe_cell(Decimal("NaN"))] == [None, None, None]
    assert safe_cell(Fraction(1, 4)) == 0.25


def test_a_csv_download_has_a_bom_and_quotes_what_needs_it() -> None:
    response = csv_response("南山.csv", ["网点", "Revenue"], [["南山, 1", -12], ["=cmd()", None]])

    text = b"".join(response).decode()
    assert text == '\ufeff网点,Revenue\r\n"南山, 1",-12\r\n\'=cmd(),\r\n'
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%8D%97%E5%B1%B1.csv"


def test_an_excel_download_keeps_types_and_disarms_text() -> None:
    sheet = Sheet(
        title="Region: South/East",
        headers=["Branch", "Revenue", "Share", "Day", "Computed"],
        rows=[
            [
                "=HYPERLINK()",
                Decimal("12345.60"),
                0.25,
                date(2026, 11, 20),
                datetime(2026, 11, 20, 1, tzinfo=UTC),
            ],
            ["南山", None, None, None, None],
        ],
        formats=["text", "money", "percent", "date", "datetime"],
        note="South · November 2026",
    )

    page = openpyxl.load_workbook(io.BytesIO(xlsx_response("a.xlsx", [sheet]).content)).active

    assert page is not None
    assert page.title == "Region  South East"
    assert page["A2"].value == "South · November 2026"
    assert page.freeze_panes == "B5"
    assert [cell.value for cell in page[5]] == [
        "'=HYPERLINK()", 12345.6, 0.25, datetime(2026, 11, 20), datetime(2026, 11, 20, 9),
    ]  # fmt: skip
    assert [cell.number_format for cell in page[5]][1:3] == ["#,##0.00", "0.0%"]
    assert [cell.value for cell in page[6]] == ["南山", None, None, None, None]


def test_sheets_of_one_name_and_numbers_beyond_fifteen_digits_survive() -> None:
    sheets = [Sheet("Days", ["Code"], [[1234567890123456789]], ["count"]), Sheet("days", ["Code"], [])]

    book = openpyxl.load_workbook(io.BytesIO(xlsx_response("a.xlsx", sheets).content))

    assert book.sheetnames == ["Days", "days (2)"]
    assert book["Days"]["A5"].value == "1234567890123456789"
