// Findings as a list; each that names a wall is a button that shows it.

import { h } from "./dom.js";

const ORDER = ["error", "warning", "note"];
const SIGN = { error: "Error", warning: "Warning", note: "Note" };

/** Ids of the walls that a finding names: by id, by an opening in them, or by a pointer into the plan. */
export function wallsNamed(finding, walls) {
  const owner = new Map();
  for (const wall of walls) {
    owner.set(wall.id, wall.id);
    for (const opening of wall.openings) owner.set(opening.id, wall.id);
  }
  const names = `${finding.where ?? ""}`.replace(/( and \d+ more|…)$/, "").split(", ");
  const found = new Set(names.map((n) => owner.get(n)).filter(Boolean));
  for (const pointer of [finding.pointer, finding.where]) {
    const at = /^(?:\/plan)?\/storeys\/(\d+)\/walls\/(\d+)/.exec(pointer ?? "");
    const wall = at && walls.find((w) => w.storey === Number(at[1]) && w.index === Number(at[2]));
    if (wall) found.add(wall.id);
  }
  return [...found];
}

/** A message without the dashes of the command line. */
const said = (message) => message.replace(/--([a-z-]+)/g, "$1");

/** The list, gravest first. `onShow(ids, severity)` is called by a click. */
export function findingsList(findings, walls, onShow) {
  const told = [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return h("ul", { class: "findings" }, told.map((finding) => {
    const ids = wallsNamed(finding, walls);
    const where = finding.where || finding.pointer || "";
    const body = [
      h("span", { class: `sign ${finding.severity}` }, SIGN[finding.severity] ?? finding.severity),
      h("span", { class: "said" }, where ? h("b", {}, where) : null, where ? " " : null, said(finding.message)),
    ];
    return h("li", {}, ids.length
      ? h("button", { type: "button", class: "finding", data: { code: finding.code },
          onclick: () => onShow(ids, finding.severity) }, body)
      : h("div", { class: "finding", data: { code: finding.code } }, body));
  }));
}
