"""Import and export of branches and staff through the admin pages."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import tablib
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches.models import AuditEntry, Branch, BranchFormat, Employment, Region
from branches.signals import calendar_changed
from tests.factories import BranchFactory
from tests.worlds import World

ClientOf = Callable[[Any], Client]

pytestmark = pytest.mark.django_db

CSV, EXCEL = "0", "1"


def check(client: Any, text: Any, model: Any = "branch") -> Any:
    upload = SimpleUploadedFile("file.csv", text.encode("gb18030"))
    data = {"import_file": upload, "format": CSV}
    return client.post(reverse(f"admin:branches_{model}_import"), data)


@pytest.mark.parametrize("action", ["import", "export"])
@pytest.mark.parametrize("model", ["branch", "staffmember"])
def test_only_administrators_exchange_files(
    action: Any, model: Any, world: World, client_of: ClientOf
) -> None:
    url = reverse(f"admin:branches_{model}_{action}")

    assert client_of(world.administrator).get(url).status_code == 200
    assert client_of(world.manager).get(url).status_code == 403


@pytest.mark.parametrize("action", ["import", "export"])
def test_the_pages_carry_no_inline_script_style_or_handler(
    action: Any, world: World, client_of: ClientOf
) -> None:
    text = client_of(world.administrator).get(reverse(f"admin:branches_branch_{action}")).content.decode()

    for forbidden in (" style=", "<style", " onclick=", " onchange=", "<script>"):
        assert forbidden not in text


def test_a_file_is_shown_first_and_stored_after_the_confirmation(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)

    page = check(client, "编码,名称,区域,业态\nX1,新店,AREA,shop\nN1,南山新厅,AREA,shop\n")

    text = page.content.decode()
    assert "1 new, 1 changed, 0 unchanged" in text
    assert "<del>南山营业厅</del> <ins>南山新厅</ins>" in text
    assert " style=" not in text
    assert not Branch.objects.filter(code="X1").exists()

    form = page.context["confirm_form"]
    client.post(reverse("admin:branches_branch_process_import"), form.initial)

    assert Branch.objects.get(code="X1").name_zh == "新店"
    assert Branch.objects.get(code="N1").name_zh == "南山新厅"
    entry = AuditEntry.objects.get()
    assert (entry.what, entry.by, entry.after) == (
        "branches imported",
        world.administrator,
        {"new": 1, "update": 1},
    )


@pytest.mark.parametrize(
    ("file", "model", "told"),
    [
        ("编码,业态\nX1,shop\n", "branch", "The file has no column “region”, which new rows need."),
        ("region,format\nAREA,shop\n", "branch", "The file has no column “code”, which tells what each row"),
        ("工号,岗位\nZ9,店员\n", "staffmember", "The file has no column “name”, which new rows need."),
    ],
)
def test_a_missing_column_is_named_once_and_not_in_the_words_of_the_database(
    file: str, model: str, told: str, world: World, client_of: ClientOf
) -> None:
    page = check(client_of(world.administrator), file, model)

    text = page.content.decode()
    assert text.count(told) == 1
    assert "constraint" not in text
    assert page.context.get("confirm_form") is None


def test_a_file_without_the_key_is_told_its_own_headings_and_those_that_are_known(
    world: World, client_of: ClientOf
) -> None:
    page = check(client_of(world.administrator), "Store,State\n1,HE\n")

    text = page.content.decode()
    assert "The file’s headings: Store · State" in text
    assert "please mend the headings" in text
    assert "By which figures and other files name the branch" in text


def test_columns_that_are_not_known_are_named_before_anything_is_stored(
    world: World, client_of: ClientOf
) -> None:
    text = check(
        client_of(world.administrator),
        "code,Name,region,format,Opened,Manager\nX1,New,AREA,shop,2026-01-01,Li\n",
    ).content.decode()

    assert "2 columns are not known and are left out: Opened · Manager" in text
    assert "1 new, 0 changed, 0 unchanged" in text
    assert "<ins>New</ins>" in text


def test_headings_as_the_page_calls_the_columns_are_understood(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)

    page = check(
        client,
        "Code,Name (English),Region,Format,Opened on,Time zone\nX1,New,AREA,shop,2026-03-01,Europe/Berlin\n",
    )
    client.post(reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial)

    made = Branch.objects.get(code="X1")
    assert "left out" not in page.content.decode()
    assert (made.name_en, made.opened_on, made.time_zone) == ("New", date(2026, 3, 1), "Europe/Berlin")


def test_a_branch_without_a_time_zone_gets_that_of_the_company(
    world: World, client_of: ClientOf, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    client = client_of(world.administrator)

    page = check(client, "code,region,format\nX1,AREA,shop\n")
    client.post(reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial)
    form = client.get(reverse("admin:branches_branch_add")).context["adminform"].form

    assert Branch.objects.get(code="X1").time_zone == "Europe/Berlin"
    assert form["time_zone"].value() == "Europe/Berlin"


def test_one_fault_of_many_rows_is_one_line(world: World, client_of: ClientOf) -> None:
    rows = "".join(f"X{number},NOWHERE,shop\n" for number in range(1, 6))

    page = check(client_of(world.administrator), f"code,region,format\n{rows}")

    text = page.content.decode()
    assert text.count("No region has the code “NOWHERE”.") == 1
    assert "<td>2, 3, 4 and 2 more</td>" in text


def test_the_page_after_the_import_counts_as_the_preview_did(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    page = check(client, "编码,名称,区域,业态\nX1,新店,AREA,shop\nN1,南山新厅,AREA,shop\n")

    answer = client.post(
        reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial, follow=True
    )

    assert "The file was imported: 1 new, 1 changed, 0 unchanged." in answer.content.decode()


def test_a_file_that_changes_what_exists_needs_no_more_than_the_key(
    world: World, client_of: ClientOf
) -> None:
    text = check(client_of(world.administrator), "code,closed_on\nN1,2030-12-31\n").content.decode()

    assert "0 new, 1 changed, 0 unchanged" in text


def test_faults_are_listed_by_row_and_nothing_can_be_confirmed(world: World, client_of: ClientOf) -> None:
    page = check(client_of(world.administrator), "code,region,format\nX1,AREA,shop\nX2,NOWHERE,shop\n")

    text = page.content.decode()
    assert "<td>3</td>" in text
    assert "No region has the code “NOWHERE”." in text
    assert "confirm_form" not in page.context
    assert not Branch.objects.filter(code="X1").exists()


def test_a_file_may_bring_its_regions_and_formats_where_that_is_ticked(
    world: World, client_of: ClientOf
) -> None:
    client, address = client_of(world.administrator), reverse("admin:branches_branch_import")
    file = SimpleUploadedFile("file.csv", b"code,region,format\nX1,EAST,kiosk\nX2,EAST,shop\n")

    page = client.post(address, {"import_file": file, "format": CSV, "creates": "on"})

    assert "Regions and formats that will be made: EAST · kiosk" in page.content.decode()
    assert not Region.objects.filter(code="EAST").exists()
    client.post(reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial)
    assert Branch.objects.get(code="X1").region == Region.objects.get(code="EAST")
    assert BranchFormat.objects.filter(code="kiosk").exists()
    assert AuditEntry.objects.get().after == {"new": 2, "made": "EAST, kiosk"}


def test_nobody_is_asked_for_the_kind_of_the_file(world: World, client_of: ClientOf) -> None:
    client, address = client_of(world.administrator), reverse("admin:branches_branch_import")
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in (["code", "region", "format"], ["X1", "AREA", "shop"]):
        book.active.append(row)
    book.save(data)

    form = client.get(address).context["form"]
    kind = form["format"]
    page = client.post(
        address, {"import_file": SimpleUploadedFile("file.xlsx", data.getvalue()), "format": kind.value()}
    )

    assert kind.is_hidden
    assert "1 new, 0 changed, 0 unchanged" in page.content.decode()
    client.post(reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial)
    assert Branch.objects.filter(code="X1").exists()


def test_what_is_no_table_is_refused_in_plain_words(world: World, client_of: ClientOf) -> None:
    page = check(client_of(world.administrator), "code,code\nX1,X2\n")

    assert "This heading occurs twice: code" in page.content.decode()


def test_markup_in_a_file_is_shown_as_text(world: World, client_of: ClientOf) -> None:
    page = check(client_of(world.administrator), "code,name_en,region,format\nX1,<b>bold</b>,AREA,shop\n")

    assert "&lt;b&gt;bold&lt;/b&gt;" in page.content.decode()


def test_an_export_is_csv_with_a_mark_for_excel_and_without_formulas(
    world: World, client_of: ClientOf
) -> None:
    BranchFactory(code="F1", name_en="=1+1", region=world.area)
    columns = {f"branchresource_{name}": "on" for name in ("code", "name_en")}

    response = client_of(world.administrator).post(
        reverse("admin:branches_branch_export"), {"format": CSV, "resource": "0", **columns}
    )

    data = response.content
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[0] == "code,name_en"
    assert "N1,Nanshan" in lines
    assert "F1,=1+1" not in lines


def test_rows_that_no_longer_fit_when_confirmed_are_not_half_stored(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    page = check(client, "code,region,format\nX1,AREA,shop\nX2,SOUTH,shop\n")
    Region.objects.filter(pk=world.south.pk).update(code="RENAMED")

    answer = client.post(
        reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial, follow=True
    )

    assert "the data have changed since the preview" in answer.content.decode()
    assert not Branch.objects.filter(code="X1").exists()
    assert not AuditEntry.objects.exists()


def test_the_page_names_every_column_with_its_meaning_and_an_example(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    url = reverse("admin:branches_branch_import")

    english = client.get(url).content.decode()
    assert '<th scope="row">opened_on</th>' in english
    assert "By which figures and other files name the branch" in english
    client.cookies["django_language"] = "zh-hans"
    chinese = client.get(url).content.decode()
    assert '<th scope="row">营业厅编码</th>' in chinese
    assert "opened_on" not in chinese


@pytest.mark.parametrize(("model", "key"), [("branch", "营业厅编码"), ("staffmember", "工号")])
def test_a_file_to_begin_with_is_read_again_and_refused_for_what_does_not_exist_only(
    model: str, key: str, world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    client.cookies["django_language"] = "zh-hans"

    sample = client.get(reverse(f"admin:branches_{model}_sample")).content.decode("utf-8-sig")

    assert sample.splitlines()[0].split(",")[0] == key
    page = check(client, sample, model)
    faults = {heading for _row, heading, _cell, _reason in page.context["faults"]}
    assert faults == ({"区域", "类型"} if model == "branch" else {"营业厅编码"})


@pytest.mark.parametrize("role", ["staff", "manager", "regional"])
def test_nobody_else_gets_the_file_to_begin_with(role: str, world: World, client_of: ClientOf) -> None:
    assert client_of(getattr(world, role)).get(reverse("admin:branches_branch_sample")).status_code == 403


def test_a_fault_names_row_column_and_value(world: World, client_of: ClientOf) -> None:
    page = check(
        client_of(world.administrator), "code,region,format,opened_on\nX1,AREA,shop,soon\nX2,NOWHERE,shop,\n"
    )

    assert [tuple(map(str, fault)) for fault in page.context["faults"]] == [
        ("2", "opened_on", "soon", "Write the day as 2026-11-20, not “soon”."),
        ("3", "region", "NOWHERE", "No region has the code “NOWHERE”."),
    ]


def test_a_fault_names_the_column_as_a_chinese_reader_knows_it(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    client.cookies["django_language"] = "zh-hans"

    page = check(client, "编码,区域,业态\nX1,NOWHERE,shop\n")

    assert "<td>区域</td>" in page.content.decode()


def test_more_faults_than_are_listed_are_counted(world: World, client_of: ClientOf) -> None:
    rows = "".join(f"X{number},NOWHERE{number},shop\n" for number in range(250))

    text = check(client_of(world.administrator), "code,region,format\n" + rows).content.decode()

    assert "The first 200 of 250 faults." in text


def test_hostile_cells_are_text_in_the_list_of_faults(world: World, client_of: ClientOf) -> None:
    page = check(client_of(world.administrator), "code,region,format\nX1,<script>alert(1)</script>,shop\n")

    text = page.content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_same_file_again_changes_nothing(world: World, client_of: ClientOf) -> None:
    client = client_of(world.administrator)
    file = "工号,姓名,岗位,营业厅编码,起始日期\nE77,王芳,营业员,N1,2026-03-01\n"
    first = check(client, file, "staffmember")
    client.post(reverse("admin:branches_staffmember_process_import"), first.context["confirm_form"].initial)

    again = check(client, file, "staffmember")

    assert "0 new, 0 changed, 1 unchanged" in again.content.decode()
    client.post(reverse("admin:branches_staffmember_process_import"), again.context["confirm_form"].initial)
    assert Employment.objects.filter(staff__number="E77").count() == 1
    assert AuditEntry.objects.count() == 1


def test_an_export_in_chinese_has_chinese_headings_and_is_imported_without_a_change(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.administrator)
    client.cookies["django_language"] = "zh-hans"
    columns = {
        f"branchresource_{name}": "on"
        for name in ("code", "name_zh", "region", "format", "opens_on_holidays")
    }

    data = client.post(
        reverse("admin:branches_branch_export"), {"format": CSV, "resource": "0", **columns}
    ).content

    assert data.decode("utf-8-sig").splitlines()[0] == "营业厅编码,名称,区域,类型,节假日营业"
    page = check(client, data.decode("utf-8-sig"))
    assert page.context["result"].totals["skip"] == 3
    assert page.context["result"].totals["update"] == 0


def test_a_workbook_is_read_like_a_text_file(world: World, client_of: ClientOf) -> None:
    table = tablib.Dataset(["X1", "新店", "AREA", "shop"], headers=["编码", "名称", "区域", "业态"])
    upload = SimpleUploadedFile("file.xlsx", table.export("xlsx"))

    page = client_of(world.administrator).post(
        reverse("admin:branches_branch_import"), {"import_file": upload, "format": EXCEL}
    )

    assert "1 new, 0 changed, 0 unchanged" in page.content.decode()


def test_branches_that_a_file_changes_are_told_of(world: World, client_of: ClientOf) -> None:
    told: list[Any] = []

    def hear(branch_ids: Any, **kwargs: Any) -> None:
        told.append(sorted(branch_ids))

    calendar_changed.connect(hear)
    client = client_of(world.administrator)
    page = check(client, "code,region,format\nN1,SOUTH,shop\nN2,AREA,shop\nX1,AREA,shop\n")
    assert told == []
    client.post(reverse("admin:branches_branch_process_import"), page.context["confirm_form"].initial)

    assert told == [[world.branch.pk]]
