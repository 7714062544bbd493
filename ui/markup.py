"""Markup that every page with charts needs, written by Python: a template of this size costs as much as a page.

Whatever comes from outside is escaped here; nothing else joins markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ui import charts
from ui.languages import once_per_language

_IN_SCRIPT = (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026"))


class _Words(NamedTuple):
    """The texts around a chart, escaped."""

    no_script: str
    no_data: str
    show: str
    excel: str


@once_per_language
def _words() -> _Words:
    texts = (
        gettext("The chart needs JavaScript. The numbers are in the table below."),
        gettext("Not enough data for a chart yet."),
        gettext("Show the numbers"),
        gettext("Excel"),
    )
    return _Words(*map(escape, texts))


def chart_figure(
    option: Mapping[str, Any] | None,
    name: str,
    title: object,
    *,
    height: str = "md",
    table: Any = None,
    note: object = "",
    excel: str = "",
    title_hidden: bool = False,
) -> SafeString:
    """A chart as <figure>; see the tag `chart`. `excel`: the finished link, markup."""
    own, words = escape(name), _words()
    css = "visually-hidden" if title_hidden else "chart-title"
    under = f'<span class="chart-note">{_text(note)}</span>' if note else ""
    caption = f'<figcaption id="{own}-title" class="{css}">{_text(title)}{under}</figcaption>'
    drawing = (
        _drawing(option, own, height, bool(table)) if option else f'<p class="chart-none">{words.no_data}</p>'
    )
    numbers = _numbers(own, title, table, excel) if table else ""
    return SafeString(
        f'<figure class="chart" aria-labelledby="{own}-title">{caption}{drawing}{numbers}</figure>'
    )


def _drawing(option: Mapping[str, Any], own: str, height: str, has_table: bool) -> str:
    """The place to draw in, and the option for the script that draws."""
    described = f' aria-describedby="{own}-numbers"' if has_table else ""
    return (
        f'<div id="{own}" class="chart-place chart-{escape(height)}" data-chart="{own}-option" role="img"'
        f' aria-labelledby="{own}-title"{described}></div>'
        f'<script id="{own}-option" type="application/json">{_in_script(charts.as_json(option))}</script>'
        f'<noscript><p class="chart-none">{_words().no_script}</p></noscript>'
    )


def _in_script(json: str) -> str:
    """JSON that no browser takes for markup."""
    for sign, code in _IN_SCRIPT:
        json = json.replace(sign, code)
    return json


def _numbers(own: str, title: object, table: Any, excel: str) -> str:
    """The same numbers as a table that opens."""
    first, *others = map(_text, table.headers)
    heads = f'<th scope="col">{first}</th>' + "".join(
        f'<th scope="col" class="num">{one}</th>' for one in others
    )
    rows = "".join(map(_row, table.rows))
    return (
        f'<details class="chart-table" id="{own}-numbers"><summary>{_words().show}</summary>{excel}'
        f'<div class="table-responsive" tabindex="0" role="region" aria-labelledby="{own}-title">'
        f'<table class="table table-sm table-figures"><caption class="visually-hidden">{_text(title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _row(cells: Any) -> str:
    first, *others = map(_text, cells)
    numbers = "".join(f'<td class="num">{one}</td>' for one in others)
    return f'<tr><th scope="row">{first}</th>{numbers}</tr>'


def _text(value: object) -> str:
    return escape(str(value))


def excel_link(url: str, icon: str) -> str:
    """The link to the workbook of a chart's table. `icon`: its markup."""
    return f'<a class="chart-excel no-print" href="{escape(url)}">{icon}{_words().excel}</a>'
