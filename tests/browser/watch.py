"""What can be seen to be wrong with a page: its contract with the reader, asked of a real browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Page

AXE = (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text()
RUN_AXE = """async () => {
  const found = await axe.run({ resultTypes: ['violations'] });
  const places = one => one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ');
  return found.violations.map(one => `${one.id}: ${places(one)}`);
}"""
CHARTS_DRAWN = """() => [...document.querySelectorAll('[data-chart]')]
  .every(place => !place.clientWidth || place.querySelector('svg, canvas'))"""
FRAME = """() => ({
  wide: document.scrollingElement.scrollWidth - innerWidth,
  language: document.documentElement.lang,
  headings: document.querySelectorAll('h1').length,
  title: document.title,
})"""
ENGLISH_LEFT = r"""() => {
  const run = /\b[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}\b/, found = [];
  const look = text => { const hit = (text || '').match(run); if (hit) found.push(hit[0]); };
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const place = texts.currentNode.parentElement;
    if (!place.closest('script, style, [lang=en]')) look(texts.currentNode.textContent);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-confirm', 'content'])
    for (const place of document.querySelectorAll(`[${name}]`))
      if (!place.matches('meta')) look(place.getAttribute(name));
  return found;
}"""

TEXTS_IN_THE_WAY = """() => [...document.querySelectorAll('[data-chart] svg')].flatMap(chart => {
  const frame = chart.getBoundingClientRect(), found = [];
  const texts = [...chart.querySelectorAll('text')].filter(one => one.textContent.trim())
    .map(one => ({ text: one.textContent, at: one.getBoundingClientRect() })).filter(one => one.at.width);
  const shared = (a, b, low, high) => Math.min(a[high], b[high]) - Math.max(a[low], b[low]);
  texts.forEach(({ text, at }, place) => {
    if (at.left < frame.left - 1 || at.right > frame.right + 1) found.push(`${text} is cut off`);
    for (const other of texts.slice(place + 1))
      if (shared(at, other.at, 'left', 'right') > 2 && shared(at, other.at, 'top', 'bottom') > 4)
        found.push(`${text} over ${other.text}`);
  });
  return found;
})"""

DJANGOS_OWN = {"Change or view list link"}
"""What Django itself has not translated."""


class Watch:
    """Listens to one page of the browser and keeps what went wrong since it was last asked."""

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.host = urlsplit(host).netloc
        self.heard: list[str] = []
        page.on("console", lambda line: self._hear(line.type == "error", f"console: {line.text}"))
        page.on("pageerror", lambda error: self._hear(True, f"script: {error}"))
        page.on("requestfailed", lambda request: self._hear(True, f"failed: {request.url}"))
        page.on("request", lambda request: self._hear(self._is_foreign(request.url), f"asks {request.url}"))
        page.on("response", lambda answer: self._hear(answer.status >= 400, f"{answer.status}: {answer.url}"))

    def _hear(self, is_fault: bool, text: str) -> None:
        if is_fault:
            self.heard.append(text)

    def _is_foreign(self, url: str) -> bool:
        where = urlsplit(url)
        return where.scheme not in {"data", "blob"} and where.netloc != self.host

    def open(self, url: str) -> list[str]:
        """Go there; returns what the browser complained about until the charts stood."""
        self.heard.clear()
        self.page.goto(url)
        self.page.wait_for_function(CHARTS_DRAWN)
        return list(self.heard)

    def faults(self, language: str) -> list[str]:
        """What is wrong with the page as it stands now, at this width and in these colours."""
        frame = self.page.evaluate(FRAME)
        found = [f"{frame['wide']} px wider than the screen"] if frame["wide"] > 0 else []
        if frame["language"] != language:
            found.append(f"says that it is in {frame['language']!r}")
        if frame["headings"] != 1:
            found.append(f"{frame['headings']} first headings")
        if not frame["title"].split("·")[0].strip():
            found.append("no title")
        if language == "zh-hans":
            left = set(self.page.evaluate(ENGLISH_LEFT)) - DJANGOS_OWN
            found += [f"English left: {text}" for text in sorted(left)]
        found += [f"in a chart {fault}" for fault in self.page.evaluate(TEXTS_IN_THE_WAY)]
        return found + self._violations()

    def _violations(self) -> list[str]:
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE)
        return list(self.page.evaluate(RUN_AXE))
