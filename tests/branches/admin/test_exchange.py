"""Import and export of branches and staff through the admin pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches.models import AuditEntry, Branch, Region
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


def test_faults_are_listed_by_row_and_nothing_can_be_confirmed(world: World, client_of: ClientOf) -> None:
    page = check(client_of(world.administrator), "code,region,format\nX1,AREA,shop\nX2,NOWHERE,shop\n")

    text = page.content.decode()
    assert "<td>3</td>" in text
    assert "No region has the code “NOWHERE”." in text
    assert "confirm_form" not in page.context
    assert not Branch.objects.filter(code="X1").exists()


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
