// The section of the plan: its drawing, what was understood, findings, and a word on the wall picked.

import { $, fill, h } from "./dom.js";
import { drawing } from "./drawing.js";
import { findingsList, said } from "./findings.js";
import { number } from "./format.js";
import { lengthOf, planView } from "./plan.js";

const MOST_WALLS = 3000; // beyond that the service's drawing is shown, which cannot be clicked

let view = null;
let structure = null;

/** Show a checked plan. */
export function showPlan(check) {
  const { summary } = check;
  const walls = (check.plan.storeys ?? []).reduce((n, storey) => n + (storey.walls?.length ?? 0), 0);
  view = walls <= MOST_WALLS ? planView(check.plan, { onPick: (id) => pick([id]) }) : null;
  structure = null;
  fill($("plan-drawing"), view?.element ?? drawing(check.svg, "The plan") ?? "");
  $("plan-title").textContent = check.plan.name || "Plan";
  $("plan-facts").textContent = facts(summary);
  fill($("understood"), understood(summary).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  fill($("wall"), h("option", { value: "" }, "Pick a wall …"), (view?.walls ?? []).map((w) => h("option", { value: w.id }, w.id)));
  $("wall").hidden = !view;
  $("wall").onchange = () => pick($("wall").value ? [$("wall").value] : []);
  $("wall-words").textContent = "";
  showPlanFindings(check, null);
}

showPlan.select = (ids, tone) => pick(ids, tone);

/** The findings of the check and, once there is one, of the estimate; gives the walls. */
export function showPlanFindings(check, document) {
  structure = document?.structure ?? null;
  const walls = view?.walls ?? [];
  const seen = new Set();
  const all = [...check.findings, ...(document?.findings ?? [])].filter((f) => {
    if (f.code === "printer-default") return false; // the form says it
    const key = `${f.code} ${f.where} ${said(f.message)}`;
    return !seen.has(key) && seen.add(key);
  });
  fill($("findings"), all.length
    ? findingsList(all, walls, (ids, tone) => {
        pick(ids, tone);
        if (innerWidth < 900) $("plan-drawing").scrollIntoView({ behavior: "smooth", block: "center" });
      })
    : h("p", { class: "faint" }, "Nothing to remark."));
  return walls;
}

function pick(ids, tone = "note") {
  if (!view) return;
  view.select(ids, tone);
  $("wall").value = ids.length === 1 ? ids[0] : "";
  $("wall-words").textContent = ids.length === 1 ? wallWords(ids[0]) : ids.length ? ids.join(", ") : "";
}

function wallWords(id) {
  const wall = view.walls.find((w) => w.id === id);
  const words = [];
  if (wall.line) words.push(`${lengthOf(wall.line).toFixed(2)} m long`, `${wall.thickness.toFixed(3)} m thick`);
  if (wall.openings.length) words.push(`${wall.openings.length} opening${wall.openings.length > 1 ? "s" : ""}`);
  const wet = structure?.wet_walls?.find((w) => w.wall === id);
  if (wet) words.push(`while wet ${number(wet.margin, 2)} of the margin wanted`);
  const set = structure?.set_walls?.find((w) => w.wall === id);
  if (set) words.push(set.stands ? (set.cores ? `stands with ${set.cores} grouted cores` : "stands once set") : "does not stand once set");
  return words.join(", ");
}

function facts(s) {
  const doors = s.openings?.door ?? 0;
  const windows = s.openings?.window ?? 0;
  return [
    s.floor_area_m2 ? `${number(s.floor_area_m2)} m² of floor` : null,
    `${s.storeys.length} storey${s.storeys.length > 1 ? "s" : ""}`,
    `${s.walls} walls, ${number(s.wall_length_m)} m`,
    `${doors} door${doors === 1 ? "" : "s"}, ${windows} window${windows === 1 ? "" : "s"}`,
    s.rooms ? `${s.rooms} rooms` : null,
  ].filter(Boolean).join(" · ");
}

function understood(s) {
  const thick = s.wall_thickness_m ? [...new Set(s.wall_thickness_m)].map((t) => t.toFixed(3)).join(" to ") : null;
  return [
    ["File", s.source], ["Unit", s.unit], ...(s.evidence ?? []).map((e) => ["because", e]),
    ["Wall thickness", thick && `${thick} m`], ["Walls in plan", `${number(s.wall_footprint_m2)} m²`],
    ["Wall volume, net", s.net_wall_volume_m3 === null ? "walls are not sound" : `${number(s.net_wall_volume_m3)} m³`],
    ["Openings", `${number(s.opening_area_m2)} m²`],
    ["Rooms", s.rooms ? `${s.rooms}, ${number(s.room_area_m2)} m²` : null],
    ...s.storeys.map((k) => [k.name, `at ${k.elevation_m.toFixed(2)} m, ${k.height_m.toFixed(2)} m high, ${k.walls} walls`]),
    ...(s.skipped ?? []).map((t) => ["Left out", t]), ...(s.assumptions ?? []).map((t) => ["Assumed", t]),
  ].filter(([, value]) => value);
}
