"""The door by which figures enter: its rules, the branch rows it completes, the history it keeps."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from branches.models import AuditEntry, Closure, Employment, OpeningHours
from scorecards.models import DailyFigures, DirtyMonth, FigureChange, Source
from scorecards.services.figures import FiguresRefused, Stored, check, compare, store
from tests.worlds import World

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def frame(*rows: dict) -> pd.DataFrame:
    """Rows of figures; what a row does not say is not recorded."""
    table = pd.DataFrame([{"staff_id": 0, "day": "2026-11-19", **row} for row in rows])
    table["day"] = pd.to_datetime(table["day"])
    for name in table.columns.difference(["day", "branch_id", "staff_id", "marked_open", "row"]):
        table[name] = table[name].astype(object)
    return table


def codes(*rows: dict, today: date = TODAY) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in check(frame(*rows), today=today)]


def put(*rows: dict, source: Source = Source.ENTRY, by: object = None, **options: object) -> Stored:
    return store(frame(*rows), by=by, source=source, at=NOON, **options)


def row_of(branch: object, staff_id: int = 0, day: date = date(2026, 11, 19)) -> DailyFigures:
    return DailyFigures.objects.get(branch=branch, staff_id=staff_id, day=day)


class TestCheck:
    def test_a_sound_row_has_no_problem(self, world: World) -> None:
        assert codes({"branch_id": world.branch.pk, "visitors": 10, "buyers": 4, "revenue": 12_345}) == []

    @pytest.mark.parametrize(
        ("row", "column", "code"),
        [
            ({"visitors": -1}, "visitors", "negative"),
            ({"revenue": 10**12 + 1}, "revenue", "too_large"),
            ({"visitors": 10**8 + 1}, "visitors", "too_large"),
            ({"revenue": 1.5}, "revenue", "not_a_whole_number"),
            ({"revenue": float("inf")}, "revenue", "not_a_whole_number"),
            ({"visitors": 3, "buyers": 4}, "buyers", "buyers_exceed_visitors"),
            ({"waits_measured": 3, "waits_in_standard": 4}, "waits_in_standard", "waits_exceed_measured"),
            (
                {"buyers": 3, "orders": 5, "repeat_orders": 1, "extension_orders": 0},
                "orders",
                "orders_do_not_add_up",
            ),
            ({"day": "2026-11-21", "visitors": 1}, "day", "future_day"),
            ({"day": "1989-12-31", "visitors": 1}, "day", "early_day"),
            ({"day": None, "visitors": 1}, "day", "missing_key"),
            ({"branch_id": 999_999, "visitors": 1}, "branch_id", "unknown_branch"),
            ({"staff_id": 999_999, "buyers": 1}, "staff_id", "unknown_staff"),
        ],
    )
    def test_a_broken_rule_names_row_column_and_code(
        self, world: World, row: dict, column: str, code: str
    ) -> None:
        sound = {"branch_id": world.sister.pk, "visitors": 5}
        assert codes(sound, {"branch_id": world.branch.pk, **row}) == [(2, column, code)]

    def test_not_recorded_breaks_no_rule(self, world: World) -> None:
        assert codes({"branch_id": world.branch.pk, "visitors": None, "buyers": 4, "orders": None}) == []

    def test_a_day_outside_the_life_of_the_branch_is_refused(self, world: World) -> None:
        world.branch.opened_on, world.branch.closed_on = date(2026, 3, 1), date(2026, 6, 30)
        world.branch.save()
        days = ["2026-02-28", "2026-03-01", "2026-06-30", "2026-07-01"]
        found = codes(*({"branch_id": world.branch.pk, "day": day, "visitors": 1} for day in days))
        assert found == [(1, "day", "before_opening"), (4, "day", "after_closing")]

    def test_a_closed_day_needs_the_mark(self, world: World) -> None:
        OpeningHours.objects.create(branch=world.branch, weekday=4, opens_at="09:00", closes_at="18:00")
        Closure.objects.create(branch=world.sister, first_day=date(2026, 11, 18), last_day=date(2026, 11, 19))
        rows = [{"branch_id": branch.pk, "visitors": 1} for branch in (world.branch, world.sister)]
        assert codes(*rows) == [(1, "day", "closed_day"), (2, "day", "closed_day")]
        assert codes(*({**row, "marked_open": True} for row in rows)) == []

    def test_staff_must_be_employed_there_on_that_day(self, world: World) -> None:
        Employment.objects.filter(staff=world.member).update(ends_on=date(2026, 11, 18))
        Employment.objects.create(staff=world.member, branch=world.sister, starts_on=date(2026, 11, 19))
        there, before = {"staff_id": world.member.pk, "buyers": 1}, "2026-11-18"
        assert codes({"branch_id": world.branch.pk, "day": before, **there}) == []
        assert codes({"branch_id": world.sister.pk, **there}) == []
        assert codes({"branch_id": world.branch.pk, **there}) == [(1, "staff_id", "not_employed")]
        assert codes({"branch_id": world.foreign.pk, **there}) == [(1, "staff_id", "not_employed")]

    def test_the_second_row_of_a_key_is_refused_and_names_the_first(self, world: World) -> None:
        row = {"branch_id": world.branch.pk, "visitors": 1}
        found = check(frame(row, {**row, "branch_id": world.sister.pk}, {**row, "visitors": 2}), today=TODAY)
        assert [(problem.row, problem.code, problem.params) for problem in found] == [
            (3, "duplicate", {"first": 1})
        ]

    def test_the_branch_row_must_equal_the_sum_of_its_staff_rows(self, world: World) -> None:
        staff = [{"staff_id": person.pk, "revenue": 100} for person in (world.member, world.colleague)]
        rows = [{"branch_id": world.branch.pk, **row} for row in [{"revenue": 201}, *staff]]
        found = check(frame(*rows), today=TODAY)
        assert [(problem.row, problem.column, problem.params) for problem in found] == [
            (1, "revenue", {"sum": 200})
        ]
        assert codes({**rows[0], "revenue": 200}, *rows[1:]) == []

    def test_a_contradicted_branch_row_is_not_blamed_twice(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 8})
        row = {"branch_id": world.branch.pk, "visitors": 5, "buyers": 4}
        assert codes(row) == [(1, "buyers", "stored_staff_do_not_add_up")]

    def test_a_contradicted_branch_row_shows_its_other_errors_as_well(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 8})
        row = {"branch_id": world.branch.pk, "visitors": 5, "buyers": 6}
        found = check(frame(row), today=TODAY)
        assert [(one.code, one.params) for one in found] == [
            ("stored_staff_do_not_add_up", {"sum": 8}),
            ("buyers_exceed_visitors", {"buyers": 6, "visitors": 5}),
        ]

    def test_a_contradiction_says_whether_the_staff_rows_are_stored_or_come_along(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 8})
        whole = {"branch_id": world.branch.pk, "buyers": 4}
        again = {"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 5}
        assert codes(whole) == [(1, "buyers", "stored_staff_do_not_add_up")]
        assert codes(whole, again) == [(1, "buyers", "staff_do_not_add_up")]

    def test_a_row_wrong_by_itself_shows_at_once_that_its_inputs_contradict_each_other(
        self, world: World
    ) -> None:
        row = {"branch_id": world.branch.pk, "visitors": 3, "buyers": 4, "revenue": -1}
        assert codes(row) == [(1, "revenue", "negative"), (1, "buyers", "buyers_exceed_visitors")]

    def test_a_sum_is_not_called_wrong_while_one_of_its_rows_is(self, world: World) -> None:
        rows = [
            {"revenue": 200},
            {"staff_id": world.member.pk, "revenue": 100},
            {"staff_id": world.colleague.pk, "revenue": -1},
        ]
        assert codes(*({"branch_id": world.branch.pk, **row} for row in rows)) == [(3, "revenue", "negative")]

    def test_staff_rows_may_not_bring_more_buyers_than_visitors_at_the_door(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "visitors": 5})
        rows = [
            {"branch_id": world.branch.pk, "staff_id": person.pk, "buyers": 3}
            for person in (world.member, world.colleague)
        ]
        assert codes(*rows) == [(1, "buyers", "buyers_exceed_visitors")]

    def test_an_absent_input_is_judged_as_it_is_stored(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "visitors": 5})
        assert codes({"branch_id": world.branch.pk, "buyers": 5}) == []
        assert codes({"branch_id": world.branch.pk, "buyers": 6}) == [(1, "buyers", "buyers_exceed_visitors")]

    def test_all_problems_come_at_once_in_the_order_of_the_rows(self, world: World) -> None:
        found = codes(
            {"branch_id": world.branch.pk, "visitors": -1, "revenue": -1, "row": 12},
            {"branch_id": 999_999, "visitors": 1, "row": 10},
        )
        assert found == [
            (10, "branch_id", "unknown_branch"),
            (12, "visitors", "negative"),
            (12, "revenue", "negative"),
        ]

    def test_reasons_are_sentences_in_the_readers_language(self, world: World) -> None:
        found = check(frame({"branch_id": world.branch.pk, "visitors": 3, "buyers": 4}), today=TODAY)
        assert found[0].reason == "There cannot be more buyers (4) than visitors (3)."
        assert found[0].value == "4"


class TestStore:
    def test_stores_marks_and_audits(self, world: World) -> None:
        stored = put({"branch_id": world.branch.pk, "visitors": 10, "buyers": 4}, by=world.manager)
        assert stored == Stored(new=1, changed=0, same=0)
        row = row_of(world.branch)
        assert (row.visitors, row.buyers, row.orders, row.source, row.revision) == (
            10,
            4,
            None,
            Source.ENTRY,
            1,
        )
        assert list(DirtyMonth.objects.values_list("branch_id", "month")) == [
            (world.branch.pk, date(2026, 11, 1))
        ]
        assert AuditEntry.objects.get(what="figures stored").by == world.manager

    def test_the_same_rows_again_store_nothing(self, world: World) -> None:
        row = {"branch_id": world.branch.pk, "visitors": 10, "buyers": None}
        put(row)
        DirtyMonth.objects.all().delete()
        assert put(row) == Stored(new=0, changed=0, same=1)
        assert row_of(world.branch).revision == 1
        assert FigureChange.objects.count() == 1
        assert not DirtyMonth.objects.exists()

    def test_keeps_what_changed_from_what_to_what_by_whom_and_why(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "visitors": 10, "buyers": 4, "revenue": None})
        stored = put(
            {"branch_id": world.branch.pk, "visitors": 12, "buyers": None, "revenue": 0},
            by=world.manager,
            why="recount",
        )
        assert stored == Stored(new=0, changed=1, same=0)
        change = FigureChange.objects.filter(by=world.manager).get()
        assert change.before == {"visitors": 10, "buyers": 4, "revenue": None}
        assert change.after == {"visitors": 12, "buyers": None, "revenue": 0}
        assert (change.why, change.at, change.source) == ("recount", NOON, Source.ENTRY)
        assert row_of(world.branch).revision == 2

    def test_a_new_row_by_entry_is_kept_in_the_history_and_by_import_is_not(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "visitors": 10})
        put({"branch_id": world.sister.pk, "visitors": 10}, source=Source.IMPORT, import_id=7)
        change = FigureChange.objects.get()
        assert (change.branch, change.before, change.after) == (world.branch, {}, {"visitors": 10})
        assert row_of(world.sister).import_id == 7

    def test_a_column_that_is_absent_leaves_what_is_stored(self, world: World) -> None:
        put({"branch_id": world.branch.pk, "visitors": 10, "revenue": 500})
        put({"branch_id": world.branch.pk, "revenue": 600})
        row = row_of(world.branch)
        assert (row.visitors, row.revenue) == (10, 600)

    def test_the_branch_row_becomes_the_sum_of_the_staff_rows_and_keeps_its_own_inputs(
        self, world: World
    ) -> None:
        put({"branch_id": world.branch.pk, "visitors": 20})
        stored = put(
            {
                "branch_id": world.branch.pk,
                "staff_id": world.member.pk,
                "buyers": 3,
                "revenue": 100,
                "visitors": None,
            },
            {
                "branch_id": world.branch.pk,
                "staff_id": world.colleague.pk,
                "buyers": 4,
                "revenue": None,
                "visitors": None,
            },
        )
        assert stored == Stored(new=2, changed=1, same=0)
        row = row_of(world.branch)
        assert (row.visitors, row.buyers, row.revenue) == (20, 7, 100)

    def test_staff_rows_alone_make_the_branch_row(self, world: World) -> None:
        stored = put({"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 3})
        assert stored == Stored(new=2, changed=0, same=0)
        assert row_of(world.branch).buyers == 3

    def test_a_change_of_one_staff_row_adds_the_others_as_they_are_stored(self, world: World) -> None:
        put(
            {"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 3},
            {"branch_id": world.branch.pk, "staff_id": world.colleague.pk, "buyers": 4},
        )
        stored = put({"branch_id": world.branch.pk, "staff_id": world.member.pk, "buyers": 5})
        assert stored == Stored(new=0, changed=2, same=0)
        assert row_of(world.branch).buyers == 9

    def test_an_import_beside_stored_days_stores_only_the_difference(self, world: World) -> None:
        rows = [
            {"branch_id": world.branch.pk, "day": f"2026-11-{day:02}", "revenue": day} for day in range(1, 6)
        ]
        put(*rows[:3], source=Source.IMPORT, import_id=1)
        rows[0]["revenue"] = 99
        assert compare(frame(*rows)) == Stored(new=2, changed=1, same=2)
        assert put(*rows, source=Source.IMPORT, import_id=2) == Stored(new=2, changed=1, same=2)
        imports = DailyFigures.objects.order_by("day").values_list("import_id", flat=True)
        assert list(imports) == [2, 1, 1, 2, 2]
        change = FigureChange.objects.get()
        assert (change.before, change.after, change.import_id) == ({"revenue": 1}, {"revenue": 99}, 2)

    def test_a_row_without_a_single_figure_is_not_stored(self, world: World) -> None:
        assert put({"branch_id": world.branch.pk, "visitors": None}) == Stored(new=0, changed=0, same=1)
        assert not DailyFigures.objects.exists()

    def test_one_bad_row_stores_nothing(self, world: World) -> None:
        with pytest.raises(FiguresRefused) as refusal:
            put({"branch_id": world.branch.pk, "visitors": 1}, {"branch_id": world.sister.pk, "visitors": -1})
        assert [problem.row for problem in refusal.value.problems] == [2]
        assert not DailyFigures.objects.exists()

    def test_today_is_the_branchs_own_day(self, world: World) -> None:
        world.branch.time_zone = "Pacific/Auckland"
        world.branch.save()
        late = datetime(2026, 11, 20, 12, tzinfo=UTC)  # 21 November in Auckland, still the 20th in Shanghai
        tomorrow = {"day": "2026-11-21", "visitors": 1}
        store(frame({"branch_id": world.branch.pk, **tomorrow}), by=None, source=Source.API, at=late)
        with pytest.raises(FiguresRefused):
            store(frame({"branch_id": world.sister.pk, **tomorrow}), by=None, source=Source.API, at=late)
