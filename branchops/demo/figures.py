"""Draws the demo company's daily figures and writes them.

Each branch has random numbers of its own that begin on a fixed day, so that a day's figures do not hang on the
date of the demo, except where a story is told backwards from its last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from branches.queries import public_holidays, trading_days
from branchops.demo.patterns import KINDS, Levels, levels_of
from branchops.demo.places import COUNTER_BROKEN, LATE, NO_SPLIT, PLACES, Place
from branchops.demo.units import SEED, Company
from formulas.components import COMPONENTS
from scorecards.models import DailyFigures, Source

Array = np.ndarray
EPOCH = date(2024, 1, 1)
DRAWS = 14
ROWS_AT_ONCE = 2000


def make_figures(company: Company) -> int:
    """Write all figures of the company; the number of rows."""
    frame = figures_frame(company)
    columns = {name: frame[name].tolist() for name in ("branch_id", "staff_id")}
    days = [day.date() for day in frame["day"]]
    inputs = {name: [None if pd.isna(v) else int(v) for v in frame[name]] for name in COMPONENTS}
    rows = (
        DailyFigures(
            day=days[i],
            branch_id=columns["branch_id"][i],
            staff_id=columns["staff_id"][i],
            source=Source.IMPORT,
            **{name: values[i] for name, values in inputs.items()},
        )
        for i in range(len(frame))
    )
    return len(DailyFigures.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE))


def figures_frame(company: Company) -> pd.DataFrame:
    """All rows, shaped as for `scorecards.services.figures.check`; by day, branch and staff member."""
    parts = [part for place in PLACES for part in _of_place(company, place)]
    frame = pd.concat(parts, ignore_index=True)
    for name in COMPONENTS:
        frame[name] = frame[name].astype("Int64")
    return frame.sort_values(["day", "branch_id", "staff_id"], ignore_index=True)


def _of_place(company: Company, place: Place) -> Iterator[pd.DataFrame]:
    """The rows of a branch, then those of its sellers, of the days on which there are figures."""
    branch_id = company.branches[place.code].pk
    days = [company.first + timedelta(days=n) for n in range((company.last - company.first).days + 1)]
    random = np.random.default_rng([SEED, 2, PLACES.index(place)])
    wobble = np.clip(random.standard_normal(6), -1.5, 1.5)
    draws = random.standard_normal(((company.last - EPOCH).days + 1, DRAWS))[(company.first - EPOCH).days :]
    holidays = {day: name.zh for day, name in public_holidays(company.first, company.last).items()}
    whole = _draw(levels_of(place, days, holidays, company.last, wobble), draws, place)
    has_figures = trading_days([branch_id], company.first, company.last)[1][0]
    sellers = list(_sellers(company, place, days, whole))
    _leave_gaps(whole, has_figures, place, len(days))
    yield _frame(whole, days, has_figures, branch_id, 0)
    for staff_id, duty, own in sellers:
        yield _frame(own, days, has_figures & duty, branch_id, staff_id)


def _draw(levels: Levels, z: Array, place: Place) -> dict[str, Array]:
    """A branch's inputs, day by day, around what is expected of it (normal approximations of counts)."""
    visitors = _count(levels.visitors * np.exp(0.07 * z[:, 0]))
    buyers = np.minimum(_share(visitors, levels.conversion * (1 + 0.03 * z[:, 1]), z[:, 2]), visitors)
    repeats = np.where(buyers > 0, _share(buyers, levels.repurchase, z[:, 3]), 0)
    extensions = np.where(buyers > 0, _share(buyers, levels.extension, z[:, 4]), 0)
    orders = buyers + repeats + extensions
    spread = 1 + 0.55 / np.sqrt(np.maximum(orders, 1)) * z[:, 5]
    revenue = _count(orders * levels.basket * np.maximum(spread, 0.3) / 10) * 10
    crowding = np.clip(visitors / (KINDS[place.format].visitors * place.size) - 1, 0, 1)
    waits = _share(visitors, np.full(len(visitors), 0.58), z[:, 6])
    return {
        "visitors": visitors,
        "buyers": buyers,
        "orders": orders,
        "repeat_orders": repeats,
        "extension_orders": extensions,
        "revenue": revenue,
        "cost_of_goods": _count(revenue * (1 - levels.margin + 0.008 * z[:, 7])),
        "operating_cost": _count(KINDS[place.format].rent + place.staff * 23_000 + 0.03 * revenue),
        "digital_orders": np.minimum(_share(orders, levels.digital, z[:, 8]), orders),
        "new_customers": np.minimum(_share(buyers, np.full(len(buyers), 0.34), z[:, 9]), buyers),
        "waits_measured": waits,
        "waits_in_standard": np.minimum(_share(waits, 0.93 - 0.35 * crowding, z[:, 10]), waits),
    }


def _count(expected: Array) -> Array:
    return np.maximum(np.rint(expected), 0).astype(np.int64)


def _share(of: Array, rate: Array, z: Array) -> Array:
    """About `rate` of a count, scattered as a binomial count would be."""
    rate = np.clip(rate, 0.0, 1.0)
    return _count(of * rate + np.sqrt(of * rate * (1 - rate)) * z)


def _leave_gaps(whole: dict[str, Array], has_figures: Array, place: Place, length: int) -> None:
    """What is not recorded: the door counter while it was broken, the kinds of repeat order, late days."""
    if place.code == COUNTER_BROKEN:
        whole["visitors"] = whole["visitors"].astype(float)
        whole["visitors"][length - 52 : length - 24] = np.nan
    if place.code == NO_SPLIT:
        del whole["repeat_orders"], whole["extension_orders"]
    if place.code == LATE:
        has_figures[-2:] = False
    if place.code == "SH04":
        has_figures[-9] = False


def _sellers(
    company: Company, place: Place, days: list[date], whole: dict[str, Array]
) -> Iterator[tuple[int, Array, dict[str, Array]]]:
    """Each seller's days on duty and inputs, adding up to the branch's.

    Sellers record neither the door's counter nor the costs nor the queue: those are the branch's own.
    """
    jobs = [job for job in company.employments if job.branch_id == company.branches[place.code].pk]
    duty = np.column_stack(
        [_on_duty(job.starts_on, job.ends_on, seat, days) for seat, job in enumerate(jobs)]
    )
    duty[~duty.any(axis=1), 0] = True
    skills = np.array([_skill(job.staff.number) for job in jobs])
    tenure = np.array([[(day - job.starts_on).days for job in jobs] for day in days])
    weights = duty * skills[:, 0] * np.clip(0.55 + tenure / 130, 0.55, 1.0)
    parts = {"buyers": share_out(whole["buyers"], weights)}
    buyers = parts["buyers"]
    parts["repeat_orders"] = share_out(whole["repeat_orders"], buyers * skills[:, 1])
    parts["extension_orders"] = share_out(whole["extension_orders"], buyers * skills[:, 2])
    parts["orders"] = buyers + parts["repeat_orders"] + parts["extension_orders"]
    parts["revenue"] = share_out(whole["revenue"] // 10, parts["orders"] * skills[:, 3]) * 10
    parts["digital_orders"] = share_out(whole["digital_orders"], parts["orders"])
    parts["new_customers"] = share_out(whole["new_customers"], buyers)
    if place.code == NO_SPLIT:
        del parts["repeat_orders"], parts["extension_orders"]
    for seat, job in enumerate(jobs):
        yield job.staff_id, duty[:, seat], {name: parts[name][:, seat] for name in parts}


def _on_duty(starts: date, ends: date | None, seat: int, days: list[date]) -> Array:
    """Employed that day, and not one of the seat's two free weekdays."""
    free = {seat * 2 % 7, (seat * 2 + 1) % 7}
    return np.array(
        [starts <= day and (ends is None or day <= ends) and day.weekday() not in free for day in days]
    )


def _skill(number: str) -> Array:
    """How a seller compares with the others: in buyers won, repurchases, cross-selling, money per order."""
    z = np.clip(np.random.default_rng([SEED, 3, int(number[1:])]).standard_normal(4), -1.8, 1.8)
    return 1 + np.array([0.15, 0.20, 0.30, 0.08]) * z


def share_out(totals: Array, weights: Array) -> Array:
    """Each day's total in whole parts by the row's weights, adding up exactly (largest remainder)."""
    sums = weights.sum(axis=1, keepdims=True)
    exact = totals[:, None] * np.divide(
        weights, sums, out=np.zeros_like(weights, dtype=float), where=sums > 0
    )
    parts = np.floor(exact).astype(np.int64)
    left = np.where(sums[:, 0] > 0, totals - parts.sum(axis=1), 0)
    remainders = np.where(weights > 0, exact - parts, -1.0)
    places = np.argsort(np.argsort(-remainders, axis=1, kind="stable"), axis=1)
    return parts + (places < left[:, None])


def _frame(
    inputs: dict[str, Array], days: list[date], kept: Array, branch_id: int, staff_id: int
) -> pd.DataFrame:
    frame = pd.DataFrame({name: inputs.get(name, np.full(len(days), np.nan)) for name in COMPONENTS})
    frame.insert(0, "day", pd.to_datetime(days))
    frame.insert(1, "branch_id", branch_id)
    frame.insert(2, "staff_id", staff_id)
    return frame[kept]
