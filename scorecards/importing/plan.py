"""How a file is to be read: what was recognised, put right by the user where needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from formulas.components import COMPONENTS
from scorecards.importing import columns, dates
from scorecards.importing.cells import text, unguarded
from scorecards.importing.columns import BY_CODE, DAILY, RATIOS, RECEIPTS
from scorecards.importing.numbers import decimal_mark
from scorecards.importing.problems import FileRefused
from scorecards.importing.table import Opened, Table
from scorecards.services.figures.rows import MONEY

SAMPLES = 3
ROWS_FOR_SAMPLES = 5_000
"""As much of a file as is read in full to be shown: most of it is sorted by branch or day and looks like its start."""


@dataclass(frozen=True)
class Plan:
    """How to read a file's rows.

    `mapping`: field → heading. `branch`: the code of the one branch that a file without that column is about, `day`
    likewise (ISO). `date_order`: "dmy", "mdy" or "" where the dates tell by themselves. `decimal`: "." or ",", "" to
    decide by column. `add_up`: rows of the same branch, day and person are parts that add up, not repetitions.
    """

    kind: str = DAILY
    mapping: dict[str, str] = field(default_factory=dict)
    sheet: str = ""
    heading: int | None = None
    date_order: str = ""
    decimal: str = ""
    branch: str = ""
    day: str = ""
    add_up: bool = False

    def options(self) -> dict[str, Any]:
        """Everything but the mapping, as it is kept with an import or a profile."""
        return {name: value for name, value in asdict(self).items() if name != "mapping"}

    @property
    def one_day(self) -> date | None:
        """The day of a file that is about one day only."""
        return date.fromisoformat(self.day) if self.day else None

    @property
    def parts(self) -> bool:
        """True if several rows make one day of a branch."""
        return self.kind == RECEIPTS or self.add_up or "staff" in self.mapping

    @property
    def numbers(self) -> dict[str, bool]:
        """The headings under which a row per branch and day has numbers with a decimal point, and whether those are
        counts; none where the user says that the mark is a comma.
        """
        codes = (*COMPONENTS, *RATIOS)
        if self.kind == RECEIPTS or self.decimal == ",":
            return {}
        others = {heading for code, heading in self.mapping.items() if code not in codes}
        found: dict[str, bool] = {}
        for code in codes:
            if (heading := self.mapping.get(code)) and heading not in others:
                found[heading] = found.get(heading, False) or (code in COMPONENTS and code not in MONEY)
        return found

    @property
    def has_figures(self) -> bool:
        """True if some column holds what can be stored."""
        if self.kind == RECEIPTS:
            return "amount" in self.mapping or {"price", "quantity"} <= self.mapping.keys()
        return bool(self.mapping.keys() & set(COMPONENTS))


def plan_of(options: Mapping[str, Any], mapping: Mapping[str, str]) -> Plan:
    """The plan that was kept; what an older version kept and this one does not know is left out."""
    known = {name: value for name, value in options.items() if name in Plan.__dataclass_fields__}
    return Plan(
        **(known | {"mapping": {code: heading for code, heading in mapping.items() if code in BY_CODE}})
    )


@dataclass(frozen=True)
class Guess:
    """What a file looks like: the plan, what only the user can answer, and samples to decide by.

    `asks`: codes of questions ("branch", "day", "date_order", "customers", "figures").
    """

    plan: Plan
    asks: tuple[str, ...]
    headings: list[str]
    samples: dict[str, list[str]]
    customers: str = ""
    date_sample: str = ""


def guess(opened: Opened, given: Plan | None = None) -> Guess:
    """Recognise the columns of a file; what `given` says (a profile, an answer) is kept.

    FileRefused if `given` names a column that the file has not.
    """
    headings = opened.table.headings
    found = columns.recognise(headings)
    plan = given if given and given.mapping else Plan(kind=found.kind, mapping=found.mapping)
    if given and not given.mapping:
        plan = replace(given, kind=found.kind, mapping=found.mapping)
    for heading in plan.mapping.values():
        if heading not in headings:
            raise FileRefused("no_such_column", heading=heading)
    return _asked(plan, found.customers, opened.table)


def _asked(plan: Plan, customers: str, table: Table) -> Guess:
    headings = table.headings
    order = _date_order(plan, table)
    if not plan.date_order and order.order:
        plan = replace(plan, date_order=order.order)
    if plan.kind == DAILY and not plan.mapping.keys() & {"branch", "day"}:
        plan = replace(plan, add_up=True)  # all rows are about one branch and day: they can only be its parts
    unclear = customers if customers not in plan.mapping.values() else ""
    asks = {
        "branch": "branch" not in plan.mapping and not plan.branch,
        "day": "day" not in plan.mapping and not plan.day,
        "date_order": order.ambiguous and not plan.date_order,
        "customers": bool(unclear),
        "figures": not plan.has_figures,
    }
    start = next(table.portions(headings, most=ROWS_FOR_SAMPLES)).frame
    samples = {heading: _samples(start[heading]) for heading in headings}
    return Guess(
        plan, tuple(code for code, ask in asks.items() if ask), headings, samples, unclear, order.sample
    )


def _date_order(plan: Plan, table: Table) -> dates.Order:
    """By a whole portion of the days alone: a day above 12, which settles the order, may come late."""
    if "day" not in plan.mapping:
        return dates.Order("")
    heading = plan.mapping["day"]
    cells = next(table.portions([heading])).frame[heading].dropna().drop_duplicates()
    return dates.order_of(cell for cell in cells.astype(object) if isinstance(cell, str))


def _samples(cells: pd.Series) -> list[str]:
    texts = (text(unguarded(cell)) for cell in cells.dropna().astype(object).head(200))
    return list(dict.fromkeys(sample[:40] for sample in texts if sample))[:SAMPLES]


def decimals(plan: Plan, start: pd.DataFrame, fields: Sequence[str]) -> dict[str, str]:
    """Field → decimal mark, by the user's word or by the first portion of its column."""
    if plan.decimal:
        return dict.fromkeys(fields, plan.decimal)
    return {code: decimal_mark(_texts(start[plan.mapping[code]])) for code in fields if code in plan.mapping}


def _texts(cells: pd.Series) -> list[str]:
    if cells.dtype == float:
        return []
    return [cell for cell in cells.dropna().drop_duplicates().astype(object) if isinstance(cell, str)]
