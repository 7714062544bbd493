"""What the templates of these pages show: tiles, the formula as a tree, tables; numbers made ready, nothing read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from formulas.performance import Chain
from scorecards import sentences, words
from scorecards.queries.comparison import Comparison, Day, Sums, shown
from scorecards.queries.staff import Progress
from ui import dates, numbers
from ui.charts import Table

BAR_HALF = 50
"""Half the width of a contribution's bar in its drawing."""


@dataclass(frozen=True)
class Tile:
    """One factor: its value, how it differs from the base, and the money that the difference explains."""

    code: str
    label: str | Promise
    value: str
    full: str
    base: str
    delta: float | None
    kind: str
    effect: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Node:
    """A factor in the formula's tree with what it is made of.

    `effect`: the money that its change explains, at the root the whole change. `bar`: (from, width) of its drawing.
    """

    tile: Tile
    effect: int | None = None
    sign: str = ""
    bar: tuple[int, int] = (BAR_HALF, 0)
    children: tuple[Node, ...] = field(default=())


_EFFECTS: dict[str, tuple[str, ...]] = {
    "visitors": ("visitors",),
    "conversion": ("conversion",),
    "buyers": ("buyers", "visitors", "conversion"),
    "orders": ("orders",),
    "basket": ("basket",),
    "repeat": ("repeat", "repurchase", "extension"),
    "repurchase_rate": ("repurchase",),
    "extension_rate": ("extension",),
}
"""The parts of a change that a factor explains, itself or through what it is made of."""


def parts_of(comparison: Comparison) -> tuple[int | None, list[tuple[str, int]]]:
    """(change, [(part, money)]) as shown: whole units of the currency that add up."""
    change, parts = shown(comparison, settings.CURRENCY_DIGITS)
    return change, list(parts)


def named(parts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The parts with their names in the reader's language."""
    return [(str(words.PARTS[code]), money) for code, money in parts]


def codes_of(comparison: Comparison) -> tuple[str, ...]:
    """The factors worth showing: those of the chain, and visitors that were counted on some days."""
    current = comparison.current
    chain = comparison.chain or _chain_of_one(current)
    counted = ("visitors", "conversion") if current.visitors is not None else ()
    return {
        Chain.FULL: ("revenue", "visitors", "conversion", "basket", "repeat"),
        Chain.BUYERS: ("revenue", "buyers", *counted, "basket", "repeat"),
        Chain.ORDERS: ("revenue", "orders", "basket"),
    }.get(chain, ("revenue",))


def tiles_of(comparison: Comparison) -> list[Tile]:
    """A tile for each factor that is known here."""
    _change, parts = parts_of(comparison)
    return [tile_of(code, comparison, dict(parts)) for code in codes_of(comparison)]


def tile_of(code: str, comparison: Comparison, parts: dict[str, int]) -> Tile:
    """One factor's tile; `parts` as shown."""
    word, current, base = words.FACTORS[code], comparison.current, comparison.base
    value, before = current.value(code), base.value(code) if base else None
    return Tile(
        code=code,
        label=word.label,
        value=words.short(code, value) if value is not None else "",
        full=words.full(code, value),
        base=words.short(code, before),
        delta=_difference(code, comparison),
        kind=word.delta,
        effect=_effect(code, parts),
        note=_note(code, current),
    )


def _difference(code: str, comparison: Comparison) -> float | None:
    """How a factor differs from its base; None for visitors that were not counted on all days of both."""
    current, base = comparison.current, comparison.base
    if base is None or (code == "visitors" and not (current.is_known(code) and base.is_known(code))):
        return None
    return words.difference(code, current.value(code), base.value(code))


def progress_tiles(found: Progress) -> list[Tile]:
    """A member's newest day, what that weekday usually brings, and the week so far; `base`: beside what each stands."""
    week_before = gettext("vs %(day)s") % {"day": dates.day_short(found.day_before)}
    tiles = [_revenue_tile(dates.day_short(found.newest, weekday=True), found.day, week_before)]
    if found.usual is not None:
        note = ngettext("middle of the last %(count)s", "middle of the last %(count)s", found.usual_days)
        label = gettext("Usual for a %(weekday)s") % {"weekday": sentences.weekday(found.newest)}
        tiles.append(
            Tile(
                "usual",
                label,
                words.short("revenue", found.usual),
                words.full("revenue", found.usual),
                note % {"count": found.usual_days},
                None,
                "change",
            )
        )
    return [
        *tiles,
        _revenue_tile(gettext("This week so far"), found.week, gettext("vs the same days of last week")),
    ]


def _revenue_tile(label: str, comparison: Comparison, base: str) -> Tile:
    return replace(tile_of("revenue", comparison, {}), label=label, base=base)


def tree_of(comparison: Comparison) -> Node:
    """The formula as far as it can be written, revenue at its root; each node's effect is the sum of those below."""
    change, parts = parts_of(comparison)
    values = dict(parts)
    widest = max((abs(money) for money in [*values.values(), change or 0]), default=0)
    codes = set(codes_of(comparison))

    def node(code: str, sign: str = "", *children: Node) -> Node:
        tile = tile_of(code, comparison, values)
        return Node(tile, tile.effect, sign, _bar(tile.effect, widest), children)

    root = tile_of("revenue", comparison, {})
    below = _branches_of_tree(codes, comparison, node)
    return Node(root, change, "", _bar(change, widest), below)


def _branches_of_tree(codes: set[str], comparison: Comparison, node: Any) -> tuple[Node, ...]:
    """What revenue is made of."""
    if "orders" in codes:
        return node("orders"), node("basket", "×")
    if "repeat" not in codes:
        return ()
    visitors = (node("visitors"), node("conversion", "×")) if "visitors" in codes else ()
    current = comparison.current
    split = current.repurchase_rate is not None and current.extension_rate is not None
    kinds = (node("repurchase_rate", "1 +"), node("extension_rate", "+")) if split else ()
    return node("buyers", "", *visitors), node("basket", "×"), node("repeat", "×", *kinds)


def drivers_table(change: int | None, parts: Sequence[tuple[str, int]]) -> Table:
    """The waterfall's numbers: part by part and the whole."""
    rows = [(name, numbers.signed_money(money, 0)) for name, money in named(parts)]
    rows.append((gettext("Change"), numbers.signed_money(change, 0)))
    return Table((gettext("Explained by"), gettext("Money")), rows)


DAY_CODES = ("revenue", "visitors", "buyers", "orders", "conversion", "basket", "repeat")


@dataclass(frozen=True)
class DayRow:
    """A day in the table; `cells` are text in the order of the table's columns. `why`: why it has no figures."""

    day: date
    cells: tuple[str, ...]
    url: str = ""
    why: str = ""


def day_columns(current: Sums) -> tuple[str, ...]:
    """The columns worth showing: what is recorded on at least one day."""
    return tuple(code for code in DAY_CODES if current.value(code) is not None)


def day_cells(day: Day, codes: Sequence[str]) -> tuple[str, ...]:
    """A day's numbers in full."""
    return tuple(words.full(code, day.value(code)) for code in codes)


def total_cells(current: Sums, codes: Sequence[str]) -> tuple[str, ...]:
    """The numbers of the whole span: sums, and ratios of sums."""
    return tuple(words.full(code, current.value(code)) for code in codes)


def week_label(day: date) -> str:
    """A week on an axis: its first day."""
    return dates.day_short(day)


def _effect(code: str, parts: dict[str, int]) -> int | None:
    found = [parts[part] for part in _EFFECTS.get(code, ()) if part in parts]
    return sum(found) if found else None


def _bar(effect: int | None, widest: int) -> tuple[int, int]:
    if not effect or not widest:
        return BAR_HALF, 0
    width = max(round(BAR_HALF * abs(effect) / widest), 1)
    return (BAR_HALF if effect > 0 else BAR_HALF - width), width


def _note(code: str, current: Sums) -> str:
    """Of visitors and conversion: on how many days they were counted, where not on all."""
    if code not in ("visitors", "conversion") or current.is_known("visitors") or not current.visitor_days:
        return ""
    return gettext("counted on %(counted)s of %(days)s days") % {
        "counted": current.visitor_days,
        "days": current.days,
    }


def _chain_of_one(current: Sums) -> Chain:
    """How far the formula can be written for one span alone."""
    known = [current.is_known(name) for name in ("revenue", "orders", "buyers", "visitors")]
    length = known.index(False) if False in known else len(known)
    return Chain(length)
