"""Files with a row per branch and day (and person): from cells to rows of figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from django.conf import settings

from formulas.components import COMPONENTS
from scorecards.importing import dates, numbers
from scorecards.importing.cells import distinct, text, texts
from scorecards.importing.columns import RATIOS
from scorecards.importing.lookup import BLANK, UNKNOWN, Lookup
from scorecards.importing.plan import Plan
from scorecards.importing.refusals import Refusals
from scorecards.importing.table import NUMBER
from scorecards.importing.whole_days import Incomplete
from scorecards.services.figures.rows import MISSING, MONEY, Rows

PARTS = 1_000_000
"""Parts that add up are summed in millionths, so that rounding happens once, at the end."""
YES = frozenset(
    ["1", "y", "yes", "true", "open", "tak", "ja", "si", "sí", "oui", "是", "有", "营业", "开门", "t"]
)
NO = frozenset(
    ["0", "n", "no", "false", "closed", "nie", "nein", "non", "否", "无", "休息", "停业", "关门", "f"]
)
Values = dict[str, np.ndarray]


class DailyReader:
    """Turns portions of a file into rows; what it refuses goes to `refusals`, closed days are counted."""

    def __init__(
        self,
        plan: Plan,
        lookup: Lookup,
        marks: dict[str, str],
        refusals: Refusals,
        incomplete: Incomplete,
    ) -> None:
        self._plan, self._lookup, self._marks = plan, lookup, marks
        self._refusals, self._incomplete = refusals, incomplete
        self.closed = 0

    def rows(self, frame: pd.DataFrame) -> tuple[Rows, np.ndarray]:
        """The rows of a portion that name their place, and which of them are refused for a cell (MISSING here)."""
        place, placed = keys(frame, self._plan, self._lookup, self._refusals)
        values, sound = self._values(frame)
        sound, closed = self._open(frame, values, sound)
        sound = self._not_empty(frame, values, sound & ~closed) | closed
        values, sound = self._whole(frame, values, sound)
        self.closed += int(closed.sum())
        self._incomplete.lacks(place, ~(placed & sound))
        scale = PARTS if self._plan.add_up else 1
        stored = {name: as_stored(name, values[name], scale) for name in values}
        kept = placed & ~closed
        return place.with_values(stored).take(kept), ~sound[kept]

    def _values(self, frame: pd.DataFrame) -> tuple[Values, np.ndarray]:
        """The inputs as floats in the units of the file, those that follow from ratios included; the rows all of
        whose cells could be read.
        """
        read: Values = {}
        sound = np.ones(len(frame), bool)
        for code in (*COMPONENTS, *RATIOS):
            if heading := self._plan.mapping.get(code):
                read[code], wrong = figures(frame, heading, self._marks.get(code, "."), self._refusals)
                sound &= ~wrong
        return derived(read), sound

    def _open(self, frame: pd.DataFrame, values: Values, sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which rows are still sound, and which are closed days without figures; a closed day with figures is
        refused.
        """
        heading = self._plan.mapping.get("open")
        if not heading:
            return sound, np.zeros(len(frame), bool)
        is_open, wrong = yes_or_no(frame[heading])
        refuse(self._refusals, frame, heading, wrong, "not_yes_or_no")
        traded = np.logical_or.reduce([np.nan_to_num(column) != 0 for column in values.values()])
        shut = sound & ~wrong & ~is_open
        refuse(self._refusals, frame, heading, shut & traded, "closed_with_figures")
        return sound & ~wrong & ~(shut & traded), shut & ~traded

    def _not_empty(self, frame: pd.DataFrame, values: Values, sound: np.ndarray) -> np.ndarray:
        empty = np.logical_and.reduce([np.isnan(column) for column in values.values()])
        heading = next(self._plan.mapping[code] for code in COMPONENTS if code in self._plan.mapping)
        refuse(self._refusals, frame, heading, empty & sound, "no_figures")
        return sound & ~empty

    def _whole(self, frame: pd.DataFrame, values: Values, sound: np.ndarray) -> tuple[Values, np.ndarray]:
        """Counts that a column states must be whole; those that follow from a ratio are rounded."""
        if self._plan.add_up:
            return values, sound
        for name, column in values.items():
            if name in MONEY or name not in self._plan.mapping:
                continue
            broken = ~np.isnan(column) & (np.floor(column) != column)
            if broken.any():
                refuse(self._refusals, frame, self._plan.mapping[name], broken, "not_a_whole_number")
                values[name] = np.where(broken, np.nan, column)
                sound = sound & ~broken
        return values, sound


def figures(
    frame: pd.DataFrame, heading: str, decimal: str, refusals: Refusals
) -> tuple[np.ndarray, np.ndarray]:
    """A column's numbers and which cells are none; those are refused, and words for "not recorded" are counted."""
    read = numbers.column(frame[heading], decimal)
    refuse(refusals, frame, heading, read.wrong, "not_a_number")
    for word, cells in read.unrecorded.items():
        refusals.unrecorded[heading, word] += cells
    return read.values, read.wrong


def refuse(refusals: Refusals, frame: pd.DataFrame, heading: str, wrong: np.ndarray, code: str) -> None:
    """Refuse the rows where `wrong` is true, blaming their cell under this heading."""
    places = np.flatnonzero(wrong)
    if len(places):
        refusals.add(frame[NUMBER].to_numpy()[places], heading, texts(frame[heading], places), code)


def keys(frame: pd.DataFrame, plan: Plan, lookup: Lookup, refusals: Refusals) -> tuple[Rows, np.ndarray]:
    """Branch, day, person and number of each row, and which rows name all of them."""
    sound = np.ones(len(frame), bool)
    day = np.full(len(frame), np.datetime64(plan.one_day or "NaT", "D"))
    if heading := plan.mapping.get("day"):
        day, wrong = dates.column(frame[heading], plan.date_order)
        refuse(refusals, frame, heading, wrong, "not_a_date")
        refuse(refusals, frame, heading, np.isnat(day) & ~wrong, "missing_key")
        sound &= ~np.isnat(day)
    branch = np.full(len(frame), lookup.branches.get(plan.branch.casefold(), UNKNOWN), np.int64)
    if heading := plan.mapping.get("branch"):
        branch = lookup.branch_ids(frame[heading])
        refuse(refusals, frame, heading, branch == UNKNOWN, "unknown_branch_code")
        refuse(refusals, frame, heading, branch == BLANK, "missing_key")
        branch = np.where(branch == BLANK, UNKNOWN, branch)
        sound &= branch != UNKNOWN
    staff = np.zeros(len(frame), np.int64)
    if heading := plan.mapping.get("staff"):
        staff = lookup.staff_ids(frame[heading])
        refuse(refusals, frame, heading, staff == UNKNOWN, "unknown_staff")
        sound &= staff != UNKNOWN
    row_numbers = frame[NUMBER].to_numpy(np.int64)
    return Rows(day, branch, staff, {}, np.zeros(len(frame), bool), row_numbers), sound


def derived(read: Values) -> Values:
    """The inputs, with what ratios determine: buyers = visitors × conversion; revenue = buyers × revenue per buyer, or
    orders × revenue per order. A ratio left blank over nothing gives nothing (0)."""
    values: Values = {name: read[name] for name in COMPONENTS if name in read}
    if "conversion" in read and "visitors" in values and "buyers" not in values:
        rate = read["conversion"]
        # Written as 9.98 instead of 9.98 % or 0.0998: a share above one is not possible.
        percent = np.nanmax(rate, initial=0) > 1
        values["buyers"] = _product(values["visitors"], rate / 100 if percent else rate)
    for count, ratio in (("buyers", "value_per_buyer"), ("orders", "basket")):
        if ratio in read and count in values and "revenue" not in values:
            values["revenue"] = _product(values[count], read[ratio])
    return values


def _product(count: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    return np.where(count == 0, 0.0, count * ratio)


def yes_or_no(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Which cells say yes (blank counts as yes), and which say neither."""
    codes, cells = distinct(values)
    words = [text(cell).casefold() for cell in cells]
    yes = np.array([word in YES or not word for word in words], bool)
    no = np.array([word in NO for word in words], bool)
    return yes[codes], (~yes & ~no)[codes]


def as_stored(name: str, values: np.ndarray, scale: int = 1) -> np.ndarray:
    """Inputs as whole numbers: counts, and money in minor units; times `scale` while parts are still to be added."""
    factor = scale * (10**settings.CURRENCY_DIGITS if name in MONEY else 1)
    blank = np.isnan(values)
    # Beyond what an integer holds nothing is right anyway; the rules refuse it as too large.
    bounded = np.clip(np.where(blank, 0, values) * factor, -9e18, 9e18)
    return np.where(blank, MISSING, numbers.half_up(bounded))


def added_up(rows: Rows, wrong: np.ndarray, scale: int = PARTS) -> tuple[Rows, np.ndarray]:
    """One row per branch, day and person: the sums of the parts, rounded once; the first part's number stays.
    A sum is wrong if one of its parts is.
    """
    if not len(rows):
        return rows, wrong
    order = np.lexsort((rows.number, rows.staff, rows.branch, rows.day))
    rows = rows.take(order)
    new = np.ones(len(rows), bool)
    for key in (rows.day, rows.branch, rows.staff):
        new[1:] &= key[1:] == key[:-1]
    new[1:] = ~new[1:]
    starts = np.flatnonzero(new)
    values = {name: _sum(column, starts, scale) for name, column in rows.values.items()}
    return rows.take(starts).with_values(values), np.logical_or.reduceat(wrong[order], starts)


def _sum(column: np.ndarray, starts: np.ndarray, scale: int) -> np.ndarray:
    known = column != MISSING
    sums = np.add.reduceat(np.where(known, column, 0), starts)
    recorded = np.add.reduceat(known.astype(np.int64), starts) > 0
    return np.where(recorded, (sums + scale // 2) // scale, MISSING)
