// All printers on the same plan, in a table that sorts by any column.

import { longWork } from "./api.js";
import { check } from "./choices.js";
import { $, fill, h } from "./dom.js";
import { hours, money, number, oneDigit, span } from "./format.js";

const COLUMNS = [
  { key: "name", words: "Printer", of: (r) => r.name.toLowerCase() },
  { key: "cost", words: "Walls", of: (r) => costOf(r) },
  { key: "range", words: "8 of 10", of: (r) => (r.uncertainty.cost ? r.uncertainty.cost.p90 - r.uncertainty.cost.p10 : 0) },
  { key: "house", words: "House", of: (r) => r.whole_house },
  { key: "nozzle", words: "Nozzle", of: (r) => r.nozzle_s },
  { key: "days", words: "Print days", of: (r) => r.print_days },
  { key: "carbon", words: "Carbon", of: (r) => r.carbon_kg },
  { key: "stations", words: "Set-ups", of: (r) => r.stations },
];
const SAMPLES = 200;
const costOf = (row) => row.uncertainty.cost?.p50 ?? row.printed_walls;

let work = null;

/** Let the buttons of the section compare; `request(kind)` gives the body, `onPick(id)` chooses a printer. */
export function wireComparison({ request, onPick }) {
  $("compare").addEventListener("click", async () => {
    if (work) return work.abort();
    const body = request($("compare-kind").value);
    if (!body) return;
    if (body.printers?.length === 0) {
      $("compare-error").hidden = false;
      $("compare-error").textContent = "Mark the printers to compare.";
      return;
    }
    work = new AbortController();
    const { signal } = work;
    body.options = { ...body.options, samples: SAMPLES };
    for (const name of ["printer", "machines"]) delete body.options[name];
    $("compare").textContent = "Stop";
    $("compare-error").hidden = true;
    $("compare-progress").hidden = false;
    progress(0);
    try {
      const found = await longWork("comparisons", body, { signal, onProgress: progress });
      show(found, onPick);
    } catch (error) {
      if (error.name !== "AbortError") {
        $("compare-error").hidden = false;
        $("compare-error").textContent = error.message;
      }
    } finally {
      work = null;
      $("compare").textContent = "Compare";
      $("compare-progress").hidden = true;
    }
  });
}

/** A box for every printer, shown when those that are marked are asked for. */
export function listPrinters(printers) {
  const byName = [...printers].sort((a, b) => a.name.localeCompare(b.name));
  $("compare-marks").append(...byName.map(({ id, name }) => check(`compare-${id}`, id, name)));
  $("compare-kind").addEventListener("change", () => {
    $("compare-marks").hidden = $("compare-kind").value !== "marked";
  });
}

/** Ids of the printers that are marked. */
export const marked = () => [...$("compare-marks").querySelectorAll("input:checked")].map((box) => box.value);

/** A new plan or other choices: the table no longer holds. */
export function forgetComparison() {
  work?.abort();
  fill($("compare-table"));
  fill($("cannot"));
  $("compare-result").hidden = true;
}

function progress(share) {
  $("compare-bar").value = share;
  $("compare-words").textContent = `${Math.round(share * 100)}%`;
}

function show(d, onPick) {
  const order = { key: "cost", isDown: false };
  $("compare-result").hidden = false;
  const best = Math.max(...d.rows.map(costOf), 1);
  const draw = () => {
    const column = COLUMNS.find((c) => c.key === order.key);
    const rows = [...d.rows].sort((a, b) => {
      const [x, y] = [column.of(a), column.of(b)];
      return (x < y ? -1 : x > y ? 1 : 0) * (order.isDown ? -1 : 1);
    });
    fill($("compare-table"),
      h("caption", {}, `${d.rows.length} printers can print it, ${d.cannot.length} cannot. Prices in ${d.currency}.`),
      h("thead", {}, h("tr", {}, COLUMNS.map((c, k) => heading(c, k, order, draw)))),
      h("tbody", {}, rows.map((row) => line(row, d.currency, best, onPick))));
  };
  draw();
  fill($("cannot"), d.cannot.length ? [
    h("summary", {}, `Why ${d.cannot.length} cannot`),
    h("ul", { class: "plain" }, d.cannot.map((c) => h("li", {}, h("b", {}, c.printer), " ", c.reason))),
  ] : h("summary", { hidden: true }));
  $("cannot").hidden = !d.cannot.length;
}

function heading(column, k, order, draw) {
  const isOn = order.key === column.key;
  return h("th", { scope: "col", class: k ? "n" : null, "aria-sort": isOn ? (order.isDown ? "descending" : "ascending") : null },
    h("button", {
      type: "button", class: "sort",
      onclick: () => {
        order.isDown = isOn ? !order.isDown : false;
        order.key = column.key;
        draw();
        $("compare-table").querySelector("th[aria-sort] button")?.focus();
      },
    }, column.words, h("span", { "aria-hidden": "true" }, isOn ? (order.isDown ? " ↓" : " ↑") : "")));
}

function line(row, currency, most, onPick) {
  const range = row.uncertainty.cost;
  const cash = (v) => money(v, currency);
  const warned = row.findings.filter((f) => f.severity === "warning").length;
  return h("tr", { data: { printer: row.printer } },
    h("th", { scope: "row" },
      h("button", { type: "button", class: "link", onclick: () => onPick(row.printer) }, row.name),
      warned ? h("span", { class: "warned", title: `${warned} warnings` }, ` ${warned} warning${warned > 1 ? "s" : ""}`) : null),
    h("td", { class: "n cost" }, cash(costOf(row)),
      h("span", { class: "under", "aria-hidden": "true", style: { width: `${(100 * costOf(row)) / most}%` } })),
    h("td", { class: "n faint" }, range ? span(range.p10, range.p90, cash) : "–"),
    h("td", { class: "n" }, cash(row.whole_house)),
    h("td", { class: "n" }, hours(row.nozzle_s)),
    h("td", { class: "n" }, number(row.print_days)),
    h("td", { class: "n" }, `${oneDigit(row.carbon_kg / 1000)} t`),
    h("td", { class: "n" }, number(row.stations)));
}
