"""The rows of the league table as HTML, written by Python.

A table of fifty rows holds a thousand numbers. Template tags would cost more than everything else on the page, so cells
are constant markup around numbers written by `Figures`, which gives exactly what `ui.numbers` gives (a test compares
the two) without asking for language and currency each time. Whatever people typed passes `format_html`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from scorecards import league_sentences
from scorecards.queries.league import LeagueRow
from ui import charts, numbers

_ARROWS = {"+": ("up", "▲"), numbers.MINUS: ("down", "▼")}
_FLAT = ("flat", "■")
_MISSING = (
    '<span class="missing" title="{0}"><span aria-hidden="true">–</span>'
    '<span class="visually-hidden">{0}</span></span>'
)
_SPARK = (
    '<svg class="sparkline" width="80" height="22" viewBox="0 0 80 22" aria-hidden="true">'
    '<path d="{}"></path><circle cx="{}" cy="{}" r="2"></circle></svg>'
)


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
        return f"{numbers.MINUS if minor < 0 else ''}{self._short(abs(minor))}"

    def signed(self, minor: int) -> str:
        """`ui.numbers.signed_money_short`."""
        sign = "+" if minor > 0 else numbers.MINUS if minor < 0 else ""
        return f"{sign}{self._short(abs(minor))}"

    def _short(self, minor: int) -> str:
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
        self.formats = formats
        self.query = query
        self.with_trend = with_trend
        self.branch_url = reverse("scorecards:branch", args=["_"])
        self.is_chinese = numbers.is_chinese()
        self.no_comparison = _missing(gettext("Nothing to compare with"))
        self.not_recorded = _missing(gettext("Not recorded"))
        self.to = escape(gettext("to"))
        self.places: dict[tuple[int | None, int | None, int | None], str] = {}

    def body(self, rows: Iterable[LeagueRow]) -> SafeString:
        """The rows of <tbody>."""
        return format_html_join("\n", "{}", ((self.row(row),) for row in rows))

    def row(self, row: LeagueRow) -> SafeString:
        """One <tr>: name · revenue · change · factors · trend · place among peers · days.

        What people typed stands in the name's cell and passes `format_html`; all other cells are constant markup around
        numbers and words of our own, which need no escaping (`reason` and `words` are escaped once).
        """
        cells = [
            self._revenue(row),
            self._change(row),
            *(self._factor(factor, row) for factor in self.factors),
        ]
        if self.with_trend:
            cells.append(self._trend(row))
        cells += [self._place(row), self._days(row)]
        css = ' class="is-watched"' if row.is_surely_below else ""
        return format_html("<tr{}>{}{}</tr>", SafeString(css), self._name(row), SafeString("".join(cells)))

    def _name(self, row: LeagueRow) -> SafeString:
        name = (row.name_zh or row.name_en) if self.is_chinese else (row.name_en or row.name_zh)
        url = self.branch_url.replace("_", quote(row.code, safe=""), 1) + self.query
        return format_html(
            '<th scope="row"><a class="league-name" href="{}">{}</a><span class="league-code">{} · {}</span></th>',
            url, name or row.code, row.code, self.formats.get(row.format_id or 0, ""),
        )  # fmt: skip

    def _revenue(self, row: LeagueRow) -> str:
        if row.revenue is None:
            return _cell(self.not_recorded)
        full = self.figures.basket(row.revenue) if row.revenue >= 0 else numbers.money(row.revenue)
        return f'<td class="num" title="{full}">{self.figures.money(row.revenue)}</td>'

    def _change(self, row: LeagueRow) -> str:
        """The change in money, below it in per cent, below that its interval."""
        if row.change is None:
            return _cell(self.no_comparison)
        under = ""
        if row.growth is not None:
            under = _under(self.figures.change(row.growth))
        if row.low is not None and row.high is not None:
            under += _under(f"{self.figures.change(row.low)} {self.to} {self.figures.change(row.high)}")
        return _cell(self._delta(row.change) + under)

    def _delta(self, minor: int) -> str:
        text = self.figures.signed(minor)
        css, arrow = _ARROWS.get(text[0], _FLAT)
        return f'<span class="delta {css}"><span class="delta-arrow" aria-hidden="true">{arrow}</span>{text}</span>'

    def _factor(self, factor: Factor, row: LeagueRow) -> str:
        """A factor's value, and below it the money that it explains."""
        value, effect = factor.value(row), factor.effect(row)
        if factor.code == "other":
            return self._other(effect)
        is_known = value != numbers.DASH
        text = value if is_known else self.not_recorded
        if effect is None or not (effect or is_known):
            return _cell(text)
        return _cell(text + _under(self._delta(effect)))

    def _other(self, effect: int | None) -> str:
        """Money that no factor explains; almost always nothing, and then it should not catch the eye."""
        if not effect:
            return f'<td class="num league-nothing">{numbers.DASH if effect is None else "0"}</td>'
        return _cell(self._delta(effect))

    def _trend(self, row: LeagueRow) -> str:
        drawing = charts.sparkline(row.trend or [], width=80, height=22)
        if not drawing.path:
            return '<td class="league-trend"></td>'
        return f'<td class="league-trend">{_SPARK.format(drawing.path, *drawing.end)}</td>'

    def _place(self, row: LeagueRow) -> str:
        places = (row.rank_best, row.rank_worst, row.rank_of)
        if places not in self.places:
            self.places[places] = self._place_in_words(places)
        return self.places[places]

    def _place_in_words(self, places: tuple[int | None, int | None, int | None]) -> str:
        words = league_sentences.place_in_words(*places)
        if not places[2]:
            return _cell(_missing(words))
        short = escape(league_sentences.place_in_short(*places))
        text = escape(league_sentences.place(*places)) + _under(short)
        return f'<td class="num" title="{escape(words)}">{text}</td>'

    def _days(self, row: LeagueRow) -> str:
        css = " is-short" if row.days < row.days_due else ""
        return f'<td class="num league-days{css}">{row.days}/{row.days_due}</td>'


def _cell(markup: str) -> str:
    return f'<td class="num">{markup}</td>'


def _under(markup: str) -> str:
    return f'<span class="league-under">{markup}</span>'


def _missing(reason: str) -> str:
    """A dash with its reason on hover and for screen readers."""
    return str(format_html(_MISSING, reason))
