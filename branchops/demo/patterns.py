"""What the demo's days are like: weekdays, holidays, seasons, trends, and the stories to be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from branchops.demo.places import CLOSED, NEW, OFFICE_HOURS, REFURBISHED, Place

Array = np.ndarray


@dataclass(frozen=True)
class Kind:
    """What a format draws on a plain day: visitors, shares (0–1), basket and rent in minor units."""

    visitors: float
    conversion: float
    repurchase: float
    extension: float
    basket: float
    margin: float
    rent: float
    weekdays: tuple[float, ...]  # Monday first
    holidays: float


KINDS = {
    "flagship": Kind(
        205, 0.305, 0.055, 0.185, 47_800, 0.297, 520_000, (0.90, 0.86, 0.88, 0.92, 1.05, 1.24, 1.18), 1.24
    ),
    "standard": Kind(
        118, 0.335, 0.060, 0.165, 42_300, 0.284, 210_000, (0.96, 0.93, 0.94, 0.96, 1.03, 1.12, 1.07), 1.08
    ),
    "mall": Kind(
        162, 0.195, 0.040, 0.140, 39_600, 0.301, 195_000, (0.80, 0.77, 0.80, 0.86, 1.07, 1.42, 1.33), 1.38
    ),
    "community": Kind(
        64, 0.420, 0.095, 0.150, 28_900, 0.268, 70_000, (1.02, 0.97, 0.98, 0.99, 1.00, 1.06, 1.00), 0.92
    ),
}
OFFICE_WEEKDAYS = (1.05, 1.02, 1.02, 1.00, 0.95, 0.50, 0.40)


@dataclass
class Levels:
    """A branch's expected values, day by day: arrays that the stories bend."""

    visitors: Array
    conversion: Array
    repurchase: Array
    extension: Array
    basket: Array
    digital: Array
    margin: Array


def levels_of(place: Place, days: list[date], holidays: dict[date, str], last: date, wobble: Array) -> Levels:
    """What is expected of a branch on each day. `holidays`: day → Chinese name; `wobble`: six of N(0, 1)."""
    kind = KINDS[place.format]
    ordinals = np.array([day.toordinal() for day in days], dtype=float)
    years = (ordinals - date(2025, 8, 1).toordinal()) / 365.25
    weekdays = np.array([day.weekday() for day in days])
    rhythm = np.array(OFFICE_WEEKDAYS if place.code == OFFICE_HOURS else kind.weekdays)[weekdays]
    crowd, purse = seasons(days, holidays, kind.holidays)
    slow = 1 + 0.025 * np.sin(2 * np.pi * ordinals / 47 + 3 * wobble[0])
    plain = np.ones(len(days))
    levels = Levels(
        visitors=kind.visitors * place.size * rhythm * crowd * slow * (1 + (0.01 + 0.03 * wobble[1]) * years),
        conversion=kind.conversion * (1 + 0.07 * wobble[2]) * plain * (2 - crowd) ** 0.25,
        repurchase=kind.repurchase * plain,
        extension=kind.extension * (1 + 0.10 * wobble[3]) * (1 + 0.06 * years),
        basket=kind.basket * purse * (1 + 0.045 * wobble[4]) * (1 + 0.03 * years),
        digital=0.17 + 0.05 * years,
        margin=kind.margin + 0.012 * wobble[5] - 0.10 * (purse - 1),
    )
    story = STORIES.get(place.code)
    if story:
        story(levels, np.array([(last - day).days for day in days], dtype=float))
    return levels


def seasons(days: list[date], holidays: dict[date, str], strength: float) -> tuple[Array, Array]:
    """Factors on visitors and basket by the time of year; `strength`: what a holiday does to this format."""
    crowd, purse = np.ones(len(days)), np.ones(len(days))
    spring = _first_days(holidays, "春节")
    for i, day in enumerate(days):
        crowd[i], purse[i] = _season_of(day)
        name = holidays.get(day, "")
        if name and not any(abs((day - eve).days) < 12 for eve in spring):
            crowd[i] *= strength
        for new_year in spring:
            crowd[i] *= _around_new_year((day - new_year).days)
    return crowd, purse


def _first_days(holidays: dict[date, str], name: str) -> list[date]:
    named = {day for day, holiday in holidays.items() if holiday == name}
    return [day for day in named if day - timedelta(days=1) not in named]


def _around_new_year(days_after: int) -> float:
    """Phones are bought as presents before the lunar New Year; during it the cities are empty."""
    if -14 <= days_after < -2:
        return 1.28
    if -2 <= days_after <= 5:
        return 0.46
    return 0.82 if 5 < days_after <= 12 else 1.0


def _season_of(day: date) -> tuple[float, float]:
    """Visitors and basket on shopping festivals and in the weeks of new phones and new students."""
    month_day = (day.month, day.day)
    if (11, 8) <= month_day <= (11, 11):
        return 1.34, 1.07
    if (11, 12) <= month_day <= (11, 15):
        return 0.86, 0.98
    if (6, 16) <= month_day <= (6, 18):
        return 1.22, 1.04
    if (8, 25) <= month_day <= (9, 12):
        return 1.10, 1.03
    if (9, 19) <= month_day <= (9, 30):
        return 1.06, 1.08
    return 1.0, 1.0


def since(ago: Array, start: float, full: float = 0.0) -> Array:
    """0 until `start` days before the last one, rising evenly to 1 at `full` days before it."""
    return np.clip((start - ago) / max(start - full, 1.0), 0.0, 1.0)


def _seller_lost(levels: Levels, ago: Array) -> None:
    """The best adviser left three weeks ago: more people come (a new metro exit), fewer buy."""
    levels.visitors *= 1 + 0.07 * since(ago, 60, 30)
    levels.conversion *= 1 - 0.21 * since(ago, 24, 15)
    levels.basket *= 1 + 0.035 * since(ago, 45, 20)
    levels.visitors *= np.where(ago == 0, 1.22, 1.0)


def _seller_won(levels: Levels, ago: Array) -> None:
    levels.conversion *= 1 + 0.09 * since(ago, 24, 10)


def _trade_in_campaign(levels: Levels, ago: Array) -> None:
    """Trading in old phones lifts the basket, at some cost to the margin."""
    levels.basket *= 1 + 0.15 * since(ago, 70, 50)
    levels.margin -= 0.014 * since(ago, 70, 50)


def _cross_selling(levels: Levels, ago: Array) -> None:
    levels.extension *= 1 + 0.85 * since(ago, 125, 20)


def _competitor(levels: Levels, ago: Array) -> None:
    levels.visitors *= 1 - 0.21 * since(ago, 150, 110)


def _after_refurbishment(levels: Levels, ago: Array) -> None:
    levels.visitors *= 1 + 0.17 * since(ago, 76, 60)
    levels.conversion *= 1 + 0.05 * since(ago, 76, 60)


def _ramp_up(levels: Levels, ago: Array) -> None:
    levels.visitors *= 0.45 + 0.55 * since(ago, 125, 25)
    levels.conversion *= 0.82 + 0.18 * since(ago, 125, 40)


def _decline(levels: Levels, ago: Array) -> None:
    levels.visitors *= 1 - 0.38 * since(ago, 420, 60)


def _discounts(levels: Levels, ago: Array) -> None:
    """Sold on price: more buyers, a smaller basket, a thinner margin."""
    levels.conversion *= 1 + 0.08 * since(ago, 95, 80)
    levels.basket *= 1 - 0.12 * since(ago, 95, 80)
    levels.margin -= 0.035 * since(ago, 95, 80)


def _queues(levels: Levels, ago: Array) -> None:
    """Self-service was taken out: digital orders fall."""
    levels.digital *= 1 - 0.45 * since(ago, 80, 70)


STORIES: dict[str, Callable[[Levels, Array], None]] = {
    "SZ01": _seller_lost,
    "SZ02": _seller_won,
    "GZ01": _trade_in_campaign,
    "CD02": _cross_selling,
    "CQ02": _competitor,
    "SH04": _discounts,
    "CD01": _queues,
    REFURBISHED: _after_refurbishment,
    NEW: _ramp_up,
    CLOSED: _decline,
}
