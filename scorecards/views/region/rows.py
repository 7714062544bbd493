"""The rows of the league table as HTML, written by Python.

A table of fifty rows holds a thousand numbers. Template tags would cost more than everything else on the page, so cells
are constant markup around numbers written by `Figures`, which gives exactly what `ui.numbers` gives (a test compares
the two) without asking for language and currency each time. Whatever people typed or translators wrote is escaped
before it meets markup: names cell by cell, words once per table.

Every character of a cell is sent fifty times and copied at every level of the templates, so the cells carry little
markup: what they look like, arrows included, is said once in region.css.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from scorecards.league_sentences import Places
from scorecards.queries.league import LeagueRow
from scorecards.views.region.addresses import around_branch
from ui import numbers
from ui.languages import kept_for_language, once_per_language
from ui.scales import scale_of

_MISSING = (
    '<span class="missing" title="{0}"><span aria-hidden="true">–</span>'
    '<span class="visually-hidden">{0}</span></span>'
)
_NAME = '%s<th scope="row"><a class="league-name" href="%s%s%s">%s</a><small class="league-code">%s · %s</small>%s</th>'

# Shares below 100 % and ratios below 10 in steps as they are written: what nearly every cell of a factor needs.
_TENTHS = [f"{n // 10}.{n % 10}%" for n in range(1000)]
_HUNDREDTHS = [f"{n // 100}.{n % 100:02}" for n in range(1000)]


class Figures:
    """Numbers as text, as `ui.numbers` writes them, for one language and currency."""

    def __init__(self, cash: numbers.Currency) -> None:
        self.is_chinese = numbers.is_chinese()
        self.unit = 10**cash.exponent
        self.decimals = [f".{n:0{cash.exponent}}" for n in range(self.unit)]
        self.before, self.after = ("", cash.unit_zh) if self.is_chinese else (cash.sign, "")

    def change(self, share: float) -> str:
        """`ui.numbers.change` with one decimal."""
        tenths = int(abs(share) * 1000 + _HALF)
        text = _TENTHS[tenths] if tenths < 1000 else f"{tenths // 10:,}.{tenths % 10}%"
        return (("+" if share > 0 else numbers.MINUS) + text) if tenths else text

    def percent(self, share: float | None) -> str:
        """`ui.numbers.percent` with one decimal, of a share that is not negative."""
        if share is None:
            return numbers.DASH
        tenths = int(share * 1000 + _HALF)
        return _TENTHS[tenths] if tenths < 1000 else f"{tenths // 10:,}.{tenths % 10}%"

    def ratio(self, value: float | None) -> str:
        """`ui.numbers.ratio` with two decimals, of a value that is not negative."""
        if value is None:
            return numbers.DASH
        hundredths = int(value * 100 + _HALF)
        if hundredths < 1000:
            return _HUNDREDTHS[hundredths]
        return f"{hundredths // 100:,}.{hundredths % 100:02}"

    def basket(self, minor: float | None) -> str:
        """Money of an average order, in full minor units."""
        if minor is None:
            return numbers.DASH
        whole = int(minor + _HALF)
        if self.unit == 1:
            return f"{self.before}{whole:,}{self.after}"
        major, rest = divmod(whole, self.unit)
        return f"{self.before}{major:,}{self.decimals[rest]}{self.after}"


@kept_for_language(4)
def figures_in(cash: numbers.Currency) -> Figures:
    """The figures in a currency and the reader's language."""
    return Figures(cash)


_HALF = 0.5 + 1e-9


class Factor(NamedTuple):
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
    not_in: str
    not_trading: str
    idle: str
    to: str
    places: Places


@once_per_language
def _words() -> _Words:
    nothing, unknown, to = gettext("Nothing to compare with"), gettext("Not recorded"), gettext("to")
    not_in, idle = _missing(gettext("No figures yet")), gettext("did not trade")
    return _Words(
        no_comparison=f"<td>{_missing(nothing)}</td>",
        not_recorded=_missing(unknown),
        not_in=not_in,
        not_trading=_missing(gettext("Did not trade")),
        idle=f"<small>{escape(idle)}</small>",
        to=f" {escape(to)} ",
        places=Places(escape),
    )


class RowWriter:
    """Writes rows for one reader: with which columns, in which language."""

    def __init__(
        self, *, codes: Sequence[str], formats: dict[int, str], query: str, with_trend: bool
    ) -> None:
        """`codes`: the factors shown. `formats`: names by key. `query`: what a branch's link carries on."""
        self.figures = figures_in(numbers.currency())
        self.formats = {pk: escape(name) for pk, name in formats.items()}
        self.before_code, self.after_code = around_branch()
        self.after_code += escape(query)
        self.is_chinese = self.figures.is_chinese
        self.said = said = _words()
        self.no_comparison, self.to = said.no_comparison, said.to
        self.no_money = numbers.money_short(0)
        self.places = said.places
        self.factors, self.with_trend = factors(self.figures, codes), with_trend
        self.revenue = self.moved = scale_of(())

    def body(self, rows: Sequence[LeagueRow]) -> SafeString:
        """The rows of <tbody>: name · revenue · change · factors · trend · place among peers · days.

        Written column by column, for what a column needs is then looked up once. Revenue has a scale of its own; what
        moved it has one, whichever factor it was, so that a row can be compared across.
        """
        self.revenue = scale_of([row.revenue for row in rows])
        effects = [list(map(attrgetter(factor.effect), rows)) for factor in self.factors]
        self.moved = scale_of(chain([row.change for row in rows], *effects))
        columns: list[Iterable[str]] = [
            map(self._name, rows),
            map(self._revenue, rows),
            map(self._change, rows),
            *(self._factor(factor, rows, found) for factor, found in zip(self.factors, effects, strict=True)),
            *([map(_trend, rows)] if self.with_trend else []),
            map(self._place, rows),
            map(_days, rows),
        ]
        return SafeString("".join(chain.from_iterable(zip(*columns, strict=True))))

    def _name(self, row: LeagueRow) -> str:
        """What a row begins with."""
        begin = '<tr class="is-watched">' if row.is_surely_below else "<tr>"
        name = (row.name_zh or row.name_en) if self.is_chinese else (row.name_en or row.name_zh)
        code = place = row.code
        if not (place.isascii() and place.isalnum()):
            code, place = escape(place), quote(place, safe="")
        kind = self.formats.get(row.format_id or 0, "")
        idle = "" if row.days_due or row.days else self.said.idle
        return _NAME % (
            begin,
            self.before_code,
            place,
            self.after_code,
            escape(name) or code,
            code,
            kind,
            idle,
        )

    def _unknown(self, row: LeagueRow) -> str:
        """A cell's beginning where the row has no value, with the reason."""
        said = self.said
        return f"<td>{said.not_recorded if row.days else said.not_in if row.days_due else said.not_trading}"

    def _revenue(self, row: LeagueRow) -> str:
        revenue = row.revenue
        if revenue is None:
            return f"{self._unknown(row)}</td>"
        if revenue < 0:
            return f'<td title="{numbers.money(revenue)}">{self.revenue.money(revenue)}</td>'
        return f'<td title="{self.figures.basket(revenue)}">{self.revenue.size(revenue)}</td>'

    def _change(self, row: LeagueRow) -> str:
        """The change in money, below it in per cent, below that its interval. From nothing to nothing is no change."""
        change, growth, low, high = row.change, row.growth, row.low, row.high
        if change is None or (not change and row.revenue is None and row.base_revenue is None):
            return self.no_comparison
        percent = self.figures.change
        text = f"<td>{self._delta(change)}"
        if growth is not None:
            text += f"<small>{percent(growth)}</small>"
        if low is not None and high is not None:
            text += f"<small>{percent(low)}{self.to}{percent(high)}</small>"
        return f"{text}</td>"

    def _delta(self, minor: int, tag: str = "span") -> str:
        """Money that moved, with its sign and, by its class, its colour and arrow."""
        if minor > 0:
            return f'<{tag} class="up">+{self.moved.size(minor)}</{tag}>'
        if minor < 0:
            return f'<{tag} class="down">{numbers.MINUS}{self.moved.size(-minor)}</{tag}>'
        return f'<{tag} class="flat">{self.no_money}</{tag}>'

    def _factor(
        self, factor: Factor, rows: Sequence[LeagueRow], effects: Sequence[int | None]
    ) -> Iterable[str]:
        """A factor's values, and below each the money that it explains: nothing of an opening."""
        if not factor.field:
            return map(self._other, effects)
        write, size = factor.write, self.moved.size
        unmoved, down = f"{self._delta(0, 'small')}</td>", f'<small class="down">{numbers.MINUS}'
        cells = []
        for row, value, effect in zip(rows, map(attrgetter(factor.field), rows), effects, strict=True):
            text = self._unknown(row) if value is None else f"<td>{write(value)}"
            if not effect:
                bare = effect is None or value is None or row.driver_openings
                cells.append(f"{text}</td>" if bare else text + unmoved)
            elif effect > 0:
                cells.append(f'{text}<small class="up">+{size(effect)}</small></td>')
            else:
                cells.append(f"{text}{down}{size(-effect)}</small></td>")
        return cells

    def _other(self, effect: int | None) -> str:
        """Money that no factor explains; almost always nothing, and then it should not catch the eye."""
        if not effect:
            return f'<td class="league-nothing">{numbers.DASH if effect is None else "0"}</td>'
        return f"<td>{self._delta(effect)}</td>"

    def _place(self, row: LeagueRow) -> str:
        place, short, words = self.places.of(row.rank_best, row.rank_worst, row.rank_of)
        if not place:
            return f"<td>{_already(words)}</td>"
        return f'<td title="{words}">{place}<small>{short}</small></td>'


def _trend(row: LeagueRow) -> str:
    """The last weeks as numbers, from which the browser draws a line (charts.js)."""
    return f'<td class="league-trend" data-trend="{escape(row.trend or "")}"></td>'


def _days(row: LeagueRow) -> str:
    """What a row ends with."""
    css = " is-short" if row.days < row.days_due else ""
    return f'<td class="league-days{css}">{row.days}/{row.days_due}</td></tr>'


def _missing(reason: str) -> str:
    """A dash with its reason on hover and for screen readers."""
    return _MISSING.format(escape(reason))


def _already(reason: str) -> str:
    """The same for a reason that is markup already."""
    return _MISSING.format(reason)
