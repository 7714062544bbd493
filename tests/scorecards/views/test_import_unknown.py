"""Names in a file that mean no branch or person: told once, counted apart, with what to do by role."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from branches.models import BranchFormat
from scorecards.models import FigureImport, ImportState
from tests.factories import BranchFactory
from tests.scorecards.views.test_import_mending import text
from tests.scorecards.views.test_imports import ClientOf, post, upload, work
from tests.worlds import World

HEADING = "branch,day,revenue\n"
MIXED = (
    HEADING
    + "Z1,2026-01-05,1\nZ2,2026-01-05,1\nN1,2026-01-05,1\nN1,2026-01-06,1\nN1,2026-01-07,1\n"
    + "Z1,2026-01-06,1\nZ1,2026-01-07,1\nN1,2026-01-08,1\n,2026-01-09,1\nZ1,2026-01-08,1\nN1,2026-01-09,1\n"
)
"""Z1 in rows 2, 7, 8 and 11; Z2 in row 3; none in row 10."""
RECEIPTS = (
    "branch,date,order id,amount\nZ1,2026-01-05,1,10\nZ1,2026-01-05,2,10\n,2026-01-05,3,10\n"
    + "N1,2026-01-05,4,7\nN1,2026-01-05,5,7\nN1,2026-01-05,6,7\n"
)


@pytest.fixture
def client(world: World, client_of: ClientOf) -> Client:
    return client_of(world.manager)


@pytest.fixture
def administrator(world: World, client_of: ClientOf) -> Client:
    return client_of(world.administrator)


def codes(count: int) -> str:
    """Unknown branches Z01, Z02, … with two rows each, and one row with a wrong number at the end."""
    rows = [f"Z{number:02},2026-01-0{day},1\n" for number in range(1, count + 1) for day in (5, 6)]
    return HEADING + "".join(rows) + "N1,2026-01-05,oops\n"


def names_in(client: Client, made: FigureImport, what: str) -> list[list[str]]:
    content = client.get(f"/imports/{made.pk}/unknown-{what}/").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


class TestSummary:
    def test_equal_names_are_one_line_with_their_rows(self, client: Client) -> None:
        page = text(client, upload(client, MIXED))
        assert "<strong>5 rows</strong> name a branch that is not known (column “branch”)." in page
        assert "2 different names with the number of their rows, most rows first:" in page
        assert page.index("<bdi>Z1</bdi>") < page.index("<bdi>Z2</bdi>")
        assert page.count("<bdi>") == 2

    def test_the_twenty_most_frequent_are_named_and_the_others_counted(self, client: Client) -> None:
        made = upload(client, codes(22) + "Z22,2026-01-07,1\n")
        assert made.options["notes"]["unknown"]["branch"]["names"] == 22
        page = text(client, made)
        assert page.count("<bdi>") == 20
        assert page.index("<bdi>Z22</bdi>") < page.index("<bdi>Z01</bdi>")
        assert "and 2 more" in page

    def test_the_problems_of_a_column_are_counted_whether_listed_or_not(self, client: Client) -> None:
        page = text(client, upload(client, codes(22)))
        assert "Problems by column: branch: 44 · revenue: 1" in page

    def test_without_unknown_names_nothing_is_said(self, client: Client) -> None:
        assert "Unknown" not in text(client, upload(client, HEADING + "N1,2026-01-05,1\n"))

    def test_staff_numbers_are_told_the_same_way(self, client: Client) -> None:
        made = upload(client, "branch,day,staff,revenue\nN1,2026-01-05,X7,1\nN1,2026-01-05,E1,1\n")
        assert (made.counts["unknown_staff"], made.counts["unknown_branch"]) == (1, 0)
        page = text(client, made)
        assert "<strong>1 row</strong> has a staff number that is not known (column “staff”)." in page
        assert "ask an administrator to enter these people" in page

    def test_a_branch_of_others_looks_like_none_and_its_name_is_not_told(self, client: Client) -> None:
        page = text(client, upload(client, HEADING + "S1,2026-01-05,1\nN1,2026-01-05,1\n"))
        assert "Branches that you may not see, and their staff, count as unknown too." in page
        assert "Secretfield" not in page

    def test_an_import_from_before_these_notes_is_still_shown(self, client: Client) -> None:
        made = upload(client, MIXED)
        del made.options["notes"]["unknown"]
        made.problems = [{name: one[name] for name in ("row", "column", "value", "code", "params")}
                         for one in made.problems]  # fmt: skip
        made.save()
        assert '<th scope="row">Row 2</th>' in text(client, made)


class TestCounts:
    def test_rows_that_name_an_unknown_branch_are_not_among_those_that_name_none(
        self, client: Client
    ) -> None:
        made = upload(client, RECEIPTS)
        assert (made.counts["refused"], made.counts["unknown_branch"], made.counts["nowhere"]) == (3, 2, 1)
        page = text(client, made)
        assert "1 refused row does not tell its branch." in page
        assert "If a mistyped name stands for a branch of yours, its days would lack these rows" in page

    def test_a_file_whose_every_branch_is_unknown_has_no_row_without_a_branch(self, client: Client) -> None:
        made = upload(client, RECEIPTS.replace("\n,", "\nZ1,").replace("N1", "Z2"))
        assert (made.counts["unknown_branch"], made.counts["nowhere"]) == (6, 0)
        assert "not tell" not in text(client, made)


class TestWhatToDo:
    def test_a_manager_is_sent_to_an_administrator_with_the_list(self, client: Client) -> None:
        made = upload(client, MIXED)
        page = text(client, made)
        assert "ask an administrator to make these branches or to let you see them" in page
        assert "/admin/" not in page
        assert f"/imports/{made.pk}/unknown-branches/" in page

    def test_an_administrator_is_led_to_the_import_of_branches(self, administrator: Client) -> None:
        page = text(administrator, upload(administrator, MIXED))
        assert "/admin/branches/branch/import/" in page
        assert "complete the list of them and import it as branches" in page
        assert "may not see" not in page

    def test_the_list_has_all_names_under_the_headings_of_the_import(self, administrator: Client) -> None:
        made = upload(administrator, codes(22))
        rows = names_in(administrator, made, "branches")
        assert rows[0][:4] == ["code", "name_en", "name_zh", "region"]
        assert [row[0] for row in rows[1:]] == [f"Z{number:02}" for number in range(1, 23)]
        assert {cell for row in rows[1:] for cell in row[1:]} == {""}

    def test_the_list_of_somebody_else_looks_like_none(self, world: World, client_of: ClientOf) -> None:
        made = upload(client_of(world.manager), MIXED)
        path = f"/imports/{made.pk}/unknown-branches/"
        assert client_of(world.manager).get(path).status_code == 200
        assert client_of(world.foreign_manager).get(path).status_code == 404

    def test_most_branches_unknown_casts_doubt_on_the_column_and_leads_to_it(self, client: Client) -> None:
        doubt = "does “branch” really hold the branch?"
        made = upload(client, codes(3))
        assert doubt in text(client, made)
        assert '<details class="section" id="columns">' in text(client, made)
        opened = client.get(f"/imports/{made.pk}/?columns=open").content.decode()
        assert '<details class="section" id="columns" open>' in opened
        assert doubt not in text(client, upload(client, MIXED))

    def test_a_file_is_checked_again_once_its_branches_are_there(
        self, world: World, administrator: Client
    ) -> None:
        made = upload(administrator, MIXED)
        for code in ("Z1", "Z2"):
            BranchFactory(code=code, region=world.area, format=BranchFormat.objects.first())
        post(administrator, made, "again")
        made.refresh_from_db()
        assert (made.state, made.counts["refused"]) == (ImportState.READY, 1)
        assert "Unknown" not in text(administrator, made)

    def test_what_was_imported_is_not_looked_at_again(self, administrator: Client) -> None:
        made = upload(administrator, MIXED)
        post(administrator, made, "apply", good_rows_only="yes")
        page = text(administrator, made)
        assert "Then upload the file once more: what is stored already stays as it is." in page
        assert "Check this file again" not in page
        post(administrator, made, "again")
        work()
        made.refresh_from_db()
        assert made.state == ImportState.DONE


class TestEqualProblems:
    def test_they_are_one_line_with_the_first_rows(self, client: Client) -> None:
        made = upload(client, MIXED)
        assert [(one["rows"], one["count"], one["value"]) for one in made.problems] == [
            ([2, 7, 8], 4, "Z1"),
            ([3], 1, "Z2"),
            ([10], 1, ""),
        ]
        page = text(client, made)
        assert '<th scope="row">Rows 2, 7, 8 and 1 more</th>' in page
        assert '<th scope="row">Row 3</th>' in page

    def test_the_same_value_in_another_column_is_another_line(self, client: Client) -> None:
        made = upload(client, "branch,day,orders,revenue\nN1,2026-01-05,x,x\nN1,2026-01-06,x,1\n")
        assert [(one["column"], one["rows"]) for one in made.problems] == [
            ("orders", [2, 3]),
            ("revenue", [2]),
        ]

    def test_many_unknown_names_leave_room_for_the_others(self, client: Client) -> None:
        made = upload(client, codes(22))
        assert len(made.problems) == 21
        assert (made.problems[0]["value"], made.problems[0]["rows"]) == ("oops", [46])
        assert "Listed are the first 41 of 45 problems in 45 rows." in text(client, made)

    def test_the_download_keeps_every_row(self, client: Client) -> None:
        made = upload(client, MIXED)
        content = client.get(f"/imports/{made.pk}/refused/").getvalue().decode("utf-8-sig")
        assert [row[-2] for row in csv.reader(io.StringIO(content))][1:] == ["2", "3", "7", "8", "10", "11"]

    def test_every_row_of_a_long_download_says_what_is_wrong_with_it(self, client: Client) -> None:
        made = upload(client, HEADING + "Z1,2026-01-05,1\n" * 10_002)
        content = client.get(f"/imports/{made.pk}/refused/").getvalue().decode("utf-8-sig")
        told = [row[-1] for row in csv.reader(io.StringIO(content))][1:]
        assert told == ["branch: No branch with this code is among those that you may see."] * 10_002
