"""The rules that every row of figures must meet, whatever door it comes by (entry, import, API)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from branches.models import Branch, Employment
from branches.queries import trading_days
from scorecards.services.figures.completion import complete
from scorecards.services.figures.findings import Findings, Params
from scorecards.services.figures.problems import Problem
from scorecards.services.figures.relations import MOST_COUNT, MOST_MONEY, relate
from scorecards.services.figures.rows import MISSING, MONEY, UNREADABLE, Rows, rows_of

FIRST_DAY = date(1990, 1, 1)


def check(frame: pd.DataFrame, *, today: date) -> list[Problem]:
    """Every rule that a row of figures must meet; empty if all do.

    `frame`: columns day (datetime64), branch_id, staff_id (0: whole branch) and any of COMPONENTS as Int64
    (NA: not recorded), optionally marked_open; optionally `row` (the reader's row number, else position + 1).
    A day on which the branch is closed by its calendar needs marked_open; a day before it opened or after it
    closed for good is refused all the same. Columns that are absent are judged as they are stored.
    """
    rows = rows_of(frame)
    return examine(rows, Today(today)).findings.problems()


@dataclass(frozen=True)
class Today:
    """Which day it is at a branch: the same everywhere, or by the branch's time zone at an instant."""

    day: date | None = None
    at: datetime | None = None

    def of(self, zones: np.ndarray) -> np.ndarray:
        """The current day for each of these time zones, as datetime64[D]."""
        names, places = np.unique(zones.astype(str), return_inverse=True)
        return np.array([self._in(name) for name in names], dtype="datetime64[D]")[places]

    def _in(self, zone: str) -> date:
        if self.day is not None:
            return self.day
        assert self.at is not None
        return self.at.astimezone(ZoneInfo(zone)).date()


@dataclass
class Examined:
    """The rows as handed in, what is wrong with them, and the rows completed by those of whole branches."""

    rows: Rows
    findings: Findings
    completed: Rows


def examine(rows: Rows, today: Today, wrong: np.ndarray | None = None) -> Examined:
    """Check rows and complete the branch rows from the staff rows; the completed ones are whole only if
    none is bad.

    `wrong`: rows of which a cell could not be read (it is MISSING here). They are no findings, but the other errors of
    such rows are.
    """
    findings = Findings(rows)
    _branches(rows, today, findings)
    _staff(rows, findings)
    _ranges(rows, findings)
    _duplicates(rows, findings)
    unsound = findings.bad if wrong is None else findings.bad | wrong
    # The sum of a day of which a row is unsound is not known: to compare anything with it would only make noise.
    sound = ~np.isin(rows.pair(), rows.pair()[unsound]) if unsound.any() else ~unsound
    summed = np.flatnonzero(sound)
    completion = complete(rows.take(sound))
    for name, clash in completion.clashes.items():
        code = np.where(clash.stored, "stored_staff_do_not_add_up", "staff_do_not_add_up")
        for words in np.unique(code[clash.broken]):
            broken = _spread(clash.broken & (code == words), summed, len(rows))
            findings.add(broken, name, str(words), _sum_of(clash.sums, summed))
    relate(rows, completion, summed, findings)
    return Examined(rows, findings, completion.rows)


def _spread(broken: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    whole = np.zeros(size, bool)
    whole[places[broken]] = True
    return whole


def _sum_of(sums: np.ndarray, places: np.ndarray) -> Params:
    back = dict(zip(places.tolist(), sums.tolist(), strict=True))
    return lambda place: {"sum": int(back[place])}


def _branches(rows: Rows, today: Today, findings: Findings) -> None:
    """Known branch; a day that has come, within the branch's life, on which it trades or is marked."""
    findings.add(np.isnat(rows.day), "day", "missing_key")
    table = _table_of(rows)
    ids = table["pk"].to_numpy(np.int64)
    places = np.clip(np.searchsorted(ids, rows.branch), 0, max(len(ids) - 1, 0))
    known = (ids[places] == rows.branch) if len(ids) else np.zeros(len(rows), bool)
    findings.add(~known, "branch_id", "unknown_branch")
    dated = known & ~np.isnat(rows.day)
    if not dated.any():
        return
    opened, closed, current = (
        _days(table["opened_on"]),
        _days(table["closed_on"]),
        today.of(table["time_zone"].to_numpy()),
    )
    early = dated & (rows.day < np.datetime64(FIRST_DAY))
    future = dated & (rows.day > current[places])
    before = dated & ~early & (rows.day < opened[places])
    after = dated & ~future & (rows.day > closed[places])
    findings.add(early, "day", "early_day", lambda place: {"first": FIRST_DAY.isoformat()})
    findings.add(future, "day", "future_day", lambda place: {"today": str(current[places[place]])})
    findings.add(before, "day", "before_opening", lambda place: {"opened": str(opened[places[place]])})
    findings.add(after, "day", "after_closing", lambda place: {"closed": str(closed[places[place]])})
    alive = dated & ~early & ~future & ~before & ~after
    findings.add(closed_days(rows, alive) & ~rows.marked_open, "day", "closed_day")


def _table_of(rows: Rows) -> pd.DataFrame:
    """The branches that the rows name, by id."""
    wanted = np.unique(rows.branch)
    found = Branch.objects.order_by("pk")
    if len(wanted) <= 500:
        found = found.filter(pk__in=wanted.tolist())
    names = ["pk", "opened_on", "closed_on", "time_zone"]
    return pd.DataFrame(list(found.values_list(*names)), columns=names)


def _days(column: pd.Series) -> np.ndarray:
    """Dates as datetime64[D]; None becomes NaT, with which every comparison is false."""
    return np.array([value or "NaT" for value in column], dtype="datetime64[D]")


def closed_days(rows: Rows, among: np.ndarray) -> np.ndarray:
    """Which of these rows lie on days on which the branch is closed by its calendar."""
    result = np.zeros(len(rows), bool)
    if not among.any():
        return result
    first, last = rows.day[among].min(), rows.day[among].max()
    ids, matrix = trading_days(np.unique(rows.branch[among]).tolist(), first.item(), last.item())
    columns = (rows.day[among] - first).astype(np.int64)
    result[among] = ~matrix[np.searchsorted(ids, rows.branch[among]), columns]
    return result


def _staff(rows: Rows, findings: Findings) -> None:
    """Known staff members, employed at that branch on that day."""
    named = rows.staff != 0
    if not named.any():
        return
    table = _employments(np.unique(rows.staff[named]))
    known = np.isin(rows.staff, table["staff_id"].to_numpy(np.int64))
    findings.add(named & ~known, "staff_id", "unknown_staff")
    asked = pd.DataFrame(
        {"place": np.flatnonzero(named), "staff_id": rows.staff[named], "branch_id": rows.branch[named]}
    )
    pairs = asked.merge(table, on=["staff_id", "branch_id"])
    days = rows.day[pairs["place"].to_numpy(np.int64)]
    starts, ends = _days(pairs["starts_on"]), _days(pairs["ends_on"])
    employed = np.zeros(len(rows), bool)
    employed[pairs["place"].to_numpy(np.int64)[(days >= starts) & ~(days > ends)]] = True
    findings.add(named & known & ~employed, "staff_id", "not_employed")


def _employments(staff: np.ndarray) -> pd.DataFrame:
    names = ["staff_id", "branch_id", "starts_on", "ends_on"]
    found = Employment.objects.order_by()
    if len(staff) <= 500:
        found = found.filter(staff__in=staff.tolist())
    return pd.DataFrame(list(found.values_list(*names)), columns=names)


def _ranges(rows: Rows, findings: Findings) -> None:
    """Whole numbers from zero to what a day can bring."""
    for name, values in rows.values.items():
        if not len(values) or (values.min() >= 0 and values.max() <= MOST_COUNT):
            continue
        most = MOST_MONEY if name in MONEY else MOST_COUNT
        findings.add(values == UNREADABLE, name, "not_a_whole_number")
        findings.add((values < 0) & (values != MISSING) & (values != UNREADABLE), name, "negative")
        findings.add(values > most, name, "too_large")


def _duplicates(rows: Rows, findings: Findings) -> None:
    """One row per branch, day and person; the second and later ones are refused."""
    if not rows.staff.any():
        pairs = np.sort(rows.pair())  # the usual file, for which the long way takes ten times as long
        if (pairs[1:] > pairs[:-1]).all():
            return
    order = np.lexsort((rows.number, rows.staff, rows.branch, rows.day))
    again = np.ones(len(rows), bool)
    again[:1] = False
    for key in (rows.day, rows.branch, rows.staff):
        again[1:] &= key[order][1:] == key[order][:-1]
    if not again.any():
        return
    starts = np.maximum.accumulate(np.where(again, 0, np.arange(len(rows))))
    first = np.zeros(len(rows), np.int64)
    first[order] = rows.number[order[starts]]
    broken = np.zeros(len(rows), bool)
    broken[order[again]] = True
    findings.add(broken, "day", "duplicate", lambda place: {"first": int(first[place])})
