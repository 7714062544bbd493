"""Files read at full speed: numbers come as numbers, and whatever is not plainly one as the reader wrote it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from branches.models import Branch
from scorecards.importing.lookup import lookup_of
from scorecards.importing.plan import ROWS_FOR_SAMPLES, Plan, guess
from scorecards.importing.reading import Judged, judge
from scorecards.importing.table import NUMBER, open_file
from tests.worlds import World

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def portions(folder: Path, cells: list[str], *, whole: bool = False, most: int = 100) -> list[list[Any]]:
    """The cells of a column of numbers, portion by portion."""
    path = folder / "figures.csv"
    path.write_text("branch,date,sales\n" + "".join(f"007,2026-01-05,{cell}\n" for cell in cells))
    table = open_file(path, folder).table
    found = [portion.frame for portion in table.portions(table.headings, {"sales": whole}, most=most)]
    numbers = [number for frame in found for number in frame[NUMBER].tolist()]
    assert numbers == list(range(2, len(cells) + 2))
    assert {code for frame in found for code in frame["branch"]} == {"007"}
    return [frame["sales"].astype(object).where(frame["sales"].notna(), None).tolist() for frame in found]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["5", "12.50", "", "1e3"], [5.0, 12.5, None, 1000.0]),
        (["5", "1 000"], ["5", "1 000"]),
        (["5", "inf"], ["5", "inf"]),
        (["true", "false"], ["true", "false"]),
        (["1", "0"], ["1", "0"]),
        (["5", "n/a"], ["5", "n/a"]),
        (["5", "'-5"], ["5", "'-5"]),
    ],
)
def test_a_column_of_plain_numbers_comes_as_numbers(
    tmp_path: Path, cells: list[str], read: list[Any]
) -> None:
    assert portions(tmp_path, cells) == [read]


def test_a_fraction_among_counts_stays_as_it_is_written(tmp_path: Path) -> None:
    assert portions(tmp_path, ["5", "12.50"], whole=True) == [["5", "12.50"]]
    assert portions(tmp_path, ["5", "12.0"], whole=True) == [[5.0, 12.0]]


@pytest.mark.parametrize("last", ["x", "inf"])
def test_portions_before_the_first_other_cell_are_numbers(tmp_path: Path, last: str) -> None:
    assert portions(tmp_path, ["1", "2", "3", last, "5"], most=2) == [[1.0, 2.0], ["3", last], ["5"]]


def test_the_day_that_settles_the_order_of_dates_may_stand_below_the_rows_for_samples(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    lines = ["007,05/01/2026,1"] * (ROWS_FOR_SAMPLES + 10) + ["007,13/01/2026,1"]
    path.write_text("branch,date,sales\n" + "\n".join(lines) + "\n")
    found = guess(open_file(path, tmp_path))
    assert found.plan.date_order == "dmy"
    assert "date_order" not in found.asks
    assert found.samples["branch"] == ["007"]


def test_a_blank_line_is_counted_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("branch,date,sales\n\nN1,2026-01-05,5\n\nN2,2026-01-05,6\n")
    table = open_file(path, tmp_path).table
    [portion] = table.portions(table.headings, {"sales": True})
    assert portion.frame[[NUMBER, "sales"]].to_numpy().tolist() == [[3, 5.0], [5, 6.0]]


def read(folder: Path, cell: str, **given: Any) -> Judged:
    path = folder / "figures.csv"
    path.write_text(f"branch;date;orders;sales\nN1;2026-01-05;20;5\nN1;2026-01-06;{cell}\n")
    opened = open_file(path, folder)
    mapping = {"branch": "branch", "day": "date", "orders": "orders", "revenue": "sales"}
    plan = guess(opened, Plan(mapping=mapping, **given)).plan
    return judge(opened.table, plan, lookup_of(Branch.objects.all()), at=NOW)


def test_a_refused_cell_is_shown_as_it_is_written(world: World, tmp_path: Path) -> None:
    [problem] = read(tmp_path, "12.50;7").problems
    assert (problem.row, problem.column, problem.value, problem.code) == (
        3,
        "orders",
        "12.50",
        "not_a_whole_number",
    )


def test_a_point_is_a_thousands_mark_where_the_reader_says_that_the_comma_is_the_decimal_mark(
    world: World, tmp_path: Path
) -> None:
    rows = read(tmp_path, "20;1.234", decimal=",").examined.rows
    assert dict(zip(rows.day.tolist(), rows.values["revenue"].tolist(), strict=True)) == {
        date(2026, 1, 5): 500,
        date(2026, 1, 6): 123_400,
    }
