"""The rows of the league table as HTML, written by Python.

A table of fifty rows holds a thousand numbers. Template tags would cost more than everything else on the page, so cells
are constant markup around numbers written by `Figures`, which gives exactly what `ui.numbers` gives (a test compares
the two) without asking for language and currency each time. Whatever people typed or translators wrote is escaped
before it meets markup: names cell by cell, words once per table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from scorecards.league_sentences import Places
from scorecards.queries.league import LeagueRow
from scorecards.views.region.addresses import around_branch
from ui import numbers
from ui.languages import once_per_language

_UP = '<span class="delta up"><span class="delta-arrow" aria-hidden="true">▲</span>+'
_DOWN = f'<span class="delta down"><span class="delta-arrow" aria-hidden="true">▼</span>{numbers.MINUS}'
_FLAT = '<span class="delta flat"><span class="delta-arrow" aria-hidden="true">■</span>'
_MISSING = (
    '<span class="missing" title="{0}"><span aria-hidden="true">–</span>'
    '<span class="visually-hidden">{0}</span></span>'
)
_NAME = '<th scope="row"><a class="league-name" href="%s">%s</a><span class="league-code">%s · %s</span></th>'
_SPARK = (
    '<td class="league-trend"><svg class="sparkline" width="80" height="22" viewBox="0 0 80 22" aria-hidden="true">'
    '<path d="%s"></path><circle cx="%.1f" cy="%.1f" r="2"></circle></svg></td>'
)
_NO_SPARK = '<td class="league-trend"></td>'
_UNDER_UP, _UNDER_DOWN = f'<span class="league-under">{_UP}', f'<span class="league-under">{_DOWN}'
_CELL, _UNDER, _END = '<td class="num">', '<span class="league-under">', "</span></td>"


class Figures:
    """Numbers as text, as `ui.numbers` writes them, for one language and currency."""

    def __init__(self) -> None:
        cash = numbers.currency()
        self.is_chinese = numbers.is_chinese()
        self.unit = 10**cash.exponent
        self.before, self.after = ("", cash.unit_zh) if self.is_chinese else (cash.sign, "")
        self.small, self.giant = 100 * self.unit, 999_500_000 * self.unit
        self.steps = self._steps()

    def _steps(self) -> tuple[tuple[int, int, str], ...]:
        """(from this many minor units on, minor units of the unit, its sign), largest first.

        A value that reads as the next unit when rounded takes it: ¥999,600 is ¥1M, ¥99,999.50 is ¥100K.
        """
        if self.is_chinese:
            return (
                (99_950_000 * self.unit, 10**8 * self.unit, "亿"),
                ((19_999 * self.unit + 1) // 2, 10**4 * self.unit, "万"),
            )
        return (
            (999_500 * self.unit, 10**6 * self.unit, "M"),
            ((199_999 * self.unit + 1) // 2, 1000 * self.unit, "K"),
        )

    def money(self, minor: int | None) -> str:
        """`ui.numbers.money_short`."""
        if minor is None:
            return numbers.DASH
        return f"{numbers.MINUS if minor < 0 else ''}{self.short(abs(minor))}"

    def signed(self, minor: int) -> str:
        """`ui.numbers.signed_money_short`."""
        sign = "+" if minor > 0 else numbers.MINUS if minor < 0 else ""
        return f"{sign}{self.short(abs(minor))}"

    def short(self, minor: int) -> str:
        """The size of an amount that is not negative."""
        if minor < self.small or minor >= self.giant:
            return numbers.money_short(minor)  # small change and giants are rare
        for start, divisor, sign in self.steps:
            if minor >= start:
                return f"{self.before}{_three_figures(minor, divisor)}{sign}{self.after}"
        return f"{self.before}{(2 * minor + self.unit) // (2 * self.unit):,}{self.after}"

    def change(self, share: float) -> str:
        """`ui.numbers.change` with one decimal."""
        tenths = int(abs(share) * 1000 + 0.5 + 1e-9)
        sign = "" if not tenths else "+" if share > 0 else numbers.MINUS
        return f"{sign}{tenths // 10:,}.{tenths % 10}%"

    def percent(self, share: float | None) -> str:
        """`ui.numbers.percent` with one decimal, of a share that is not negative."""
        if share is None:
            return numbers.DASH
        tenths = int(share * 1000 + 0.5 + 1e-9)
        return f"{tenths // 10:,}.{tenths % 10}%"

    def ratio(self, value: float | None) -> str:
        """`ui.numbers.ratio` with two decimals, of a value that is not negative."""
        if value is None:
            return numbers.DASH
        hundredths = int(value * 100 + 0.5 + 1e-9)
        return f"{hundredths // 100:,}.{hundredths % 100:02}"

    def basket(self, minor: float | None) -> str:
        """Money of an average order, in full minor units."""
        if minor is None:
            return numbers.DASH
        whole = int(minor + 0.5 + 1e-9)
        if self.unit == 1:
            return f"{self.before}{whole:,}{self.after}"
        digits = len(str(self.unit)) - 1
        return f"{self.before}{whole // self.unit:,}.{whole % self.unit:0{digits}}{self.after}"


def _three_figures(minor: int, divisor: int) -> str:
    """Three figures without trailing zeros: 1.28, 12.8, 128."""
    hundredths = (200 * minor + divisor) // (2 * divisor)
    if hundredths < 1000:
        whole, part = divmod(hundredths, 100)
        if not part:
            return str(whole)
        return f"{whole}.{part:02}" if part % 10 else f"{whole}.{part // 10}"
    tenths = (20 * minor + divisor) // (2 * divisor)
    if tenths < 1000:
        whole, part = divmod(tenths, 10)
        return f"{whole}.{part}" if part else str(whole)
    return f"{(2 * minor + divisor) // (2 * divisor):,}"


@dataclass(frozen=True)
class Factor:
    """A column of the formula: the field of a row, how its value is written, and the money that it explains."""

    code: str
    field: str
    write: Callable[[Any], str]
    effect: str


def factors(figures: Figures, codes: Sequence[str]) -> list[Factor]:
    """The columns of these factors, in order."""
    count = "{:,}".format
    known = [
        Factor("visitors", "visitors", count, "driver_visitors"),
        Factor("conversion", "conversion", figures.percent, "driver_conversion"),
        Factor("buyers", "buyers", count, "driver_buyers"),
        Factor("orders", "orders", count, "driver_orders"),
        Factor("basket", "basket", figures.basket, "driver_basket"),
        Factor("repeat", "repeat", figures.ratio, "repeat_effect"),
        Factor("other", "", count, "other_effect"),
    ]
    return [factor for factor in known if factor.code in codes]


class _Words(NamedTuple):
    """What rows say in a language, as markup."""

    no_comparison: str
    not_recorded: str
    to: str
    places: Places


@once_per_language
def _words() -> _Words:
    nothing, unknown, to = gettext("Nothing to compare with"), gettext("Not recorded"), gettext("to")
    return _Words(f"{_CELL}{_missing(nothing)}</td>", _missing(unknown), f" {escape(to)} ", Places())


class RowWriter:
    """Writes rows for one reader: with which columns, in which language."""

    def __init__(
        self, *, codes: Sequence[str], formats: dict[int, str], query: str, with_trend: bool
    ) -> None:
        """`codes`: the factors shown. `formats`: names by key. `query`: what a branch's link carries on."""
        self.figures = Figures()
        self.short = self.figures.short
        self.formats = {pk: escape(name) for pk, name in formats.items()}
        self.before_code, self.after_code = around_branch()
        self.after_code += escape(query)
        self.is_chinese = self.figures.is_chinese
        said = _words()
        self.no_comparison, self.not_recorded, self.to = said.no_comparison, said.not_recorded, said.to
        self.no_money = f"{_FLAT}{self.figures.money(0)}</span>"
        self.places = said.places
        self.worths: dict[str, tuple[str, str]] = {}
        self.cells: list[Callable[[LeagueRow], str]] = [
            self._name,
            self._revenue,
            self._change,
            *(self._factor(factor) for factor in factors(self.figures, codes)),
            *([_trend] if with_trend else []),
            self._place,
            _days,
        ]

    def body(self, rows: Iterable[LeagueRow]) -> SafeString:
        """The rows of <tbody>."""
        return SafeString("\n".join(map(self.row, rows)))

    def row(self, row: LeagueRow) -> str:
        """One <tr>: name · revenue · change · factors · trend · place among peers · days."""
        begin = '<tr class="is-watched">' if row.is_surely_below else "<tr>"
        return begin + "".join([cell(row) for cell in self.cells]) + "</tr>"

    def _name(self, row: LeagueRow) -> str:
        name = (row.name_zh or row.name_en) if self.is_chinese else (row.name_en or row.name_zh)
        code = escape(row.code)
        url = f"{self.before_code}{quote(row.code, safe='')}{self.after_code}"
        return _NAME % (url, escape(name) or code, code, self.formats.get(row.format_id or 0, ""))

    def _revenue(self, row: LeagueRow) -> str:
        revenue = row.revenue
        if revenue is None:
            return f"{_CELL}{self.not_recorded}</td>"
        if revenue < 0:
            return f'<td class="num" title="{numbers.money(revenue)}">{self.figures.money(revenue)}</td>'
        return f'<td class="num" title="{self.figures.basket(revenue)}">{self.short(revenue)}</td>'

    def _change(self, row: LeagueRow) -> str:
        """The change in money, below it in per cent, below that its interval."""
        change, growth, low, high = row.change, row.growth, row.low, row.high
        if change is None:
            return self.no_comparison
        percent = self.figures.change
        text = _CELL + self._delta(change)
        if growth is not None:
            text += f"{_UNDER}{percent(growth)}</span>"
        if low is not None and high is not None:
            text += f"{_UNDER}{percent(low)}{self.to}{percent(high)}</span>"
        return f"{text}</td>"

    def _delta(self, minor: int) -> str:
        if minor > 0:
            return f"{_UP}{self.short(minor)}</span>"
        return f"{_DOWN}{self.short(-minor)}</span>" if minor else self.no_money

    def _factor(self, factor: Factor) -> Callable[[LeagueRow], str]:
        """What writes a factor's value, and below it the money that it explains."""
        effect_of = attrgetter(factor.effect)
        if not factor.field:
            return lambda row: self._other(effect_of(row))
        value_of, write, short = attrgetter(factor.field), factor.write, self.short
        nothing, unmoved = f"{_CELL}{self.not_recorded}", f"{_UNDER}{self.no_money}{_END}"

        def cell(row: LeagueRow) -> str:
            value, effect = value_of(row), effect_of(row)
            text = nothing if value is None else _CELL + write(value)
            if not effect:
                return f"{text}</td>" if effect is None or value is None else text + unmoved
            if effect > 0:
                return f"{text}{_UNDER_UP}{short(effect)}</span>{_END}"
            return f"{text}{_UNDER_DOWN}{short(-effect)}</span>{_END}"

        return cell

    def _other(self, effect: int | None) -> str:
        """Money that no factor explains; almost always nothing, and then it should not catch the eye."""
        if not effect:
            return f'<td class="num league-nothing">{numbers.DASH if effect is None else "0"}</td>'
        return f"{_CELL}{self._delta(effect)}</td>"

    def _place(self, row: LeagueRow) -> str:
        place, short, words = self.places.of(row.rank_best, row.rank_worst, row.rank_of)
        if not place:
            return f"{_CELL}{_missing(words)}</td>"
        if words not in self.worths:
            self.worths[words] = (
                f'<td class="num" title="{escape(words)}">',
                f"{_UNDER}{escape(short)}{_END}",
            )
        before, after = self.worths[words]
        return f"{before}{escape(place)}{after}"


def _trend(row: LeagueRow) -> str:
    """The last weeks as a line 80 × 22; a gap in the data is a gap in the line."""
    values = row.trend or []
    seen = [value for value in values if value is not None]
    if len(seen) < 2:
        return _NO_SPARK
    low = min(seen)
    scale = 16 / (max(seen) - low or 1)
    heights = [19 - (value - low) * scale for value in seen]
    path, end = _line(tuple([value is not None for value in values]))
    return _SPARK % (path % tuple(heights), end, heights[-1])


@lru_cache(maxsize=256)
def _line(known: tuple[bool, ...]) -> tuple[str, float]:
    """(the path of a line over weeks, of which some are known, as a format that takes their heights; where it ends)."""
    step, pen, end, parts = 74 / (len(known) - 1), "M", 3.0, []
    for index, is_known in enumerate(known):
        if is_known:
            end = 3 + index * step
            parts.append(f"{pen}{end:.1f} %.1f")
        pen = "L" if is_known else "M"
    return "".join(parts), end


def _days(row: LeagueRow) -> str:
    css = " is-short" if row.days < row.days_due else ""
    return f'<td class="num league-days{css}">{row.days}/{row.days_due}</td>'


def _missing(reason: str) -> str:
    """A dash with its reason on hover and for screen readers."""
    return _MISSING.format(escape(reason))
