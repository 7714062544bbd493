/* The entry form while one types: sums, derived orders, Enter moves on. The form works without this file. */
(() => {
  "use strict";

  const form = document.getElementById("entry");
  if (!form) return;
  const inputs = [...form.querySelectorAll("input[data-input]")];
  const digits = Number(form.dataset.moneyDigits || 2);
  const money = new Set(["revenue", "cost_of_goods", "operating_cost"]);
  const parts = ["buyers", "repeat_orders", "extension_orders"];

  /* As the server reads it (scorecards.forms.typed); null for empty, NaN for what is no number. */
  function numberFrom(text) {
    let tidy = text.normalize("NFKC").replace(/[\s¥$€£_']|元|RMB|CNY/g, "").replace(/。/g, ".");
    if (!tidy) return null;
    const times = tidy.endsWith("万") ? 10000 : 1;
    tidy = tidy.replace(/万$/, "");
    if (/^\d{1,3}(,\d{3})+(\.\d*)?$/.test(tidy)) tidy = tidy.replaceAll(",", "");
    else if (/^(\d+,\d{1,2}|\d{1,3}(\.\d{3})+,\d{1,2})$/.test(tidy)) tidy = tidy.replaceAll(".", "").replace(",", ".");
    return /^(\d+(\.\d*)?|\.\d+)$/.test(tidy) ? Number(tidy) * times : NaN;
  }

  const find = (of, name) => inputs.find((input) => input.dataset.of === of && input.dataset.input === name);

  /* Orders that are left empty show what the server will store: the sum of their three kinds. */
  function derived(input) {
    const values = parts.map((name) => find(input.dataset.of, name)).map((part) => (part ? numberFrom(part.value) : null));
    return values.some((value) => value === null || Number.isNaN(value)) ? null : values.reduce((sum, value) => sum + value, 0);
  }

  function valueOf(input) {
    const typed = numberFrom(input.value);
    return typed === null && input.dataset.input === "orders" ? derived(input) : typed;
  }

  function shown(name, sum) {
    const minor = Math.round(sum * 10 ** digits);
    const places = money.has(name) && minor % 10 ** digits ? digits : 0;
    const number = (minor / 10 ** digits).toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
    if (!money.has(name)) return number;
    const { currencySign, currencyUnit } = document.body.dataset;
    return document.documentElement.lang.startsWith("zh") ? number + currencyUnit : currencySign + number;
  }

  function update() {
    inputs.forEach((input) => {
      if (input.dataset.input === "orders") input.placeholder = derived(input) ?? "";
    });
    form.querySelectorAll("output[data-sum]").forEach((output) => {
      const values = inputs.filter((input) => input.dataset.input === output.dataset.sum).map(valueOf);
      const known = values.filter((value) => value !== null && !Number.isNaN(value));
      output.textContent = known.length ? shown(output.dataset.sum, known.reduce((sum, value) => sum + value, 0)) : "–";
    });
  }

  form.addEventListener("input", update);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[data-input]")) return;
    event.preventDefault();
    const open = inputs.filter((input) => !input.closest("details:not([open])"));
    const next = open[open.indexOf(event.target) + 1];
    if (next) {
      next.focus();
      next.select();
    } else {
      form.querySelector("button[type=submit]").focus();
    }
  });
  /* What is being saved needs no draft any more. */
  form.addEventListener("submit", () => {
    const draft = document.getElementById("draft-state");
    window.htmx?.trigger(draft, "htmx:abort");
    draft?.remove();
  });
  update();
  document.getElementById("error-summary")?.focus();
  document.getElementById("doubts")?.focus();
})();
