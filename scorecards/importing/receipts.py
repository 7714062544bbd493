"""Files with a row per order or order line: the day's figures are derived from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from django.conf import settings

from scorecards.importing import numbers
from scorecards.importing.cells import distinct, text
from scorecards.importing.daily import PARTS, keys, refuse
from scorecards.importing.lookup import Lookup
from scorecards.importing.plan import Plan
from scorecards.importing.refusals import Refusals
from scorecards.importing.whole_days import Incomplete, Lines, lines_of
from scorecards.services.figures.rows import MISSING, Rows, joined

MOST_AMOUNT = 1e9
NOBODY = 0


class ReceiptReader:
    """Turns portions of receipts into order lines; `figures` makes the days of them.

    Rules. Lines with the same order number at the same branch and day are one order; without an order number each
    line is one. Revenue is the sum of all lines, returns included as they are (negative). An order whose lines add
    up to less than zero is a return and counts as no order. With customer numbers: the customer's first order at the
    branch on that day makes the buyer, each further one is a repeat order; an order without a customer number is a
    buyer of its own. Whether a further order was for another product cannot be told: extension orders stay not
    recorded.
    """

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
        self._lines: list[pd.DataFrame] = []
        self.closed = self.receipts = self.returns = 0

    def add(self, frame: pd.DataFrame) -> None:
        """Take in the lines of a portion."""
        place, sound = keys(frame, self._plan, self._lookup, self._refusals)
        amount, wrong = self._amount(frame)
        columns = {
            "day": place.day.astype(np.int64),
            "branch": place.branch,
            "staff": place.staff,
            "order": self._marked(frame, "order", place.number),
            "customer": self._marked(frame, "customer", None),
            "amount": _parts(amount),
            "number": place.number,
        }
        if "cost_of_goods" in self._plan.mapping:
            cost, none = self._number(frame, "cost_of_goods")
            columns["cost_of_goods"], wrong = _parts(cost), wrong | none
        self._incomplete.lacks(place, ~sound | wrong)
        self._lines.append(pd.DataFrame(columns)[sound & ~wrong])

    def _number(self, frame: pd.DataFrame, code: str) -> tuple[np.ndarray, np.ndarray]:
        """A column that every line must fill: its numbers, and which lines are refused for it."""
        heading = self._plan.mapping[code]
        read = numbers.column(frame[heading], self._marks.get(code, "."))
        values, wrong = read.values, read.wrong
        refuse(self._refusals, frame, heading, wrong, "not_a_number")
        blank = np.isnan(values) & ~wrong
        refuse(self._refusals, frame, heading, blank, "no_amount")
        large = np.abs(np.nan_to_num(values)) > MOST_AMOUNT
        refuse(self._refusals, frame, heading, large, "too_large")
        return np.where(large, 0, np.nan_to_num(values)), wrong | blank | large

    def _amount(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        if "amount" in self._plan.mapping:
            return self._number(frame, "amount")
        price, no_price = self._number(frame, "price")
        quantity, no_quantity = self._number(frame, "quantity")
        return np.clip(price * quantity, -MOST_AMOUNT, MOST_AMOUNT), no_price | no_quantity

    def _marked(self, frame: pd.DataFrame, code: str, otherwise: np.ndarray | None) -> np.ndarray:
        """A number for each distinct order or customer; `otherwise` (or NOBODY) where the cell is blank.

        Hashed to 64 bits: a million receipts collide once in thirty million files.
        """
        fallback = (
            np.full(len(frame), NOBODY, np.uint64) if otherwise is None else otherwise.astype(np.uint64)
        )
        heading = self._plan.mapping.get(code)
        if heading is None:
            return fallback
        codes, cells = distinct(frame[heading])
        words = np.array([text(cell) for cell in cells], dtype=object)
        blank = np.array([not word for word in words], bool)[codes]
        return np.where(blank, fallback, pd.util.hash_array(words)[codes])

    def figures(self) -> tuple[Rows, np.ndarray, Lines | None]:
        """The figures per branch, day and person, each with the number of its first line; which of them stand for
        incomplete days (without figures, to be judged by their keys only); and the lines that they are made of.
        """
        if not self._lines:
            return _no_rows(), np.zeros(0, bool), None
        lines = pd.concat(self._lines, ignore_index=True)
        self._lines = []
        places = lines_of([lines])
        held = self._incomplete.among(places)
        whole = self._added_up(lines[~held] if held.any() else lines)
        if not held.any():
            return whole, np.zeros(len(whole), bool), places
        first = lines[held].sort_values("number").drop_duplicates(["day", "branch", "staff"])
        blank = _rows(first, {name: np.full(len(first), MISSING) for name in whole.values})
        return joined([whole, blank]), np.arange(len(whole) + len(blank)) >= len(whole), places

    def _added_up(self, lines: pd.DataFrame) -> Rows:
        orders = _orders(lines)
        self.receipts, self.returns = len(orders), int((orders["counts"] == 0).sum())
        sums = orders.groupby(["day", "branch", "staff"], sort=True)
        totals = sums.agg(dict.fromkeys(self._summed(orders), "sum") | {"number": "min"}).reset_index()
        values = {
            "orders": totals["counts"].to_numpy(np.int64),
            "revenue": _rounded(totals["amount"]),
        }
        if "customer" in self._plan.mapping:
            values["buyers"] = totals["buyers"].to_numpy(np.int64)
            values["repeat_orders"] = values["orders"] - values["buyers"]
            values["extension_orders"] = np.full(len(totals), MISSING)
        if "cost_of_goods" in totals:
            values["cost_of_goods"] = _rounded(totals["cost_of_goods"])
        return _rows(totals, values)

    def _summed(self, orders: pd.DataFrame) -> list[str]:
        return [name for name in ("amount", "counts", "buyers", "cost_of_goods") if name in orders]


def _parts(amounts: np.ndarray) -> np.ndarray:
    """Amounts in millionths: sums of any number of lines stay exact."""
    return np.rint(amounts * PARTS).astype(np.int64)


def _rounded(parts: pd.Series) -> np.ndarray:
    """Millionths to minor units, halves up."""
    size = PARTS // 10**settings.CURRENCY_DIGITS
    return (parts.to_numpy(np.int64) + size // 2) // size


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per order: its amount, who served it first, whether it counts, whether it makes a buyer."""
    how = {"staff": "first", "customer": "first", "amount": "sum", "number": "min"}
    if "cost_of_goods" in lines:
        how["cost_of_goods"] = "sum"
    orders = lines.groupby(["day", "branch", "order"], sort=False).agg(how).reset_index()
    orders = orders.sort_values("number", kind="stable")
    counts = orders["amount"] >= 0
    again = orders[counts].duplicated(["day", "branch", "customer"]) & (orders["customer"][counts] != NOBODY)
    orders["counts"] = counts.astype(np.int64)
    orders["buyers"] = 0
    orders.loc[again.index[~again], "buyers"] = 1
    return orders


def _rows(totals: pd.DataFrame, values: dict[str, np.ndarray]) -> Rows:
    return Rows(
        day=totals["day"].to_numpy(np.int64).astype("datetime64[D]"),
        branch=totals["branch"].to_numpy(np.int64),
        staff=totals["staff"].to_numpy(np.int64),
        values=values,
        marked_open=np.zeros(len(totals), bool),
        number=totals["number"].to_numpy(np.int64),
    )


def _no_rows() -> Rows:
    none = np.zeros(0, np.int64)
    return Rows(none.astype("datetime64[D]"), none, none, {"orders": none}, none.astype(bool), none)
