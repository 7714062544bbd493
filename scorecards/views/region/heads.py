"""The head of the league table and the choices of its filters as HTML, written by Python like its rows.

A company has hundreds of regions to choose from, and every column leads to two orders; what people typed or translators
wrote is escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scorecards import words
from scorecards.queries.directory import Named
from scorecards.queries.league import sorts
from scorecards.views.region.addresses import Address, region_url
from ui import numbers
from ui.languages import kept_for_language, once_per_language

_LABELS: dict[str, str | Promise] = {
    **{c: words.FACTORS[c].label for c in ("visitors", "conversion", "buyers", "orders", "basket", "repeat")},
    "other": _("Openings and other"),
}
_FEW = 12
_ARROWS = {"ascending": "▲", "descending": "▼", "": "↕"}
_LINK = '<a id="sort-{}"{} href="{}">{}<span class="sort-arrow" aria-hidden="true">{}</span></a>'


def options(choices: Sequence[tuple[str, str]], chosen: str) -> SafeString:
    """<option>s of (name, code); the chosen code is selected. "" without choices."""
    return SafeString(
        "".join(
            f'<option value="{escape(code)}"{" selected" if code == chosen else ""}>{escape(name)}</option>'
            for name, code in choices
        )
    )


@kept_for_language(64)
def areas_below(areas: tuple[Named, ...], query: str) -> SafeString:
    """Links to the pages of the regions directly below; "" where there are none, or so many that the map serves."""
    if not 0 < len(areas) <= _FEW:
        return SafeString("")
    first, second = ("name_zh", "name_en") if numbers.is_chinese() else ("name_en", "name_zh")
    links = "".join(
        f'<a href="{escape(region_url("region", area.code) + query)}">'
        f"{escape(getattr(area, first) or getattr(area, second) or area.code)}</a>"
        for area in areas
    )
    label = escape(gettext("Regions below"))
    return SafeString(
        f'<nav class="areas-below no-print" aria-label="{label}"><span>{label}</span>{links}</nav>'
    )


@kept_for_language(64)
def head(
    own: Address, codes: tuple[str, ...], sort: str, against: str, kind: str, with_trend: bool
) -> SafeString:
    """The cells of <thead>, in the order of `RowWriter.row`. `sort`: the order in force."""
    writer, said = _HeadWriter(own, sort, sorts(against, kind)), _words()
    cells = [
        writer.cell((("name", said["name"]),), css=""),
        writer.cell((("revenue", said["revenue"]),)),
        writer.cell((("change", said["change"]), ("growth", said["growth"])), hint=said["change_hint"]),
        *(
            writer.cell(((code, said[code]), (f"{code}_effect", said["effect"])), hint=said["value_hint"])
            for code in codes
        ),
        *([writer.cell((("", said["weeks"]),), css="")] if with_trend else []),
        writer.cell((("growth", said["place"]),), hint=said["place_hint"], own_id="place"),
        writer.cell((("missing", said["days"]),), hint=said["days_hint"]),
    ]
    return SafeString("\n".join(cells))


@once_per_language
def _words() -> dict[str, str]:
    """The texts of the head, escaped."""
    texts = {
        "name": gettext("Branch"),
        "revenue": gettext("Revenue"),
        "change": gettext("Change"),
        "growth": gettext("in %"),
        "change_hint": gettext(
            "Last line: the 95-percent interval that day-to-day variation allows, each day beside its like"
        ),
        "effect": gettext("effect"),
        "value_hint": gettext("The value, and below it the money by which it moved revenue"),
        "weeks": gettext("13 weeks"),
        "place": gettext("Place among peers"),
        "place_hint": gettext(
            "By growth of revenue within the format; a range, for chance or missing days may make some differences"
        ),
        "days": gettext("Days"),
        "days_hint": gettext("Trading days with figures / due"),
        **{code: str(label) for code, label in _LABELS.items()},
    }
    return {name: escape(text) for name, text in texts.items()}


class _HeadWriter:
    """Writes heads of columns that lead to the orders on offer."""

    def __init__(self, own: Address, current: str, table: Mapping[str, Any]) -> None:
        self.address = own.without("sort", "after")
        self.current, self.table = current, table

    def cell(
        self, names: tuple[tuple[str, str], ...], *, css: str = "num", hint: str = "", own_id: str = ""
    ) -> str:
        """One <th>: its links, or its first label where the table is not sorted by it. Labels and hint: markup.

        `own_id`: where another column has the link of that order. By their ids the keyboard finds links again after
        the table was replaced.
        """
        links = [(name, label, self._direction(name)) for name, label in names if name in self.table]
        inside = "".join(self._link(*link, own_id) for link in links) or names[0][1]
        direction = next((direction for _, _, direction in links if direction), "")
        css = f"{css} sortable" if links else css
        sort = f' aria-sort="{direction}"' if direction else ""
        title = f' title="{hint}"' if hint else ""
        return f'<th scope="col" class="{css}"{sort}{title}>{inside}</th>'

    def _link(self, name: str, label: str, direction: str, own_id: str) -> str:
        target = f"-{name}" if self.current == name else name
        css = ' class="is-sorted"' if direction else ""
        return _LINK.format(own_id or name, css, f"{self.address}sort={target}", label, _ARROWS[direction])

    def _direction(self, name: str) -> str:
        """How the table is sorted by this order now; "" if it is not."""
        if self.current.removeprefix("-") != name:
            return ""
        largest_first = self.table[name][1]
        return "descending" if largest_first != self.current.startswith("-") else "ascending"
