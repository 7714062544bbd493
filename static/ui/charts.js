/* The one renderer of charts. Options come from ui/charts.py as JSON beside each <div data-chart>;
   this file adds theme, language, number formats, sizes and life cycle. ECharts itself is fetched
   only when a page (or a swapped fragment) holds a chart. */
(() => {
  "use strict";

  const script = document.currentScript;
  const charts = new Map();
  const chinese = document.documentElement.lang.startsWith("zh");
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const { currencySign = "", currencyUnit = "", currencyDigits = "2", textUnknown = "–" } = document.body.dataset;
  const minor = 10 ** Number(currencyDigits);
  let printing = false;
  // The layout of the paper comes after "beforeprint": a chart would keep the width of the screen and be cut off.
  const PAPER_WIDTH = 640; // of A4 between its margins, less the padding of a card; CSS pixels
  const roomOf = (place) => (printing ? PAPER_WIDTH : place.clientWidth);
  let loading = null;

  /* Numbers, as in ui/numbers.py ------------------------------------------ */
  const UNITS = chinese ? [[1e12, "万亿"], [1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e3, "K"]];
  const FIRST_UNIT = chinese ? 1e4 : 1e5;

  const fixed = (value, digits) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  const trimmed = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits });

  function threeFigures(value) {
    return trimmed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
  }

  /* Beside others on one scale in the unit of the largest, `most`: ¥0, ¥50K, ¥100K. */
  function short(value, most = value) {
    if (!value || Math.round(most) < FIRST_UNIT) {
      return trimmed(value, value < 100 && value % 1 ? 2 : 0);
    }
    const read = Number(most.toPrecision(3));
    const [size, unit] = UNITS.find(([start]) => read >= start);
    return threeFigures(value / size) + unit;
  }

  const inMoney = (text) => (chinese ? text + currencyUnit : currencySign + text);

  const FORMATS = {
    money: {
      axis: (v, most = v) => inMoney(short(v / minor, most / minor)),
      whole: (v) => inMoney(fixed(v / minor, 0)),
      full: (v) => inMoney(fixed(v / minor, Number(currencyDigits))),
    },
    count: { axis: short, full: (v) => trimmed(v, 1) },
    ratio: { axis: (v) => trimmed(v, 2), full: (v) => fixed(v, 2) },
    percent: { axis: (v) => trimmed(v * 100, 1) + "%", full: (v) => fixed(v * 100, 1) + "%" },
    points: {
      axis: (v) => trimmed(v * 100, 1) + (chinese ? " 个百分点" : " pt"),
      full: (v) => fixed(v * 100, 1) + (chinese ? " 个百分点" : " pt"),
    },
  };

  function write(value, name, how, signed = false, most = undefined) {
    if (value === null || value === undefined || Number.isNaN(Number(value))) return textUnknown;
    const text = FORMATS[name || "count"][how](Math.abs(value), most);
    if (value < 0) return "\u2212" + text;
    return signed && value > 0 ? "+" + text : text;
  }

  /* Theme ------------------------------------------------------------------ */
  function palette(place) {
    // The browser resolves light-dark() and nested variables; a probe reads the result as rgb().
    const probe = document.createElement("span");
    if (printing) probe.style.colorScheme = "light";
    place.append(probe);
    const seen = {};
    const colour = (name) => {
      if (!(name in seen)) {
        probe.style.color = `var(--chart-${name})`;
        seen[name] = getComputedStyle(probe).color;
      }
      return seen[name];
    };
    return { colour, done: () => probe.remove() };
  }

  function resolve(value, colour) {
    if (typeof value === "string") return /^@[a-z]+[0-9]?$/.test(value) ? colour(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map((item) => resolve(item, colour));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, colour)]));
    }
    return value;
  }

  /* Shapes that ECharts does not have --------------------------------------- */
  const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? 12 : 7.2), 0);

  /* Where a bar's label goes: beyond the bar's end, else before its start, else into the bar. */
  function labelPlace(left, width, toRight, area, needed) {
    const rooms = { right: area.x + area.width - (left + width), left: left - area.x };
    const sides = toRight ? ["right", "left"] : ["left", "right"];
    const side = sides.find((each) => rooms[each] > needed);
    if (side === "right") return { x: left + width + 6, align: "left" };
    if (side === "left") return { x: left - 6, align: "right" };
    return toRight ? { x: left + width - 6, align: "right", inside: true } : { x: left + 6, align: "left", inside: true };
  }

  const SHAPES = {
    waterfall: (option, colour, signed) => (params, api) => {
      const [row, begin, end, shown, plain] = [0, 1, 2, 3, 4].map((index) => api.value(index));
      const a = api.coord([begin, row]);
      const b = api.coord([end, row]);
      const height = Math.min(api.size([0, 1])[1] * 0.62, 26);
      const left = Math.min(a[0], b[0]);
      const width = Math.max(Math.abs(a[0] - b[0]), 1.5);
      const toRight = end >= begin;
      const area = params.coordSys;
      const text = write(shown, option._format, option._exact ? "whole" : "axis", signed && !plain);
      const place = labelPlace(left, width, toRight, area, widthOf(text) + 8);
      const next = api.coord([end, row + 1]);
      const children = [
        { type: "rect", shape: { x: left, y: a[1] - height / 2, width, height, r: 2 }, style: { fill: api.visual("color") } },
        {
          type: "text",
          style: {
            text, x: place.x, y: a[1], align: place.align, verticalAlign: "middle",
            fill: colour(place.inside ? "card" : "text"), stroke: place.inside ? api.visual("color") : colour("card"), lineWidth: 3,
            fontSize: 12, fontFamily: option.textStyle.fontFamily,
          },
        },
      ];
      if (row < option.yAxis.data.length - 1 && !plain) {
        children.push({
          type: "line",
          shape: { x1: b[0], y1: a[1] + height / 2, x2: b[0], y2: next[1] - height / 2 },
          style: { stroke: colour("axis"), lineWidth: 1 },
        });
      }
      return { type: "group", children };
    },
    interval: (option, colour) => (params, api) => {
      const low = api.coord([api.value(1), api.value(0)]);
      const high = api.coord([api.value(2), api.value(0)]);
      const style = { stroke: colour("muted"), lineWidth: 2, lineCap: "round" };
      return { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style };
    },
  };

  /* From the stored option to ECharts' ---------------------------------------- */
  const each = (value, action) => {
    if (value) [].concat(value).forEach(action);
  };

  function build(stored, place) {
    const { colour, done } = palette(place);
    const option = resolve(structuredClone(stored), colour);
    const narrow = roomOf(place) < 480;
    const signed = Boolean(option._signed);
    option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("text"), ...option.textStyle };
    option.animation = !reduced.matches && !printing;
    option.animationDuration = 250;
    option.aria = { enabled: false };
    option.backgroundColor = "transparent";
    option.grid ??= grid(option, narrow);
    each(option.xAxis, (axis) => dressAxis(axis, option, colour, place, "x"));
    each(option.yAxis, (axis) => dressAxis(axis, option, colour, place, "y"));
    each(option.series, (series) => dressSeries(series, option, colour, signed));
    if (option.calendar) dressCalendar(option, colour, place);
    if (option.visualMap) dressScale(option, colour);
    dressTooltip(option, colour, signed);
    if (option._labelled) labelEnds(option, narrow, colour);
    done();
    return option;
  }

  function grid(option, narrow) {
    const rows = [].concat(option.yAxis || []).some((axis) => axis.type === "category");
    // A narrow chart keeps room for the half of the last label that stands beyond its point.
    const right = option._labelled && !narrow ? 112 : rows ? 56 : narrow ? 28 : 16;
    return {
      left: 8, right: labelled(option) ? 28 : right, top: option._labelled && narrow ? 34 : 22, bottom: 4,
      containLabel: true,
    };
  }

  function dressAxis(axis, option, colour, place, side) {
    const narrow = place.clientWidth < 480;
    const category = axis.type === "category";
    axis.axisLine = { show: category, lineStyle: { color: colour("axis") }, ...axis.axisLine };
    axis.axisTick = { show: false, ...axis.axisTick };
    axis.splitLine = { show: !category, lineStyle: { color: colour("line") }, ...axis.splitLine };
    axis.axisLabel = { color: colour("label"), fontSize: 12, hideOverlap: true, ...axis.axisLabel };
    if (category && side === "y") {
      axis.axisLine.show = false;
      Object.assign(axis.axisLabel, { color: colour("text"), ...labelBox(axis.data, place) });
    }
    if (!category) {
      axis.splitNumber ??= narrow ? 3 : 5;
      // Labels at the ends of bars need room inside the axis.
      if (side === "x" && labelled(option)) axis.boundaryGap ??= labelRoom(option, narrow ? "30%" : "12%");
      const most = largestOf(option);
      axis.axisLabel.formatter ??= (value) => write(value, axis._format || option._format, "axis", false, most);
    }
  }

  /* Names of rows are wrapped where the rows are high enough for two lines, and cut only where they are not. */
  function labelBox(names, place) {
    const longest = Math.max(...names.map(widthOf), 0) + 4;
    const width = Math.min(longest, Math.max(104, place.clientWidth * 0.4));
    const canWrap = place.clientHeight / names.length >= 34;
    return { width, lineHeight: 14, overflow: canWrap ? "break" : "truncate" };
  }

  /* Room only on the sides to which bars point, so that an axis of counts still starts at zero.
     A waterfall's rows are [row, from, to, …]: only its two ends stand on the axis. */
  function labelRoom(option, share) {
    const ends = [].concat(option.series).flatMap((series) => series.data.flatMap((item) => {
      const value = item && typeof item === "object" && "value" in item ? item.value : item;
      return Array.isArray(value) ? (series._render === "waterfall" ? value.slice(1, 3) : value.slice(0, 1)) : value;
    }));
    return [ends.some((end) => end < 0) ? share : 0, ends.some((end) => end > 0) ? share : 0];
  }

  /* The largest number that is drawn; the rows of drawn shapes are [row, from, to, …]. */
  function largestOf(option) {
    const numbers = [].concat(option.series).flatMap((series) => series.data.flatMap((item) => {
      const value = item && typeof item === "object" && "value" in item ? item.value : item;
      return Array.isArray(value) ? (series._render ? value.slice(1, 3) : value.slice(0, 1)) : value;
    }));
    return Math.max(...numbers.map((number) => Math.abs(number) || 0), 0);
  }

  const labelled = (option) => [].concat(option.series).some((series) => series._labels || series._render === "waterfall");

  function dressSeries(series, option, colour, signed) {
    const format = series._format || option._format;
    if (series._colours) series.itemStyle = { color: ({ dataIndex }) => series._colours[dataIndex] };
    if (series._render) series.renderItem = SHAPES[series._render](option, colour, signed);
    if (series._labels) {
      series.label = {
        show: true, color: colour("text"), fontSize: 12, position: "right",
        formatter: ({ value }) => write(Array.isArray(value) ? value.at(-1) : value, format, "axis", signed),
        ...series.label,
      };
    }
    if (series.type === "heatmap") {
      if (option.calendar && !option.calendar._long) series.label = dayLabels(option);
      series.itemStyle = { borderColor: colour("card"), borderWidth: 2, borderRadius: 3, ...series.itemStyle };
    }
    series.emphasis ??= { disabled: series.type === "custom", focus: "none" };
  }

  /* The day of the month in each cell, in black or white: one of the two is read at 4.5 : 1 on every ground. */
  function dayLabels(option) {
    const { min, max, inRange } = option.visualMap;
    const style = (color) => ({ color, fontSize: 11 });
    const light = (value) => luminance(echarts.color.lerp((value - min) / (max - min || 1), inRange.color)) > 0.179;
    return {
      show: true,
      rich: { onPale: style("#000"), onDeep: style("#fff") },
      formatter: ({ value: [iso, value] }) => `{${light(value) ? "onPale" : "onDeep"}|${Number(iso.slice(8, 10))}}`,
    };
  }

  /* Of a colour, 0 to 1, as WCAG 2.2 has it: 0.179 is as far from white as from black. */
  function luminance(color) {
    const [red, green, blue] = echarts.color.parse(color).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function dressCalendar(option, colour, place) {
    const calendar = option.calendar;
    const long = calendar._long;
    const days = chinese ? ["日", "一", "二", "三", "四", "五", "六"] : ["S", "M", "T", "W", "T", "F", "S"];
    const months = chinese
      ? Array.from({ length: 12 }, (_, index) => `${index + 1}月`)
      : ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    Object.assign(calendar, {
      orient: long ? "horizontal" : "vertical",
      left: long ? 28 : 56, right: 12, top: 28, bottom: 52,
      cellSize: long ? ["auto", "auto"] : ["auto", "auto"],
      itemStyle: { color: "transparent", borderColor: colour("line"), borderWidth: 1 },
      splitLine: { show: true, lineStyle: { color: colour("axis"), width: 1 } },
      dayLabel: { firstDay: 1, nameMap: days, color: colour("label"), fontSize: 12 },
      monthLabel: { nameMap: months, color: colour("label"), fontSize: long && roomOf(place) < 480 ? 9 : 12 },
      yearLabel: { show: false },
    });
    if (!long && roomOf(place) > 560) {
      const margin = Math.round((roomOf(place) - 500) / 2);
      Object.assign(calendar, { left: margin, right: margin });
    }
  }

  function dressScale(option, colour) {
    const map = option.visualMap;
    map.textStyle = { color: colour("label"), fontSize: 12 };
    const inOneUnit = (value) => write(value, option._format, "axis", false, map.max);
    map.text = [inOneUnit(map.max), inOneUnit(map.min)];
    map.formatter = inOneUnit;
    map.hoverLink = false;
  }

  function dressTooltip(option, colour, signed) {
    option.tooltip = {
      renderMode: "richText", confine: true, transitionDuration: 0,
      backgroundColor: colour("card"), borderColor: colour("axis"), borderWidth: 1, padding: [8, 10],
      textStyle: { color: colour("text"), fontSize: 12, fontFamily: option.textStyle.fontFamily },
      formatter: (params) => tip([].concat(params), option, signed),
      ...option.tooltip,
    };
    if (option.tooltip.axisPointer?.type === "shadow") {
      option.tooltip.axisPointer.shadowStyle = { color: colour("shade") };
    } else if (option.tooltip.trigger === "axis") {
      option.tooltip.axisPointer = { type: "line", lineStyle: { color: colour("axis") } };
    }
  }

  function tip(items, option, signed) {
    const series = [].concat(option.series);
    const first = items[0];
    const title = first.axisValueLabel || tipTitle(first, option);
    const lines = items.map((item) => {
      const format = series[item.seriesIndex]._format || option._format;
      const name = items.length > 1 && item.seriesName ? `${item.seriesName}  ` : "";
      return name + write(shownValue(item, series[item.seriesIndex]), format, "full", signed && !item.value?.[4]);
    });
    return [title, ...lines].filter(Boolean).join("\n");
  }

  function shownValue(item, series) {
    if (series._render === "waterfall") return item.value[3];
    if (series.type === "heatmap") return item.value[1];
    return Array.isArray(item.value) ? item.value[0] : item.value;
  }

  function tipTitle(item, option) {
    if (option.calendar) return dayName(item.value[0]);
    const rows = option.yAxis?.data;
    return Array.isArray(item.value) && rows && typeof item.value[0] === "number" && item.value.length > 2
      ? rows[item.value[0]] : item.name;
  }

  function dayName(iso) {
    const [year, month, day] = iso.split("-").map(Number);
    const options = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
    return new Date(Date.UTC(year, month - 1, day)).toLocaleDateString(chinese ? "zh-CN" : "en-GB", options);
  }

  /* Names at the ends of lines instead of a legend; on narrow screens a legend on top. */
  function labelEnds(option, narrow, colour) {
    const lines = option.series.filter((series) => series.type === "line");
    if (narrow) {
      option.legend = { top: 0, left: 0, icon: "rect", itemWidth: 16, itemHeight: 3, textStyle: { color: colour("text"), fontSize: 12 } };
      return;
    }
    // A line that begins with a gap has no place for its label while it is being drawn: ECharts would move it to NaN.
    if (lines.some((series) => (series.data[0] ?? null) === null)) option.animation = false;
    lines.forEach((series) => {
      series.endLabel = {
        show: true, formatter: "{a}", color: series.color, fontSize: 12, width: 104, overflow: "truncate", distance: 6,
      };
      series.labelLayout = { moveOverlap: "shiftY" };
    });
  }

  /* Life cycle ---------------------------------------------------------------- */
  function load() {
    loading ??= window.echarts ? Promise.resolve() : new Promise((resolve_, reject) => {
      const tag = document.createElement("script");
      tag.src = script.dataset.echarts;
      tag.onload = resolve_;
      tag.onerror = reject;
      document.head.append(tag);
    });
    return loading;
  }

  function stored(place) {
    const source = document.getElementById(place.dataset.chart);
    return source && JSON.parse(source.textContent);
  }

  function draw(place) {
    const option = stored(place);
    if (!option) return;
    let chart = charts.get(place);
    if (!chart) {
      chart = window.echarts.init(place, null, { renderer: "svg" });
      charts.set(place, chart);
      resizes.observe(place);
    }
    chart.setOption(build(option, place), { notMerge: true });
    place.dataset.drawn = String(place.clientWidth);
  }

  const resizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const chart = charts.get(target);
      if (!chart || !target.clientWidth) continue;
      chart.resize();
      // Some choices depend on the width (labels, legend), so a new width builds anew.
      if (target.dataset.drawn !== String(target.clientWidth)) draw(target);
    }
  });

  const within = (root, action) => {
    if (root.matches?.("[data-chart]")) action(root);
    root.querySelectorAll?.("[data-chart]").forEach(action);
  };

  /* A week's line in a table's cell, 80 x 22 drawn in tenths: a gap in the data is a gap in the line. */
  function spark(cell) {
    const values = JSON.parse(cell.dataset.trend || "[]");
    const seen = values.filter((value) => value !== null);
    if (cell.firstElementChild || seen.length < 2) return;
    const low = Math.min(...seen);
    const spread = Math.max(...seen) - low || 1;
    const points = values.map((value, week) =>
      value === null ? null : [30 + (week * 740) / (values.length - 1), 190 - ((value - low) * 160) / spread].map(Math.round));
    const path = points.map((point, week) => point && `${points[week - 1] ? "L" : "M"}${point.join(" ")}`).join("");
    const [x, y] = points.findLast((point) => point);
    const make = (name, attributes, ...inside) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.append(...inside);
      return made;
    };
    cell.append(make("svg", { class: "sparkline", viewBox: "0 0 800 220", "aria-hidden": "true" },
      make("path", { d: path }), make("circle", { cx: x, cy: y, r: 20 })));
  }

  async function render(root = document) {
    root.querySelectorAll("[data-trend]").forEach(spark);
    const places = [];
    within(root, (place) => places.push(place));
    if (!places.length) return;
    await load();
    places.filter((place) => place.isConnected).forEach(draw);
  }

  function dispose(root) {
    within(root, (place) => {
      charts.get(place)?.dispose();
      charts.delete(place);
      resizes.unobserve(place);
    });
  }

  const redrawAll = () => charts.forEach((_, place) => draw(place));

  dark.addEventListener("change", redrawAll);
  reduced.addEventListener("change", redrawAll);
  const resizeAll = (width) => charts.forEach((chart) => chart.resize({ width }));
  addEventListener("beforeprint", () => {
    printing = true;
    resizeAll(PAPER_WIDTH);
    redrawAll();
  });
  addEventListener("afterprint", () => {
    printing = false;
    resizeAll("auto");
    redrawAll();
  });
  document.addEventListener("htmx:beforeSwap", (event) => dispose(event.detail.target));
  document.addEventListener("htmx:afterSettle", (event) => render(event.detail.elt));
  // A chart in closed <details> has no width until it is opened; the observer draws it then.
  window.branchopsCharts = { render, dispose };
  render();
})();
