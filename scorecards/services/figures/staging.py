"""Comparing what comes in with what is stored, and writing the difference: sets, not rows, on both databases.

The rows go into a temporary table; one join finds those that are new or differ, and everything else (insert,
update, history, marks, counts) works on these few. Column names come from COMPONENTS, values only as parameters.
"""
# ruff: noqa: S608  the names joined into the SQL are constants of this module and of COMPONENTS

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection

from formulas.components import COMPONENTS
from scorecards.models import DailyFigures, FigureChange, Source
from scorecards.services.figures import bulk
from scorecards.services.figures.first_load import indexes_at_the_end
from scorecards.services.figures.rows import Rows
from scorecards.services.unlocked import unlocked

STAGED = "figures_staged"
DIFFERING = "figures_differing"
FACTS = DailyFigures._meta.db_table
CHANGES = FigureChange._meta.db_table
SAME_KEY = "f.day = s.day AND f.branch_id = s.branch_id AND f.staff_id = s.staff_id"


@dataclass(frozen=True)
class Change:
    """Who changes figures, when, why, and by which door."""

    by_id: int | None
    source: Source
    at: datetime
    why: str = ""
    import_id: int | None = None


@dataclass(frozen=True)
class Owner:
    """Whose figures a stored row holds: by which door, and of which import."""

    source: int
    import_id: int | None


@contextmanager
def prepared(rows: Rows) -> Iterator[Rows | None]:
    """Before a transaction: the rows in STAGED already, where one writer keeps all others waiting (SQLite), so
    that the transaction only copies them. Yields what is there; None on a database that need not be spared.
    """
    if connection.vendor != "sqlite" or not len(rows):
        yield None
        return
    with unlocked():
        _drop()
        _make_staged(rows, _names(rows), rows.by_key())
    try:
        yield rows
    finally:
        _drop()


@contextmanager
def staged(rows: Rows, ready: Rows | None = None) -> Iterator[list[str]]:
    """Within a transaction: the tables STAGED and DIFFERING of these rows; yields the inputs that they hold.
    `ready`: what `prepared` yielded.
    """
    names = _names(rows)
    if not is_ready(rows, ready):
        _drop()
        _make_staged(rows, names)
    _make_differing(names)
    yield names
    _drop()


def is_ready(rows: Rows, ready: Rows | None) -> bool:
    """True if `ready`, which stands in STAGED, holds just these rows."""
    if ready is None or len(ready) != len(rows) or ready.values.keys() != rows.values.keys():
        return False
    pairs = [
        (getattr(ready, name), getattr(rows, name)) for name in ("day", "branch", "staff", "marked_open")
    ]
    pairs += [(ready.values[name], values) for name, values in rows.values.items()]
    return all(np.array_equal(one, other) for one, other in pairs)


def _names(rows: Rows) -> list[str]:
    return [name for name in COMPONENTS if name in rows.values]


def _run(sql: str, parameters: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or [])
        return int(cursor.rowcount)


def _drop() -> None:
    for table in (STAGED, DIFFERING):
        _run(f"DROP TABLE IF EXISTS {table}")


def _make_staged(rows: Rows, names: list[str], order: np.ndarray | None = None) -> None:
    inputs = "".join(f", {name} bigint" for name in names)
    _run(
        f"CREATE TEMPORARY TABLE {STAGED} "
        f"(day date, branch_id bigint, staff_id bigint, marked_open boolean{inputs})"
    )
    columns: dict[str, tuple[str, Any]] = {
        "day": ("day", rows.day),
        "branch_id": ("bigint", rows.branch),
        "staff_id": ("bigint", rows.staff),
        "marked_open": ("boolean", rows.marked_open),
    }
    columns |= {name: ("bigint", rows.values[name]) for name in names}
    bulk.write(STAGED, columns, len(rows), order)
    if connection.vendor == "postgresql" and len(rows) > 1000:
        _run(
            f"ANALYZE {STAGED}"
        )  # a temporary table has no statistics, and the join would be planned for ten rows


def _make_differing(names: list[str]) -> None:
    """New rows that hold anything, and stored rows of which an input differs; with what was stored as
    old_….
    """
    old = "".join(f", f.{name} AS old_{name}" for name in names)
    anything = " OR ".join(f"s.{name} IS NOT NULL" for name in names) or "FALSE"
    differs = " OR ".join(f"s.{name} IS DISTINCT FROM f.{name}" for name in names) or "FALSE"
    _run(
        f"CREATE TEMPORARY TABLE {DIFFERING} AS SELECT s.*, (f.day IS NULL) AS is_new, "
        f"f.source AS old_source, f.import_id AS old_import_id{old} "
        f"FROM {STAGED} s LEFT JOIN {FACTS} f ON {SAME_KEY} "
        f"WHERE (f.day IS NULL AND ({anything})) OR (f.day IS NOT NULL AND ({differs}))"
    )


def counts() -> tuple[int, int]:
    """How many rows of DIFFERING are new and changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT is_new, count(*) FROM {DIFFERING} GROUP BY is_new")
        found = {bool(is_new): int(number) for is_new, number in cursor.fetchall()}
    return found.get(True, 0), found.get(False, 0)


def months() -> list[tuple[int, date, int]]:
    """(branch, first day of month, its days in DIFFERING as bits)."""
    start, number = (
        ("date_trunc('month', day)::date", "extract(day FROM day)::integer")
        if connection.vendor == "postgresql"
        else ("date(day, 'start of month')", "CAST(strftime('%%d', day) AS integer)")
    )
    # Distinct bits add up to what they are joined to.
    sql = f"SELECT branch_id, {start}, sum(DISTINCT 1 << ({number} - 1)) FROM {DIFFERING} GROUP BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(sql, [])
        return [(int(branch), _as_date(month), int(days)) for branch, month, days in cursor.fetchall()]


def _as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def write_difference(names: list[str], change: Change, owner: Owner | None = None) -> None:
    """Insert the new rows, write the history, update the changed rows. `owner`: whose the changed rows become,
    if not the change's own.
    """
    owner = owner or Owner(change.source, change.import_id)
    _write_history(names, change)
    inputs = ", ".join(names)
    _run(
        f"INSERT INTO {FACTS} (day, branch_id, staff_id, {inputs}, marked_open, source, import_id, revision) "
        f"SELECT day, branch_id, staff_id, {inputs}, marked_open, %s, {_bigint()}, 1 "
        f"FROM {DIFFERING} WHERE is_new ORDER BY day, branch_id, staff_id",
        [change.source, change.import_id],
    )
    assignments = ", ".join(f"{name} = s.{name}" for name in names)
    _run(
        f"UPDATE {FACTS} AS f SET {assignments}, marked_open = (f.marked_open OR s.marked_open), "
        f"source = %s, import_id = {_bigint()}, revision = f.revision + 1 "
        f"FROM {DIFFERING} s WHERE {SAME_KEY} AND NOT s.is_new",
        [owner.source, owner.import_id],
    )


def _bigint() -> str:
    """A parameter that may be NULL: PostgreSQL wants to know its type."""
    return "CAST(%s AS bigint)"


def _write_history(names: list[str], change: Change) -> None:
    """A row for each changed row, and for each new one unless an import brings it, whose file is the record."""
    only_changed = "WHERE NOT is_new" if change.source == Source.IMPORT else ""
    at = connection.ops.adapt_datetimefield_value(change.at)  # SQLite sorts and compares instants as text
    _run(
        f"INSERT INTO {CHANGES} (day, branch_id, staff_id, before, after, replaced_source, "
        f"replaced_import_id, at, by_id, source, import_id, why) "
        f"SELECT day, branch_id, staff_id, {_json(names, 'old_')}, {_json(names, '')}, old_source, "
        f"old_import_id, %s, {_bigint()}, %s, {_bigint()}, %s FROM {DIFFERING} {only_changed}",
        [at, change.by_id, change.source, change.import_id, change.why[:300]],
    )


def _json(names: list[str], prefix: str) -> str:
    """SQL for the JSON of the inputs that differ; `before` of a new row is empty.

    Built as text because the databases' own JSON functions differ (SQLite's merge drops nulls, which say
    "not recorded").
    """
    parts = " || ".join(
        f"CASE WHEN {name} IS DISTINCT FROM old_{name} "
        f"THEN '\"{name}\": ' || coalesce(CAST({prefix}{name} AS text), 'null') || ', ' ELSE '' END"
        for name in names
    )
    text = f"'{{' || rtrim({parts}, ', ') || '}}'"
    if prefix:
        text = f"CASE WHEN is_new THEN '{{}}' ELSE {text} END"
    return f"CAST({text} AS jsonb)" if connection.vendor == "postgresql" else text


def write_fresh(rows: Rows, change: Change) -> None:
    """Write rows of which none is stored yet straight into the table, in the order of its key."""
    size = len(rows)
    columns: dict[str, tuple[str, Any]] = {
        "day": ("day", rows.day),
        "branch_id": ("bigint", rows.branch),
        "staff_id": ("bigint", rows.staff),
        **{name: ("bigint", values) for name, values in rows.values.items()},
        "marked_open": ("boolean", rows.marked_open),
        "source": ("smallint", np.full(size, int(change.source))),
        "import_id": ("bigint", change.import_id),
        "revision": ("integer", np.ones(size, np.int64)),
    }
    with indexes_at_the_end(size):
        bulk.write(FACTS, columns, size, rows.by_key())


def write_fresh_ready(rows: Rows, change: Change) -> None:
    """As `write_fresh`, from STAGED, which holds these rows in the order of the key; empty ones are left out."""
    inputs = ", ".join(_names(rows))
    anything = " OR ".join(f"{name} IS NOT NULL" for name in _names(rows))
    _run(
        f"INSERT INTO {FACTS} (day, branch_id, staff_id, {inputs}, marked_open, source, import_id, revision) "
        f"SELECT day, branch_id, staff_id, {inputs}, marked_open, %s, {_bigint()}, 1 "
        f"FROM {STAGED} WHERE {anything} ORDER BY rowid",
        [change.source, change.import_id],
    )
