/* Small comforts. Every page works without this file.
   data-dismiss · data-confirm="text" · data-once · data-keep · data-unsaved · data-autosubmit · data-print · data-copy="text"
   data-menu (closes by itself) · "/" goes to the search box. */
(() => {
  "use strict";

  const root = document.documentElement;
  const text = document.body.dataset;
  root.classList.add("js");

  function say(message) {
    const line = document.getElementById("toast");
    if (!line) return;
    line.textContent = message;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { line.textContent = ""; }, 4000 + 80 * message.length);
  }

  /* Keyboard ---------------------------------------------------------------- */
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const box = document.querySelector("[data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  /* Enter and the arrows walk down a column of figures: data-grid on the table. */
  document.addEventListener("keydown", (event) => {
    const table = event.target.closest?.("table[data-grid]");
    if (!table || !event.target.matches("input") || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    const cell = event.target.closest("td, th");
    const step = event.key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling";
    let row = cell.parentElement[step];
    while (row && !row.cells[cell.cellIndex]?.querySelector("input:not([readonly], [type=hidden])")) row = row[step];
    if (!row && event.key === "Enter") return;
    event.preventDefault();
    const input = row?.cells[cell.cellIndex].querySelector("input:not([readonly], [type=hidden])");
    input?.focus();
    input?.select?.();
  });

  /* Menus -------------------------------------------------------------------- */
  function closeMenus(except = null) {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (menu === except) return;
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  }

  /* Clicks ------------------------------------------------------------------- */
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-alert]")?.remove();
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => say(text.textCopied));
  });

  /* Asking once before something is destroyed ---------------------------------- */
  function ask(question) {
    const dialog = document.getElementById("confirm");
    if (!dialog?.showModal) return Promise.resolve(window.confirm(question));
    dialog.querySelector("#confirm-text").textContent = question;
    return new Promise((resolve) => {
      const answer = (yes) => () => {
        dialog.close();
        resolve(yes);
      };
      dialog.querySelector("[data-confirm-yes]").onclick = answer(true);
      dialog.querySelector("[data-confirm-no]").onclick = answer(false);
      dialog.oncancel = () => resolve(false);
      dialog.showModal();
      dialog.querySelector("[data-confirm-no]").focus();
    });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    if (!(await ask(question))) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  }, true);

  /* A form that would sweep away words typed elsewhere and not saved (data-leaves="what it replaces") shows them first;
     pressed again, it leaves them out. data-unsaved="what is saved": the field may hold others from the start. */
  document.addEventListener("submit", (event) => {
    const place = event.target.dataset.leaves && document.querySelector(event.target.dataset.leaves);
    const left = [...(place?.querySelectorAll("[data-unsaved]") || [])].find(
      (field) => field.value !== field.dataset.unsaved && field.value !== field.dataset.warned);
    if (!left) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    left.dataset.warned = left.value;
    const drawer = left.closest("details");
    if (drawer) drawer.open = true;
    left.focus();
    left.form.scrollIntoView({ block: "center" }); // else what is said below hides the button
    say(text.textUnsaved);
  }, true);

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
  });

  /* A form that was sent is not sent twice (data-once, and every form that posts). */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // After the browser has gathered the form's data: a disabled button would not be part of it.
    setTimeout(() => form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => button.classList.add("is-busy")));
    // A download leaves the page as it is, so the form is freed again.
    setTimeout(() => release(form), 10000);
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll(".is-busy").forEach((button) => button.classList.remove("is-busy"));
  }

  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  /* A page that was open while somebody logged in elsewhere holds an old token; the cookie holds the right one. */
  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];

  document.addEventListener("submit", (event) => {
    const field = event.target.elements.csrfmiddlewaretoken;
    if (field) field.value = token() || field.value;
  }, true);
  /* Tables that were swapped in have moved the address on: the other language shows what is seen now. */
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("form.language")) target.elements.next.value = location.pathname + location.search;
  }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, parameters } = event.detail;
    if (!token()) return;
    if ("X-CSRFToken" in headers) headers["X-CSRFToken"] = token();
    if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = token();
  });

  /* What was typed outlives a log-in: forms with data-keep, in this tab, for the same user and page. ---------- */
  const KEPT = "branchops.typed";
  const reader = document.body.dataset.user;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-keep]")) return;
    const typed = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    sessionStorage.setItem(KEPT, JSON.stringify({ reader, page: location.pathname, form: form.id, typed }));
  });

  function typedAgain() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    if (!kept) return;
    if (!reader) {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, loggedOut: true }));
      return;
    }
    sessionStorage.removeItem(KEPT);
    const form = document.getElementById(kept.form);
    if (!kept.loggedOut || !form || kept.reader !== reader || kept.page !== location.pathname) return;
    const typed = new Map(kept.typed);
    [...form.elements].forEach((field) => {
      if (field.type === "checkbox" || field.type === "radio") field.checked = typed.get(field.name) === field.value;
      else if (typed.has(field.name)) field.value = typed.get(field.name);
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
    say(text.textTyped);
  }
  addEventListener("load", typedAgain);

  /* Filters apply themselves --------------------------------------------------- */
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-autosubmit]");
    if (!field) return;
    const form = field.form || field.closest("form");
    form?.requestSubmit();
  });
  document.querySelectorAll("[data-autosubmit-button]").forEach((button) => { button.hidden = true; });

  /* Failures of partial updates are said in words -------------------------------- */
  document.addEventListener("htmx:responseError", (event) => {
    say(event.detail.xhr.status === 401 ? text.textLoggedOut : text.textFailed);
  });
  document.addEventListener("htmx:sendError", () => say(text.textOffline));
  document.addEventListener("htmx:timeout", () => say(text.textOffline));

  /* Instants of another zone also tell the reader's own clock -------------------- */
  function localTimes(scope) {
    scope.querySelectorAll?.("time[datetime*='T']:not([title])").forEach((element) => {
      const at = new Date(element.dateTime);
      if (!Number.isNaN(at.getTime())) element.title = at.toLocaleString(root.lang);
    });
  }
  localTimes(document);
  document.addEventListener("htmx:afterSettle", (event) => localTimes(event.detail.elt));

  window.branchops = { say, ask };
})();
