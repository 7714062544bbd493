// What Django's admin leaves without a name for readers of the screen: select2's boxes, and empty headings of tables.
(() => {
  "use strict";
  const nameOf = (select) => {
    const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return select.getAttribute("aria-label") || (label ? label.textContent.trim().replace(/[:：]$/, "") : "");
  };

  const nameBox = (select) => {
    const box = select.nextElementSibling;
    const name = nameOf(select);
    if (!name || !box || !box.classList.contains("select2")) return;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]")) {
      if (part.hasAttribute("aria-labelledby") && part.textContent.trim()) continue;
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", name);
    }
    for (const part of box.querySelectorAll("[role=combobox]")) part.setAttribute("aria-label", name);
  };

  const nameAll = () => {
    document.querySelectorAll("select.admin-autocomplete, select.select2-hidden-accessible").forEach(nameBox);
    for (const heading of document.querySelectorAll(".inline-group thead th")) {
      if (heading.textContent.trim() || heading.children.length) continue;
      const cell = document.createElement("td");
      cell.className = heading.className;
      heading.replaceWith(cell);
    }
  };

  // What scrolls sideways can be scrolled by keyboard.
  const reachAll = () => {
    for (const box of document.querySelectorAll(".inline-group, .results, .scrolls")) {
      if (box.scrollWidth <= box.clientWidth || box.hasAttribute("tabindex")) continue;
      box.tabIndex = 0;
    }
  };

  const start = () => {
    nameAll();
    reachAll();
    document.addEventListener("formset:added", () => setTimeout(nameAll));
    new MutationObserver((changes) => {
      const added = changes.flatMap((change) => [...change.addedNodes]);
      if (added.some((node) => node.nodeType === 1 && node.classList.contains("select2"))) nameAll();
    }).observe(document.body, { childList: true, subtree: true });
    const $ = window.django && window.django.jQuery;
    if (!$) return;
    $(document).on("select2:open", (event) => {
      const field = document.querySelector(".select2-container--open .select2-search__field");
      if (field) field.setAttribute("aria-label", nameOf(event.target));
    });
    $(document).on("select2:select select2:unselect select2:clear", (event) => setTimeout(() => nameBox(event.target)));
  };
  if (document.readyState === "complete") start();
  else document.addEventListener("DOMContentLoaded", start);
  window.addEventListener("load", () => { nameAll(); reachAll(); });
})();
