"""The day's figures out of receipts."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from branches.models import Branch
from scorecards.importing.lookup import lookup_of
from scorecards.importing.plan import guess
from scorecards.importing.reading import Judged, judge
from scorecards.importing.table import open_file
from scorecards.services.figures.rows import MISSING
from tests.worlds import World

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def read(folder: Path, text: str) -> Judged:
    path = folder / "receipts.csv"
    path.write_text(text)
    opened = open_file(path, folder)
    return judge(opened.table, guess(opened).plan, lookup_of(Branch.objects.all()), at=NOW)


def rows(judged: Judged) -> list[dict[str, Any]]:
    found = judged.examined.completed
    return [
        {"staff": int(found.staff[place]), "day": found.day[place].item()}
        | {name: int(values[place]) for name, values in found.values.items() if values[place] != MISSING}
        for place in range(len(found))
    ]


def test_lines_of_one_order_are_one_order_and_returns_reduce_revenue(world: World, tmp_path: Path) -> None:
    text = "branch,date,order id,price,quantity\n"
    text += "N1,2026-01-05,1,2.50,2\nN1,2026-01-05,1,1.005,1\nN1,2026-01-05,2,4,1\nN1,2026-01-05,3,1,-2\n"
    day = date(2026, 1, 5)
    assert rows(read(tmp_path, text)) == [{"staff": 0, "day": day, "orders": 2, "revenue": 801}]


def test_one_order_number_at_two_branches_is_two_orders(world: World, tmp_path: Path) -> None:
    text = "branch,date,order id,amount\nN1,2026-01-05,1,1\nN2,2026-01-05,1,1\n"
    assert [row["orders"] for row in rows(read(tmp_path, text))] == [1, 1]


def test_a_customers_first_order_of_the_day_makes_the_buyer(world: World, tmp_path: Path) -> None:
    text = "branch,date,order id,customer id,amount\n"
    text += "N1,2026-01-05,1,a,1\nN1,2026-01-05,2,a,1\nN1,2026-01-05,3,,1\nN1,2026-01-05,4,,1\nN1,2026-01-06,5,a,1\n"
    found = [(row["orders"], row["buyers"], row["repeat_orders"]) for row in rows(read(tmp_path, text))]
    assert found == [(4, 3, 1), (1, 1, 0)]


def test_staff_rows_add_up_to_the_branch_also_where_two_served_one_customer(
    world: World, tmp_path: Path
) -> None:
    text = "branch,date,order id,customer id,staff,amount\nN1,2026-01-05,1,a,E1,1\nN1,2026-01-05,2,a,E2,2\n"
    found = {
        row["staff"]: (row["buyers"], row["repeat_orders"], row["revenue"])
        for row in rows(read(tmp_path, text))
    }
    assert found == {world.member.pk: (1, 0, 100), world.colleague.pk: (0, 1, 200), 0: (1, 1, 300)}


def test_parts_of_a_day_add_up_and_are_rounded_once(world: World, tmp_path: Path) -> None:
    path = tmp_path / "parts.csv"
    path.write_text("source,visitors,conversion rate,value per buyer\na,10,12.5%,1\nb,10,12.5%,1\nc,5,0%,\n")
    opened = open_file(path, tmp_path)
    found = guess(opened)
    assert (found.asks, found.plan.add_up) == (("branch", "day"), True)
    plan = found.plan.__class__(**(found.plan.__dict__ | {"branch": "N1", "day": "2026-01-05"}))
    judged = judge(opened.table, plan, lookup_of(Branch.objects.all()), at=NOW)
    expected = {"staff": 0, "day": date(2026, 1, 5), "visitors": 25, "buyers": 3, "revenue": 250}
    assert rows(judged) == [expected]


def test_closed_days_without_figures_are_left_out_and_with_figures_refused(
    world: World, tmp_path: Path
) -> None:
    text = "sklep,data,sprzedaz,czy otwarty\nN1,2026-01-05,5,Tak\nN1,2026-01-06,0,Nie\nN1,2026-01-07,5,Nie\n"
    judged = read(tmp_path, text)
    assert (judged.closed, judged.refused.tolist(), len(rows(judged))) == (1, [4], 1)
