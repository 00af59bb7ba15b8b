// The report: an estimate document as headline, tables and charts.

import { bars, gantt, rangeMark, tornado } from "./charts.js";
import { $, fill, h } from "./dom.js";
import { chance, duration, factWords, hours, money, number, oneDigit, percent, shortMoney, span } from "./format.js";

const TIMES = [
  ["deposition_s", "Laying beads"], ["travel_s", "Travel between beads"], ["start_stop_s", "Starting and stopping"],
  ["layer_change_s", "Lifting"], ["slow_s", "Slowing for wet walls"], ["wait_s", "Waiting for wet walls"],
  ["availability_s", "Stoppages"], ["insert_s", "Setting lintels, ties, bars"], ["station_move_s", "Moving the machine"],
  ["shift_overhead_s", "Starting up, washing down"],
];
const NOZZLE = new Set(TIMES.slice(0, 6).map(([key]) => key));
const STAGES = {
  walls: "Printed walls", foundation: "Foundation", "floors-and-roof": "Floors and roof", envelope: "Windows, doors, envelope",
  services: "Services", finishes: "Finishes", site: "Site, overheads",
};
const RESULTS = { house_cost: "Cost of the house", cost: "Cost of the walls", nozzle_s: "Nozzle time", house_days: "Days of the house", house_carbon: "Carbon of the house" };
const MEASURES = {
  whole_house_cost: "Cost of the house", cost: "Cost of the walls", days: "Days of the house", wall_days: "Days on the walls",
  whole_house_carbon_kg: "Carbon of the house", carbon_kg: "Carbon of the walls",
};
const DRAWN = { whole_house_cost: "house_cost", cost: "cost", days: "house_days" };

const chosen = { result: "house_cost", measure: "whole_house_cost" };
let shown = null;

/** Show a document in all its sections. `isExact` is false while ranges are still being worked out. */
export function showReport(d, { isExact }) {
  shown = d;
  $("result-context").textContent =
    `${d.names.printer}, ${d.names.mix.toLowerCase()}, ${d.wall_system.replaceAll("-", " ")} walls. ` +
    `${d.names.region}, prices of ${d.price_year} in ${d.currency}, without tax.`;
  headline(d, isExact);
  methods(d);
  whereItGoes(d);
  whatMovesIt(d);
  schedule(d);
  checks(d);
  reliance(d);
}

/** Let the choices inside the report redraw their part. */
export function wireReport() {
  for (const [id, options, key, draw] of [["measure", MEASURES, "measure", methods], ["driven", RESULTS, "result", whatMovesIt]]) {
    fill($(id), Object.entries(options).map(([value, words]) => h("option", { value }, words)));
    $(id).value = chosen[key];
    $(id).addEventListener("change", () => {
      chosen[key] = $(id).value;
      if (shown) draw(shown);
    });
  }
}

function headline(d, isExact) {
  const u = d.uncertainty;
  const cash = (v) => money(v, d.currency);
  const days = (v) => number(v, 3);
  const rival = d.top_down?.method ?? d.comparison[0]?.method;
  const rivalName = d.comparison.find((m) => m.method === rival)?.name.toLowerCase();
  const win = u.chances?.[rival];
  const figure = (id, name, value, spread, inWords, note) => h("div", { class: "figure", data: { figure: id } },
    h("dt", {}, name),
    h("dd", {}, h("span", { class: "main" }, value),
      spread ? [rangeMark(spread, spread.value), h("span", { class: "likely" }, inWords)]
        : h("span", { class: "likely" }, note ?? (isExact ? "" : "range follows …"))));
  const ranged = (id, name, key, value, say, unit = "") => {
    const range = u[key];
    const words = range && `${span(range.p10, range.p90, say, unit)}, middle ${say(range.p50)}`;
    return figure(id, name, unit ? `${say(value)} ${unit}` : say(value), range && { ...range, value }, words);
  };
  const inHours = (v) => number(v / 3600);
  fill($("headline"), [
    ranged("nozzle", "Nozzle time", "nozzle_s", d.time.nozzle_s, inHours, "h"),
    ranged("print-days", "Print days", "print_days", d.time.print_days, days, "d"),
    ranged("house-days", "Days of the house", "house_days", d.time.house_days, days, "d"),
    ranged("walls", "Printed walls", "cost", d.cost.printed_walls, cash),
    figure("shell", "Shell", cash(d.cost.shell), null, "", "walls, foundation, floors and roof"),
    ranged("house", "Whole house", "house_cost", d.cost.whole_house, cash),
    ranged("material", "Material ordered", "ordered_volume_m3", d.material.ordered_volume_m3, oneDigit, "m³"),
    ranged("carbon", "Carbon of the house", "house_carbon", d.carbon.whole_house_kg, (v) => oneDigit(v / 1000), "t"),
    figure("chance", "Chance of being cheaper", win ? chance(win.house_cheaper) : "–", null, "",
      win ? `than ${rivalName}, the usual house there; walls alone ${chance(win.walls_cheaper)}`
        : isExact ? "needs draws" : "follows with the ranges …"),
  ]);
  $("headline-note").hidden = !isExact || !u.samples;
  $("headline-note").textContent = `Large figures are by the stated values; below them stands what 8 of 10 of ${number(u.samples, 5)} draws ` +
    "from the ranges of all facts come to (bar), with the middle (tick) and the stated value (dot).";
}

function sayer(d, key) {
  if (key.includes("carbon")) return (v) => `${number(v / 1000)} t`;
  if (key === "nozzle_s") return hours;
  if (key.includes("days")) return (v) => `${number(v)} d`;
  return (v) => money(v, d.currency);
}

/** Printed against each method: bars of the chosen measure, and all three in a table. */
function methods(d) {
  const key = chosen.measure;
  const say = sayer(d, key);
  const name = DRAWN[key];
  const rows = d.comparison.map((m) => ({ name: m.name, value: m[key].conventional, spread: d.uncertainty[`${name}.${m.method}`] }));
  const printed = d.comparison[0]?.[key].printed ?? 0;
  rows.push({ name: "Printed", value: printed, tone: "ours", spread: name && d.uncertainty[name] });
  rows.sort((a, b) => a.value - b.value);
  fill($("methods-bars"), bars(rows.map((r) => ({
    ...r,
    words: say(r.value),
    title: r.spread ? `8 of 10: ${span(r.spread.p10, r.spread.p90, say)}` : undefined,
  })), { label: MEASURES[key] }));
  const chances = d.uncertainty.chances;
  const signed = (value, unit) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${unit(Math.abs(value))}`;
  fill($("methods-table"),
    h("thead", {}, h("tr", {}, ["Printed compared with", "House", "Walls", "Days", "Carbon of house", "Chance cheaper", "Chance faster"].map((t, k) =>
      h("th", { scope: "col", class: k ? "n" : null }, t)))),
    h("tbody", {}, d.comparison.map((m) => h("tr", {},
      h("th", { scope: "row" }, m.name),
      h("td", { class: "n" }, signed(m.whole_house_cost.difference, (v) => shortMoney(v, d.currency))),
      h("td", { class: "n" }, signed(m.cost.difference, (v) => shortMoney(v, d.currency))),
      h("td", { class: "n" }, signed(m.days.difference, (v) => number(v, 2))),
      h("td", { class: "n" }, signed(m.whole_house_carbon_kg.difference / 1000, (v) => `${number(v, 2)} t`)),
      h("td", { class: "n" }, chances?.[m.method] ? chance(chances[m.method].house_cheaper) : "…"),
      h("td", { class: "n" }, chances?.[m.method] ? chance(chances[m.method].faster) : "…")))));
}

function whereItGoes(d) {
  const times = TIMES.map(([key, name]) => ({ name, value: d.time[key] ?? 0, tone: NOZZLE.has(key) ? "ours" : "" })).filter((r) => r.value > 0.5);
  fill($("time-bars"), bars(times.map((r) => ({ ...r, words: duration(r.value) })), { label: "Time on shift" }));
  $("time-note").textContent = `${hours(d.time.print_shift_s)} on shift in ${number(d.time.print_days)} days; in the accent the ${hours(d.time.nozzle_s)} ` +
    `of the nozzle. Setting up takes ${duration(d.time.setup_s)}, taking down ${duration(d.time.teardown_s)}.`;
  const walls = d.cost.lines.filter((l) => l.phase === "walls" && l.amount > 0).sort((a, b) => b.amount - a.amount);
  const top = walls.slice(0, 11).map((l) => ({ name: l.what, value: l.amount }));
  const rest = walls.slice(11).reduce((sum, l) => sum + l.amount, 0);
  if (rest > 0) top.push({ name: `${walls.length - 11} smaller lines`, value: rest, tone: "rest" });
  fill($("wall-bars"), bars(top.map((r) => ({ ...r, words: money(r.value, d.currency) })), { label: "Cost of the printed walls" }));
  fill($("stage-bars"), bars(Object.entries(d.cost.stages).map(([key, value]) =>
    ({ name: STAGES[key] ?? key, value, words: money(value, d.currency), tone: key === "walls" ? "ours" : "" })), { label: "Cost of the house" }));
}

function whatMovesIt(d) {
  const key = chosen.result;
  const drivers = d.uncertainty.drivers_of?.[key] ?? [];
  const say = key.includes("cost") ? (v) => shortMoney(v, d.currency) : sayer(d, key);
  fill($("tornado"), drivers.length
    ? tornado(drivers, d.uncertainty[key].p50, say)
    : h("p", { class: "faint" }, d.uncertainty.samples ? "Nothing that is drawn moves it." : "Being worked out …"));
}

function schedule(d) {
  fill($("gantt"), gantt(d.schedule.activities, d.time.house_days));
  $("gantt-note").textContent = `${number(d.time.house_days)} calendar days without gaps between trades, some ${number(d.schedule.expected_days)} ` +
    "as houses go there. Dark: what delays the hand-over if it takes longer; in the accent what is printed.";
}

function checks(d) {
  const worst = [...d.structure.checks].sort((a, b) => b.utilisation - a.utilisation);
  fill($("checks"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Check"), h("th", { scope: "col" }, "Where"), h("th", { scope: "col", class: "n" }, "Used"))),
    h("tbody", {}, worst.map((c) => h("tr", {},
      h("td", {}, c.what.charAt(0).toUpperCase() + c.what.slice(1)),
      h("td", {}, c.where),
      h("td", { class: `n ${c.utilisation > 1 ? "over" : ""}` }, c.utilisation >= 99 ? "none left" : percent(c.utilisation))))));
}

function reliance(d) {
  const facts = d.reliance.measure_first.map(factWords).join("; ");
  $("reliance").textContent = `${percent(d.reliance.assumed_share)} of the cost rests on at least one assumed fact` +
    (facts ? `. Measuring these first would narrow it most: ${facts}.` : ".");
}
