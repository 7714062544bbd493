from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from branches.models import Branch, BranchFormat, Employment, Region
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Any) -> Any:
    (tmp_path / "stores.csv").write_text("Store,Kind\n1,a\n2,b\n", encoding="utf-8")
    (tmp_path / "states.csv").write_text('Store,State\n1,HE\n2,"HB,NI"\n', encoding="utf-8")
    return tmp_path


def load_stores(files: Any, *more: Any) -> Any:
    out, err = StringIO(), StringIO()
    maps = ("--map", "code=Store", "--map", "format=Kind", "--map", "region=State")
    beside = ("--with", str(files / "states.csv"))
    call_command("import_branches", str(files / "stores.csv"), *maps, *beside, *more, stdout=out, stderr=err)
    return out.getvalue()


def test_branches_of_two_files_are_loaded_with_their_regions_and_formats(files: Any) -> None:
    said = load_stores(files, "--create-missing")

    assert said == "stores.csv: 2 new\n"
    assert list(Branch.objects.values_list("code", "name_zh", "region__code", "format__code")) == [
        ("1", "1", "HE", "a"),
        ("2", "2", "HB,NI", "b"),
    ]


def test_a_dry_run_leaves_nothing_behind(files: Any) -> None:
    assert load_stores(files, "--create-missing", "--dry-run") == "stores.csv: 2 new (dry run)\n"
    assert not Branch.objects.exists()
    assert not Region.objects.exists()
    assert not BranchFormat.objects.exists()


def test_unknown_regions_are_faults_with_row_column_and_value(files: Any) -> None:
    err = StringIO()
    BranchFormat.objects.bulk_create([BranchFormat(code="a"), BranchFormat(code="b")])

    with pytest.raises(CommandError, match="2 faults; nothing was imported"):
        call_command(
            "import_branches",
            str(files / "stores.csv"),
            "--map=code=Store",
            "--map=format=Kind",
            "--map=region=State",
            f"--with={files / 'states.csv'}",
            stderr=err,
        )

    assert err.getvalue().splitlines() == [
        "row 2, region “HE”: No region has the code “HE”.",
        "row 3, region “HB,NI”: No region has the code “HB,NI”.",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["missing.csv"], "No such file"),
        (["stores.csv", "--map", "code"], "FIELD=HEADING"),
        (["stores.csv", "--map", "code=Shop"], "no such column: Shop; there are: Store, Kind"),
    ],
)
def test_what_the_command_cannot_understand_is_said(files: Any, arguments: Any, reason: Any) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("import_branches", str(files / arguments[0]), *arguments[1:])


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (
            "import_branches",
            "The file has no column “code”, which tells what each row is about. It has: Store, Kind. "
            "Needed are: code, region, format. Say which column holds what: --map code=HEADING. "
            "Nothing was imported.",
        ),
        (
            "import_staff",
            "The file has no column “number”, which tells what each row is about. It has: Store, Kind. "
            "Needed are: number, name. Say which column holds what: --map number=HEADING. Nothing was imported.",
        ),
    ],
)
def test_unknown_headings_are_one_message_that_names_those_found_and_those_needed(
    files: Any, command: str, reason: str
) -> None:
    err = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command(command, str(files / "stores.csv"), stderr=err)
    assert str(refusal.value) == reason
    assert err.getvalue() == ""


def test_staff_are_loaded_from_a_chinese_file(world: World, tmp_path: Any) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes("工号,姓名,营业厅,入职日期\nE5,王五,N1,2026年3月1日\n".encode("gb18030"))
    out = StringIO()

    call_command("import_staff", str(path), stdout=out)

    assert out.getvalue() == "staff.csv: 1 new\n"
    assert Employment.objects.get(staff__number="E5").branch == world.branch


def test_a_column_that_is_not_known_is_named(files: Any) -> None:
    (files / "more.csv").write_text("code,region,format,manager\n1,HE,a,Li\n", encoding="utf-8")
    err = StringIO()

    call_command(
        "import_branches", str(files / "more.csv"), "--create-missing", stdout=StringIO(), stderr=err
    )

    assert err.getvalue() == "not known and left out: manager\n"
