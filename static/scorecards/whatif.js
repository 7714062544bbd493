// The sliders of "What if": the same arithmetic as scorecards.queries.whatif, without a round trip.
(() => {
  "use strict";
  const form = document.getElementById("whatif");
  const source = document.getElementById("whatif-data");
  if (!form || !source) return;
  const plan = JSON.parse(source.textContent);
  const body = document.body.dataset;
  const chinese = document.documentElement.lang.startsWith("zh");
  const digits = Number(body.currencyDigits);

  const fixed = (value, places) =>
    Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  const sign = (value, text, always) => {
    if (!/[1-9]/.test(text)) return "";
    return value < 0 ? "\u2212" : always ? "+" : "";
  };
  const money = (minor, places, always = false) => {
    const text = fixed(minor / plan.unit, places);
    const before = sign(minor, text, always);
    return chinese ? `${before}${text}${body.currencyUnit}` : `${before}${body.currencySign}${text}`;
  };
  const written = {
    per_day: (value, code) =>
      code === "revenue" ? money(value, 0) : fixed(value, value < 100 ? 1 : 0),
    percent: (value) => `${fixed(value * 100, 1)}%`,
    money: (value) => money(value, digits),
    ratio: (value) => fixed(value, 2),
  };

  const chosen = (lever, percent) => {
    const moved = Math.max(lever.value * (1 + percent / 100), lever.least);
    return lever.most === null ? moved : Math.min(moved, lever.most);
  };
  const put = (name, text) => {
    const place = form.querySelector(`[data-out="${name}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  };

  const show = () => {
    let pace = 1;
    let perDay = 1;
    for (const lever of plan.levers) {
      const percent = Number(form.elements[lever.code].value);
      const value = chosen(lever, percent);
      pace *= lever.value;
      perDay *= value;
      put(lever.code, written[lever.kind](value, lever.code));
      form.querySelector(`[data-percent="${lever.code}"]`).textContent =
        `${percent > 0 ? "+" : percent < 0 ? "\u2212" : ""}${Math.abs(percent)}%`;
    }
    const rest = Math.round(perDay * plan.days);
    put("rest", money(rest, 0));
    put("gained", money(rest - Math.round(pace * plan.days), 0, true));
    put("total", money(plan.so_far + rest, 0));
  };

  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-lever]")) show();
  });
  show();
})();
