"""The commands of figures, with files as people have them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scorecards.models import ApiToken, DailyFigures, FigureImport, ImportState
from tests.worlds import World


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_figures", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def path(world: World, tmp_path: Path) -> Path:
    made = tmp_path / "till.csv"
    made.write_text("branch,day,customers,revenue\nN1,2026-01-05,4,10\nN9,2026-01-05,4,10\n")
    return made


def test_a_question_stops_the_command_with_the_option_that_answers_it(path: Path) -> None:
    with pytest.raises(CommandError, match="--map orders="):
        run(path)


def test_refused_rows_hold_back_the_file_unless_the_good_ones_are_asked_for(path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing was stored"):
        run(path, "--map", "orders=customers")
    assert not DailyFigures.objects.exists()
    assert "1 new" in run(path, "--map", "orders=customers", "--good-rows-only")
    assert DailyFigures.objects.get().orders == 4
    assert FigureImport.objects.get().state == ImportState.DONE


def test_days_that_lack_a_receipt_are_left_out_and_said(world: World, tmp_path: Path) -> None:
    path = tmp_path / "receipts.csv"
    path.write_text(
        "branch,date,order id,amount\nN1,2026-01-05,1,x\nN1,2026-01-05,2,5\nN1,2026-01-06,3,5\nN1,2026-01-06,4,-1\n"
    )
    err, out = StringIO(), StringIO()
    call_command("import_figures", str(path), "--good-rows-only", stdout=out, stderr=err)
    assert (
        "1 days of branches lack a refused row and are left out as well, with 1 sound rows." in err.getvalue()
    )
    assert "1 of 2 receipts are returns and count as no orders." in out.getvalue()
    assert list(DailyFigures.objects.values_list("orders", "revenue")) == [(1, 400)]


def said_of(content: str, path: Path, *options: str) -> list[str]:
    """What a dry run complains about, line by line."""
    path.write_text(content)
    err = StringIO()
    call_command("import_figures", str(path), "--dry-run", *options, stdout=StringIO(), stderr=err)
    return err.getvalue().splitlines()


def test_equal_problems_are_one_line_and_unknown_branches_are_summed_up(path: Path) -> None:
    rows = ["Z1,2026-01-05,1", "N1,2026-01-05,1", "N1,2026-01-06,1", "N1,2026-01-07,1", "N1,2026-01-08,1"]
    rows += ["Z1,2026-01-06,1", "Z1,2026-01-07,1", "Z1,2026-01-08,1", "N1,2026-01-09,1"]
    assert said_of("branch,day,revenue\n" + "\n".join(rows), path) == [
        "rows 2, 7, 8 and 1 more, branch: “Z1” – No branch with this code is among those that you may see.",
        "4 rows name 1 unknown branches in “branch”: Z1 (4). New ones come by manage.py import_branches FILE.",
    ]


def test_many_unknown_branches_leave_room_for_other_problems(path: Path) -> None:
    rows = [f"Z{number:02},2026-01-05,1" for number in range(1, 26)]
    lines = said_of("branch,day,revenue\n" + "\n".join([*rows, "N1,2026-01-05,x"]), path)
    assert lines[0] == "row 27, revenue: “x” – This is not a number."
    assert [line[:6] for line in lines[1:4]] == ["row 2,", "row 3,", "row 4,"]
    assert lines[4] == "… 26 problems in 26 rows in all"
    assert lines[5].endswith(
        "Z20 (1) and 5 more. Does “branch” really hold that? If not, use --map branch=HEADING. "
        "New ones come by manage.py import_branches FILE."
    )
    assert len(lines) == 6


def test_rows_without_a_branch_are_told_apart_from_those_of_an_unknown_one(path: Path) -> None:
    lines = said_of(
        "branch,date,order id,amount\nZ1,2026-01-05,1,1\n,2026-01-05,2,1\nN1,2026-01-05,3,1", path
    )
    assert "1 refused rows name no branch: some day may lack them." in lines
    assert lines[2].startswith("1 rows name 1 unknown branches in “branch”: Z1 (1).")


def test_a_dry_run_counts_and_stores_nothing(path: Path) -> None:
    assert "Would be stored: 1 new" in run(path, "--map", "none=customers", "--dry-run")
    assert not DailyFigures.objects.exists()
    assert not FigureImport.objects.exists()


def test_a_column_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(CommandError, match="no column “tickets”"):
        run(path, "--map", "orders=tickets")


def test_a_token_is_printed_once_and_only_its_hash_is_kept(world: World) -> None:
    out = StringIO()
    call_command("create_api_token", "till", "--branch", "N1", stdout=out)
    record = ApiToken.objects.get()
    assert list(record.branches.values_list("code", flat=True)) == ["N1"]
    assert record.digest not in out.getvalue()
    with pytest.raises(CommandError, match="already"):
        call_command("create_api_token", "till", stdout=out)
