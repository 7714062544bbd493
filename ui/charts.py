"""Pure builders of ECharts options: numbers and translated labels in, a JSON-ready dict out.

Three conventions are resolved by static/ui/charts.js, so that one option serves light and dark, both
languages and every width:

- a colour "@name" stands for the CSS custom property --chart-name (up, down, accent, muted, text, …);
- "_format" on the option, an axis or a series names how its values are written: money (minor units),
  count, percent (0–1), ratio; axes are shortened the reader's way;
- "_render" on a custom series names one of the renderer's shapes (waterfall, interval);
- "_colours" on a series holds the colour of each of its items, in their order.

None is "not known": a gap, never a zero.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ui import numbers

Option = dict[str, Any]
_PLAIN = frozenset({str, int, bool, type(None)})
Value = int | float | None


def plain(value: Any) -> Any:
    """The same structure with what JSON can carry: exact numbers as floats, NaN and infinity as None."""
    kind = type(value)
    if kind in _PLAIN or (kind is float and math.isfinite(value)):
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    number = numbers.known(value)
    return None if number is None else float(number)


def as_json(option: Any) -> str:
    """The option as JSON; what JSON cannot carry is made `plain` first, which costs more than the writing."""
    try:
        return _ENCODER.encode(option)
    except (TypeError, ValueError):
        return _ENCODER.encode(plain(option))


_ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":"))
SERIES_COLOURS = ("@accent", "@second", "@third", "@fourth", "@muted")


@dataclass(frozen=True)
class Table:
    """The numbers of a chart as text: headers, and rows whose first cell names the row."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Line:
    """One line of a line chart. colour: a "@name"; dashed: a comparison or an estimate."""

    name: str
    values: Sequence[Value]
    colour: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Drawing:
    """A sparkline: the path's data and the place of the last known value, in pixels."""

    path: str = ""
    end: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Extras:
    """What surrounds a line chart: a named target, shaded ranges of labels (weekends, holidays), and
    annotations pinned to a label."""

    target: tuple[str, float] | None = None
    shaded: Sequence[tuple[str, str]] = ()
    notes: Sequence[tuple[str, str]] = field(default_factory=tuple)


def line_option(
    labels: Sequence[str],
    lines: Sequence[Line],
    *,
    number_format: str = "count",
    from_zero: bool = False,
    extras: Extras = Extras(),
) -> Option:
    """Lines over time, each named at its end. At most five."""
    drawn = [_line_series(line, SERIES_COLOURS[index]) for index, line in enumerate(lines[:5])]
    if drawn:
        drawn[0].update(_marks(extras))
    return {
        "_format": number_format,
        "_labelled": len(lines) > 1,
        "xAxis": {"type": "category", "data": list(labels), "boundaryGap": False},
        "yAxis": {"type": "value", "scale": not from_zero},
        "tooltip": {"trigger": "axis"},
        "series": drawn,
    }


def _line_series(line: Line, colour: str) -> Option:
    """One line with its direct label."""
    colour = line.colour or colour
    return {
        "type": "line",
        "name": line.name,
        "data": list(line.values),
        "color": colour,
        "connectNulls": False,
        "showSymbol": len(line.values) <= 1,
        "lineStyle": {"width": 1.5 if line.dashed else 2.25, "type": "dashed" if line.dashed else "solid"},
    }


def _marks(extras: Extras) -> Option:
    """Target line, shaded ranges and notes of the first line."""
    marks: Option = {}
    if extras.target:
        name, value = extras.target
        marks["markLine"] = _target_line(name, value, axis="yAxis")
    if extras.shaded:
        marks["markArea"] = {
            "silent": True,
            "itemStyle": {"color": "@shade"},
            "data": [[{"xAxis": first}, {"xAxis": last}] for first, last in extras.shaded],
        }
    if extras.notes:
        marks["markPoint"] = {
            "symbol": "pin",
            "symbolSize": 18,
            "itemStyle": {"color": "@text"},
            "label": {"position": "top", "color": "@text", "formatter": "{b}"},
            "data": [{"name": text, "coord": [label, "max"], "xAxis": label} for label, text in extras.notes],
        }
    return marks


def _target_line(name: str, value: float, *, axis: str) -> Option:
    """A named line at a value."""
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "@text", "type": "dashed", "width": 1},
        "label": {
            "formatter": name,
            "color": "@text",
            # The rows run downwards, so the start of an upright line is its upper end.
            "position": "insideEndTop" if axis == "yAxis" else "start",
        },
        "data": [{axis: value}],
    }


def bar_option(
    labels: Sequence[str],
    values: Sequence[Value],
    *,
    name: str = "",
    number_format: str = "count",
    horizontal: bool = True,
    signed: bool = False,
    colour: str = "@accent",
) -> Option:
    """Bars from zero with their values written at the end. signed: blue up, orange down."""
    category: Option = {"type": "category", "data": list(labels)}
    value_axis: Option = {"type": "value"}
    data = [_bar(value, signed, colour, horizontal) for value in values]
    if horizontal:
        category["inverse"] = True
    return {
        "_format": number_format,
        "_signed": signed,
        "xAxis": value_axis if horizontal else category,
        "yAxis": category if horizontal else value_axis,
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "series": [{"type": "bar", "name": name, "data": data, "barMaxWidth": 22, "_labels": True}],
    }


def _bar(value: Value, signed: bool, colour: str, horizontal: bool) -> Option:
    """One bar; its label stands on the side the bar points to."""
    negative = value is not None and value < 0
    position = ("left" if negative else "right") if horizontal else "bottom" if negative else "top"
    return {
        "value": value,
        "itemStyle": {"color": ("@down" if negative else "@up") if signed else colour},
        "label": {"position": position},
    }


def waterfall_option(
    labels: Sequence[str],
    values: Sequence[int | float],
    *,
    total_label: str,
    start: tuple[str, int | float] | None = None,
    number_format: str = "money",
    exact: bool = False,
) -> Option:
    """A change explained, from top to bottom: each contribution starts where the last one ended.

    Without start the steps begin at zero and the last bar is the whole change. With start=(label,
    value) they begin at that value and the last bar is what it became. exact: money is written in whole
    units of the currency instead of shortened, so that the reader's own sum of the labels comes out.
    """
    rows, names = [], []
    level: int | float = 0
    if start:
        names.append(start[0])
        rows.append(_step(0, 0, start[1], "@total", start[1], total=True))
        level = start[1]
    for label, value in zip(labels, values, strict=True):
        names.append(label)
        rows.append(_step(len(rows), level, level + value, "@up" if value >= 0 else "@down", value))
        level += value
    names.append(total_label)
    rows.append(_step(len(rows), 0, level, "@total", level, total=start is not None))
    return {
        "_format": number_format,
        "_signed": True,
        "_exact": exact,
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": names, "inverse": True},
        "tooltip": {"trigger": "item"},
        "series": [
            {"type": "custom", "_render": "waterfall", "encode": {"x": [1, 2], "y": 0}, "data": rows},
        ],
    }


def _step(
    index: int, begin: int | float, end: int | float, colour: str, shown: int | float, *, total: bool = False
) -> Option:
    """One bar: [row, from, to, value to write, whether it is written without a sign]."""
    return {"value": [index, begin, end, shown, int(total)], "itemStyle": {"color": colour}}


class Dot(NamedTuple):
    """A value with its interval; low and high are None where no interval is known.

    marked: the row the reader looks for. colour: a "@name".
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    marked: bool = False
    colour: str = ""


def dot_plot_option(
    dots: Sequence[Dot], *, number_format: str = "percent", reference: tuple[str, float] | None = None
) -> Option:
    """Many things compared: a dot for each value, a thin line for its interval, sorted by the caller."""
    scatter: Option = {
        "type": "scatter",
        "z": 3,
        "symbolSize": 9,
        "_colours": [dot.colour or ("@accent" if dot.marked else "@total") for dot in dots],
        # One for each row, in order: two rows may have the same name.
        "data": [{"value": dot.value, "symbolSize": 13} if dot.marked else dot.value for dot in dots],
    }
    if reference:
        scatter["markLine"] = _target_line(*reference, axis="xAxis")
    intervals = [
        [row, d.low, d.high] for row, d in enumerate(dots) if d.low is not None and d.high is not None
    ]
    return {
        "_format": number_format,
        "xAxis": {"type": "value", "scale": True},
        "yAxis": {"type": "category", "data": [d.label for d in dots], "inverse": True},
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "custom",
                "_render": "interval",
                "silent": True,
                "encode": {"x": [1, 2], "y": 0},
                "itemStyle": {"color": "@muted"},
                "data": intervals,
            },
            scatter,
        ],
    }


def calendar_option(
    days: Sequence[tuple[date, Value]],
    *,
    first: date,
    last: date,
    name: str = "",
    number_format: str = "money",
) -> Option:
    """Days as a calendar heat map from first to last, both included; an unknown day stays empty."""
    values = [value for _, value in days if value is not None]
    return {
        "_format": number_format,
        "tooltip": {"trigger": "item"},
        "visualMap": {
            "min": min(values, default=0),
            "max": max(values, default=1),
            "calculable": False,
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "itemHeight": 90,
            "itemWidth": 10,
            "inRange": {"color": ["@scale0", "@scale1", "@scale2", "@scale3"]},
        },
        "calendar": {"range": [first.isoformat(), last.isoformat()], "_long": (last - first).days > 100},
        "series": [
            {
                "type": "heatmap",
                "name": name,
                "coordinateSystem": "calendar",
                "data": [[day.isoformat(), value] for day, value in days if value is not None],
            }
        ],
    }


def bullet_option(
    labels: Sequence[str],
    values: Sequence[Value],
    targets: Sequence[Value],
    *,
    value_name: str,
    target_name: str,
    number_format: str = "percent",
) -> Option:
    """Progress to a target: a bar for what is reached, a stroke for what is aimed at."""
    marks = [[target, label] for label, target in zip(labels, targets, strict=True)]
    return {
        "_format": number_format,
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": list(labels), "inverse": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "series": [
            {
                "type": "bar",
                "name": value_name,
                "data": list(values),
                "color": "@accent",
                "barMaxWidth": 14,
                "_labels": True,
            },
            {
                "type": "scatter",
                "name": target_name,
                "symbol": "rect",
                "symbolSize": [3, 22],
                "color": "@text",
                "data": marks,
            },
        ],
    }


def sparkline(values: Sequence[Value], *, width: int, height: int) -> Drawing:
    """A series as an SVG path in a box; a gap in the data is a gap in the line."""
    seen = [value for value in values if value is not None]
    if len(seen) < 2:
        return Drawing()
    low, spread = min(seen), (max(seen) - min(seen)) or 1
    step = (width - 6) / (len(values) - 1)
    parts, end, pen_down = [], (0.0, 0.0), False
    for index, value in enumerate(values):
        if value is not None:
            end = (round(3 + index * step, 1), round(height - 3 - (height - 6) * (value - low) / spread, 1))
            parts.append(f"{'L' if pen_down else 'M'}{end[0]} {end[1]}")
        pen_down = value is not None
    return Drawing("".join(parts), end)
