from datetime import date
from typing import Any

import pytest
import tablib

from branches.models import AuditEntry, Branch, Employment, Region, StaffMember
from branches.resources import BranchResource, StaffResource
from tests.factories import BranchFactory, BranchFormatFactory
from tests.worlds import World

pytestmark = pytest.mark.django_db

BRANCH = ("code", "name_en", "name_zh", "region", "format", "opened_on", "closed_on")
STAFF = ("number", "name", "post", "branch", "starts_on", "ends_on")


def bring(resource: Any, headers: Any, *rows: Any, dry_run: Any = False) -> Any:
    result = resource.import_data(
        tablib.Dataset(*rows, headers=list(headers)),
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=True,
        file_name="file.csv",
    )
    assert [str(error.error) for error in result.base_errors] == []
    return result


def faults(result: Any) -> Any:
    return [
        (row.number, field, reason)
        for row in result.invalid_rows
        for field, reasons in row.error_dict.items()
        for reason in reasons
    ]


def counts(result: Any) -> Any:
    return {kind: count for kind, count in result.totals.items() if count}


def test_new_branches_are_made_and_known_ones_changed(world: World) -> None:
    result = bring(
        BranchResource(),
        BRANCH,
        ("N1", "Nanshan Park", "南山营业厅", "AREA", "shop", "", ""),
        ("X1", "", "新店", "SOUTH", "shop", "2026/3/1", "2026年12月31日"),
    )

    assert counts(result) == {"new": 1, "update": 1}
    assert Branch.objects.get(code="N1").name_en == "Nanshan Park"
    new = Branch.objects.get(code="X1")
    assert (new.region, new.opened_on, new.closed_on) == (world.south, date(2026, 3, 1), date(2026, 12, 31))
    assert (new.time_zone, new.opens_on_holidays) == ("Asia/Shanghai", True)


def test_the_same_file_again_changes_nothing_and_leaves_no_audit_row(world: World) -> None:
    row = ("X1", "New", "新店", "SOUTH", "shop", "2026-03-01", "")
    bring(BranchResource(), BRANCH, row)

    assert counts(bring(BranchResource(), BRANCH, row)) == {"skip": 1}
    assert [(entry.what, entry.after) for entry in AuditEntry.objects.all()] == [
        ("branches imported", {"new": 1})
    ]


def test_every_fault_of_every_row_is_told_and_nothing_is_stored(world: World) -> None:
    result = bring(
        BranchResource(),
        (*BRANCH, "time_zone", "opens_on_holidays"),
        ("G1", "Good", "好", "AREA", "shop", "", "", "", ""),
        ("B1", "Bad", "坏", "NOWHERE", "kiosk", "1.2.", "", "Mars/Base", "perhaps"),
        ("", "No code", "无", "AREA", "shop", "", "", "", ""),
        ("G1", "Twice", "重复", "AREA", "shop", "", "", "", ""),
        ("B2", "x" * 121, "", "AREA", "shop", "2026-02-01", "2026-01-01", "", ""),
    )

    assert {(number, field) for number, field, _reason in faults(result)} == {
        (2, "region"),
        (2, "format"),
        (2, "opened_on"),
        (2, "time_zone"),
        (2, "opens_on_holidays"),
        (3, "code"),
        (4, "code"),
        (5, "name_en"),
        (5, "closed_on"),
    }
    assert set(Branch.objects.values_list("code", flat=True)) == {"N1", "N2", "S1"}
    assert not AuditEntry.objects.exists()


def test_the_reasons_name_the_value(world: World) -> None:
    result = bring(BranchResource(), BRANCH, ("B1", "", "", "NOWHERE", "shop", "03/04/2026", ""))

    assert faults(result) == [
        (1, "region", "No region has the code “NOWHERE”."),
        (1, "opened_on", "Write the day as 2026-11-20, not “03/04/2026”."),
    ]


def test_a_dry_run_checks_everything_and_stores_nothing(world: World) -> None:
    result = bring(BranchResource(), BRANCH, ("X1", "", "", "SOUTH", "shop", "", ""), dry_run=True)

    assert counts(result) == {"new": 1}
    assert not Branch.objects.filter(code="X1").exists()


def test_regions_come_with_the_file_only_when_allowed(world: World) -> None:
    rows = [("X1", "", "", "WEST", "kiosk", "", ""), ("X2", "", "", "WEST", "kiosk", "", "")]
    assert len(faults(bring(BranchResource(), BRANCH, *rows))) == 4

    resource = BranchResource()
    resource.create_missing()
    bring(resource, BRANCH, *rows)

    assert Region.objects.get(code="WEST").branches.count() == 2
    assert str(Branch.objects.get(code="X1")) == "X1"


def test_blank_rows_are_passed_over_and_keep_the_count_of_rows(world: World) -> None:
    result = bring(BranchResource(), BRANCH, ("",) * 7, ("B1", "", "", "NOWHERE", "shop", "", ""))

    assert [number for number, _field, _reason in faults(result)] == [2]


def test_chinese_headings_are_understood(world: World) -> None:
    bring(BranchResource(), ("营业厅编码", "名称", "区域", "业态"), ("X1", "新店", "AREA", "shop"))

    assert Branch.objects.get(code="X1").name_zh == "新店"


def test_the_key_must_be_among_the_headings(world: World) -> None:
    table = tablib.Dataset(("Nanshan", "AREA"), headers=["name_en", "region"])

    result = BranchResource().import_data(table, use_transactions=True)

    assert "code" in str(result.base_errors[0].error)
    assert Branch.objects.count() == 3


def test_the_number_of_queries_does_not_grow_with_the_rows(
    world: World, django_assert_max_num_queries: Any
) -> None:
    rows = [(f"X{n}", "", "", "AREA", "shop", "", "") for n in range(50)]

    with django_assert_max_num_queries(15):
        bring(BranchResource(), BRANCH, *rows)
    assert Branch.objects.count() == 53


def test_an_export_disarms_formulas_and_can_be_imported_again(world: World) -> None:
    BranchFormatFactory(code="shop")
    BranchFactory(code="F1", name_en="=HYPERLINK(1)", region=world.area)

    table = BranchResource().export(Branch.objects.order_by("code"))

    assert table.headers[:4] == ["code", "name_en", "name_zh", "region"]
    assert table["code"] == ["F1", "N1", "N2", "S1"]
    assert not table["name_en"][0].startswith("=")
    assert table["region"] == ["AREA", "AREA", "AREA", "SOUTH"]
    assert counts(bring(BranchResource(), table.headers, *list(table)[1:])) == {"skip": 3}


def jobs_of(number: Any) -> Any:
    return list(
        Employment.objects.filter(staff__number=number).values_list("branch__code", "starts_on", "ends_on")
    )


def test_new_staff_come_with_their_employment(world: World) -> None:
    result = bring(StaffResource(), STAFF, ("E5", "Wang Wu", "顾问", "N1", "2026-03-01", ""))

    assert counts(result) == {"new": 1}
    assert StaffMember.objects.get(number="E5").name == "Wang Wu"
    assert jobs_of("E5") == [("N1", date(2026, 3, 1), None)]


def test_another_branch_in_the_file_is_a_move_that_keeps_history(world: World) -> None:
    result = bring(StaffResource(), STAFF, ("E1", "Li Lei", "", "S1", "2026-03-01", ""))

    assert counts(result) == {"update": 1}
    assert jobs_of("E1") == [("N1", date(2020, 1, 1), date(2026, 2, 28)), ("S1", date(2026, 3, 1), None)]


def test_a_last_day_in_the_file_ends_the_employment(world: World) -> None:
    bring(StaffResource(), STAFF, ("E1", "Li Lei", "", "N1", "2020-01-01", "2026-03-31"))

    assert jobs_of("E1") == [("N1", date(2020, 1, 1), date(2026, 3, 31))]


def test_staff_without_changes_are_left_alone(world: World) -> None:
    result = bring(StaffResource(), STAFF, ("E1", "Li Lei", "", "N1", "2020-01-01", ""))

    assert counts(result) == {"skip": 1}
    assert not AuditEntry.objects.exists()


def test_a_preview_shows_the_move_and_stores_nothing(world: World) -> None:
    result = bring(StaffResource(), STAFF, ("E1", "Li Lei", "", "S1", "2026-03-01", ""), dry_run=True)

    assert result.rows[0].diff[3] == "<del>N1</del> <ins>S1</ins>"
    assert jobs_of("E1") == [("N1", date(2020, 1, 1), None)]


def test_faults_of_staff_rows_are_told_and_nothing_is_stored(world: World) -> None:
    result = bring(
        StaffResource(),
        STAFF,
        ("E5", "Good", "", "N1", "2026-03-01", ""),
        ("E6", "", "", "N1", "", ""),
        ("E1", "Li Lei", "", "S1", "2019-01-01", ""),
        ("E2", "Han Mei", "", "NONE", "2026-01-01", ""),
        ("E7", "New", "", "N1", "soon", ""),
    )

    assert {(number, field) for number, field, _reason in faults(result)} == {
        (2, "name"),
        (2, "starts_on"),
        (3, "starts_on"),
        (4, "branch"),
        (5, "starts_on"),
    }
    assert StaffMember.objects.count() == 3
    assert Employment.objects.count() == 3


def test_staff_are_exported_with_their_newest_branch(world: World) -> None:
    table = StaffResource().export(StaffMember.objects.order_by("number"))

    assert table.headers == list(STAFF)
    assert next(iter(table)) == ("E1", "Li Lei", "", "N1", "2020-01-01", "")
