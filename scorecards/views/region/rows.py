"""The rows of the league table as HTML, written by Python.

A table of fifty rows holds a thousand numbers. Template tags would cost more than everything else on the page, so cells
are constant markup around numbers written by `Figures`, which gives exactly what `ui.numbers` gives (a test compares
the two) without asking for language and currency each time. Whatever people typed or translators wrote is escaped
before it meets markup: names cell by cell, words once per table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from scorecards.league_sentences import Places
from scorecards.queries.league import LeagueRow
from ui import numbers

_UP = '<span class="delta up"><span class="delta-arrow" aria-hidden="true">▲</span>+'
_DOWN = f'<span class="delta down"><span class="delta-arrow" aria-hidden="true">▼</span>{numbers.MINUS}'
_FLAT = '<span class="delta flat"><span class="delta-arrow" aria-hidden="true">■</span>'
_MISSING = (
    '<span class="missing" title="{0}"><span aria-hidden="true">–</span>'
    '<span class="visually-hidden">{0}</span></span>'
)
_NAME = '<th scope="row"><a class="league-name" href="{}">{}</a><span class="league-code">{} · {}</span></th>'
_SPARK = (
    '<td class="league-trend"><svg class="sparkline" width="80" height="22" viewBox="0 0 80 22" aria-hidden="true">'
    '<path d="{}"></path><circle cx="{}" cy="{:.1f}" r="2"></circle></svg></td>'
)
_NO_SPARK = '<td class="league-trend"></td>'
_CELL, _UNDER, _END = '<td class="num">', '<span class="league-under">', "</span></td>"


class Figures:
    """Numbers as text, as `ui.numbers` writes them, for one language and currency."""

    def __init__(self) -> None:
        cash = numbers.currency()
        self.is_chinese = numbers.is_chinese()
        self.unit = 10**cash.exponent
        self.before, self.after = ("", cash.unit_zh) if self.is_chinese else (cash.sign, "")
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
        if minor < 100 * self.unit or minor >= 999_500_000 * self.unit:
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
    for digits, times in ((2, 100), (1, 10)):
        scaled = (2 * minor * times + divisor) // (2 * divisor)
        if scaled < 1000:
            text = f"{scaled // times}.{scaled % times:0{digits}}"
            return text.rstrip("0").rstrip(".")
    return f"{(2 * minor + divisor) // (2 * divisor):,}"


@dataclass(frozen=True)
class Factor:
    """A column of the formula: how the value of a row is read and written, and the money that it explains."""

    code: str
    value: Callable[[LeagueRow], str]
    effect: Callable[[LeagueRow], int | None]


def factors(figures: Figures, codes: Sequence[str]) -> list[Factor]:
    """The columns of these factors, in order."""

    def count(name: str) -> Callable[[LeagueRow], str]:
        return lambda row: numbers.DASH if (n := getattr(row, name)) is None else f"{n:,}"

    known = [
        Factor("visitors", count("visitors"), lambda row: row.driver_visitors),
        Factor("conversion", lambda row: figures.percent(row.conversion), lambda row: row.driver_conversion),
        Factor("buyers", count("buyers"), lambda row: row.driver_buyers),
        Factor("orders", count("orders"), lambda row: row.driver_orders),
        Factor("basket", lambda row: figures.basket(row.basket), lambda row: row.driver_basket),
        Factor("repeat", lambda row: figures.ratio(row.repeat), lambda row: row.repeat_effect),
        Factor("other", lambda row: numbers.DASH, lambda row: row.other_effect),
    ]
    return [factor for factor in known if factor.code in codes]


class RowWriter:
    """Writes rows for one reader: with which columns, in which language."""

    def __init__(
        self, *, codes: Sequence[str], formats: dict[int, str], query: str, with_trend: bool
    ) -> None:
        """`codes`: the factors shown. `formats`: names by key. `query`: what a branch's link carries on."""
        self.figures = Figures()
        self.factors = factors(self.figures, codes)
        self.formats = {pk: escape(name) for pk, name in formats.items()}
        self.before_code, self.after_code = reverse("scorecards:branch", args=["_"]).split("_")
        self.after_code += escape(query)
        self.is_chinese = numbers.is_chinese()
        self.no_comparison = _CELL + _missing(gettext("Nothing to compare with")) + "</td>"
        self.not_recorded = _missing(gettext("Not recorded"))
        self.no_money = f"{_FLAT}{self.figures.money(0)}</span>"
        self.to = f" {escape(gettext('to'))} "
        self.places = Places()
        self.cells: list[Callable[[LeagueRow], str]] = [
            self._name,
            self._revenue,
            self._change,
            *(self._factor(factor) for factor in self.factors),
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
        return _NAME.format(url, escape(name) or code, code, self.formats.get(row.format_id or 0, ""))

    def _revenue(self, row: LeagueRow) -> str:
        if row.revenue is None:
            return f"{_CELL}{self.not_recorded}</td>"
        full = self.figures.basket(row.revenue) if row.revenue >= 0 else numbers.money(row.revenue)
        return f'<td class="num" title="{full}">{self.figures.money(row.revenue)}</td>'

    def _change(self, row: LeagueRow) -> str:
        """The change in money, below it in per cent, below that its interval."""
        if row.change is None:
            return self.no_comparison
        percent = self.figures.change
        text = _CELL + self._delta(row.change)
        if row.growth is not None:
            text += f"{_UNDER}{percent(row.growth)}</span>"
        if row.low is not None and row.high is not None:
            text += f"{_UNDER}{percent(row.low)}{self.to}{percent(row.high)}</span>"
        return f"{text}</td>"

    def _delta(self, minor: int) -> str:
        if not minor:
            return self.no_money
        return f"{_UP if minor > 0 else _DOWN}{self.figures.short(abs(minor))}</span>"

    def _factor(self, factor: Factor) -> Callable[[LeagueRow], str]:
        """What writes a factor's value, and below it the money that it explains."""
        if factor.code == "other":
            return lambda row: self._other(factor.effect(row))
        value_of, effect_of, delta = factor.value, factor.effect, self._delta
        nothing = f"{_CELL}{self.not_recorded}"

        def cell(row: LeagueRow) -> str:
            value, effect = value_of(row), effect_of(row)
            text = nothing if value is numbers.DASH else _CELL + value
            if effect is None or not (effect or value is not numbers.DASH):
                return f"{text}</td>"
            return f"{text}{_UNDER}{delta(effect)}{_END}"

        return cell

    def _other(self, effect: int | None) -> str:
        """Money that no factor explains; almost always nothing, and then it should not catch the eye."""
        if not effect:
            return f'<td class="num league-nothing">{numbers.DASH if effect is None else "0"}</td>'
        return f"{_CELL}{self._delta(effect)}</td>"

    def _place(self, row: LeagueRow) -> str:
        place, short, words = self.places.of(row.rank_best, row.rank_worst, row.rank_of)
        if not row.rank_of:
            return f"{_CELL}{_missing(words)}</td>"
        return f'<td class="num" title="{escape(words)}">{escape(place)}{_UNDER}{escape(short)}{_END}'


def _trend(row: LeagueRow) -> str:
    """The last weeks as a line 80 × 22; a gap in the data is a gap in the line."""
    values = row.trend or []
    seen = [value for value in values if value is not None]
    if len(seen) < 2:
        return _NO_SPARK
    low, high = min(seen), max(seen)
    scale, step, pen = 16 / (high - low or 1), 74 / (len(values) - 1), "M"
    x = y = 0.0
    parts = []
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x, y = 3 + index * step, 19 - (value - low) * scale
        parts.append("%s%.1f %.1f" % (pen, x, y))  # noqa: UP031  half the time of an f-string
        pen = "L"
    return _SPARK.format("".join(parts), round(x, 1), y)


def _days(row: LeagueRow) -> str:
    css = " is-short" if row.days < row.days_due else ""
    return f'<td class="num league-days{css}">{row.days}/{row.days_due}</td>'


def _missing(reason: str) -> str:
    """A dash with its reason on hover and for screen readers."""
    return _MISSING.format(escape(reason))
