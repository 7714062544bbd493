/* What a printed page shows, and up to when: in the lower margin of every sheet, beside the page's number.
   CSS alone cannot carry a text of the page into its margins. Without this script the sheets have their numbers. */
(() => {
  const foot = document.querySelector("[data-print-foot]");
  if (!foot) return;
  const text = foot.textContent.trim().replace(/["\\]/g, "\\$&").replace(/\s+/g, " ");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { @bottom-left { content: "${text}"; font: 8pt system-ui, sans-serif; white-space: nowrap; } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})();
