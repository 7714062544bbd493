"""The head of the league table and the choices of its filters as HTML, written by Python like its rows.

A company has hundreds of regions to choose from, and every column leads to two orders; what people typed or translators
wrote is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scorecards import words
from scorecards.queries.league import LeaguePage

_LABELS: dict[str, str | Promise] = {
    **{c: words.FACTORS[c].label for c in ("visitors", "conversion", "buyers", "orders", "basket", "repeat")},
    "other": _("Openings and other"),
}
_ARROWS = {"ascending": "▲", "descending": "▼", "": "↕"}
_LINK = '<a{} href="{}">{}<span class="sort-arrow" aria-hidden="true">{}</span></a>'


def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """<option>s of (name, code); the chosen code is selected. "" without choices."""
    return SafeString(
        "".join(
            f'<option value="{escape(code)}"{" selected" if code == chosen else ""}>{escape(name)}</option>'
            for name, code in choices
        )
    )


def head(
    query: QueryDict, codes: list[str], page: LeaguePage, table: Mapping[str, Any], with_trend: bool
) -> SafeString:
    """The cells of <thead>, in the order of `RowWriter.row`. `table`: the orders on offer."""
    writer = _HeadWriter(query, page.sort, table)
    effect, value_hint = (
        gettext("effect"),
        gettext("The value, and below it the money by which it moved revenue"),
    )
    cells = [
        writer.cell((("name", gettext("Branch")),), css=""),
        writer.cell((("revenue", gettext("Revenue")),)),
        writer.cell(
            (("change", gettext("Change")), ("growth", gettext("in %"))),
            hint=gettext("Last line: the 95% interval that day-to-day variation allows"),
        ),
        *(
            writer.cell(((code, str(_LABELS[code])), (f"{code}_effect", effect)), hint=value_hint)
            for code in codes
        ),
        *([writer.cell((("", gettext("13 weeks")),), css="")] if with_trend else []),
        writer.cell((("growth", gettext("Place among peers")),), hint=_place_hint()),
        writer.cell((("missing", gettext("Days")),), hint=gettext("Trading days with figures / due")),
    ]
    return SafeString("\n".join(cells))


def _place_hint() -> str:
    return gettext("By growth of revenue within the format; a range, because some differences are chance")


class _HeadWriter:
    """Writes heads of columns that lead to the orders on offer."""

    def __init__(self, query: QueryDict, current: str, table: Mapping[str, Any]) -> None:
        kept = query.copy()
        for name in ("sort", "after"):
            kept.pop(name, None)
        self.address = escape(f"?{kept.urlencode()}&" if kept else "?")
        self.current, self.table = current, table

    def cell(self, names: tuple[tuple[str, str], ...], *, css: str = "num", hint: str = "") -> str:
        """One <th>: its links, or its first label where the table is not sorted by it."""
        links = [(name, label, self._direction(name)) for name, label in names if name in self.table]
        inside = "".join(self._link(*link) for link in links) or escape(names[0][1])
        direction = next((direction for _, _, direction in links if direction), "")
        css = f"{css} sortable" if links else css
        sort = f' aria-sort="{direction}"' if direction else ""
        title = f' title="{escape(hint)}"' if hint else ""
        return f'<th scope="col" class="{css}"{sort}{title}>{inside}</th>'

    def _link(self, name: str, label: str, direction: str) -> str:
        target = f"-{name}" if self.current == name else name
        css = ' class="is-sorted"' if direction else ""
        return _LINK.format(css, f"{self.address}sort={target}", escape(label), _ARROWS[direction])

    def _direction(self, name: str) -> str:
        """How the table is sorted by this order now; "" if it is not."""
        if self.current.removeprefix("-") != name:
            return ""
        largest_first = self.table[name][1]
        return "descending" if largest_first != self.current.startswith("-") else "ascending"
