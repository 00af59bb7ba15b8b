// Charts of bars, as plain HTML with widths: they wrap on a phone, print, and are read out in order.

import { h } from "./dom.js";
import { factWords, number } from "./format.js";

const share = (value, whole) => `${Math.max(0, (100 * value) / (whole || 1)).toFixed(2)}%`;

/** Bars from a common start. `rows`: {name, value, words, tone, title}; sorted as given. */
export function bars(rows, { label, whole } = {}) {
  const most = whole ?? Math.max(...rows.map((r) => r.value), 0);
  return h("ul", { class: "bars", "aria-label": label }, rows.map((row) =>
    h("li", { title: row.title },
      h("span", { class: "name" }, row.name),
      h("span", { class: "track" }, h("span", { class: `bar ${row.tone ?? ""}`, style: { width: share(row.value, most) } })),
      h("span", { class: "value" }, row.words))));
}

/** A range on a line: P10 to P90 as a band, the middle as a tick, the stated value as a dot. */
export function rangeMark({ p10, p50, p90 }, value) {
  const low = Math.min(p10, value);
  const room = Math.max(p90, value) - low || 1;
  const at = (v) => `${(100 * (v - low)) / room}%`;
  return h("span", { class: "range", "aria-hidden": "true" },
    h("span", { class: "band", style: { left: at(p10), width: `${(100 * (p90 - p10)) / room}%` } }),
    h("span", { class: "middle", style: { left: at(p50) } }),
    h("span", { class: "dot", style: { left: at(value) } }));
}

/** What moves a result: for each fact the mean result where it is low, and where it is high. */
export function tornado(drivers, middle, shown) {
  const reach = Math.max(...drivers.flatMap((d) => [Math.abs(d.at_low - middle), Math.abs(d.at_high - middle)]), 1e-9);
  const at = (v) => 50 + (50 * (v - middle)) / reach;
  const bar = (v, tone) => h("span", {
    class: `swing ${tone}`,
    style: { left: `${Math.min(50, at(v))}%`, width: `${Math.abs(at(v) - 50)}%` },
  });
  return h("ul", { class: "tornado" }, drivers.map((d) =>
    h("li", { title: `${d.name}: ${shown(d.at_low)} where it is low, ${shown(d.at_high)} where it is high` },
      h("span", { class: "name" }, factWords(d.name)),
      h("span", { class: "track" }, bar(d.at_low, "low"), bar(d.at_high, "high"), h("span", { class: "axis" })),
      h("span", { class: "value" }, h("span", { class: "low" }, shown(d.at_low)), " ", h("span", { class: "high" }, shown(d.at_high))))));
}

/** A schedule: an activity a row, critical ones in the accent. */
export function gantt(activities, days) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((n) => days / n <= 7) ?? 500;
  const ticks = Array.from({ length: Math.floor(days / step) + 1 }, (_, k) => k * step);
  return h("div", { class: "gantt" },
    h("div", { class: "scale", "aria-hidden": "true" }, ticks.map((t) =>
      h("span", { style: { left: share(t, days) } }, t === 0 ? "day 0" : `${t}`))),
    h("ol", {}, activities.map((a) =>
      h("li", { title: `${a.name}: day ${number(a.start_day)} to ${number(a.finish_day)}` },
        h("span", { class: "name" }, a.name),
        h("span", { class: "track" }, h("span", {
          class: `bar ${a.id.startsWith("wall") ? "ours" : a.critical ? "critical" : "spare"}`,
          style: { left: share(a.start_day, days), width: share(a.finish_day - a.start_day, days) },
        })),
        h("span", { class: "value" }, `${number(a.start_day, 2)}–${number(a.finish_day, 2)}`)))));
}
