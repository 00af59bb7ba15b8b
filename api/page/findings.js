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

const MOST_SHOWN = 8;
const MOST_NAMED = 3;

/** A message without the dashes of the command line. */
export const said = (message) => message.replace(/--([a-z-]+)/g, "$1");

/** The list, gravest first. `onShow(ids, severity)` is called by a click. */
export function findingsList(findings, walls, onShow) {
  const told = [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  const items = told.map((finding) => {
    const ids = wallsNamed(finding, walls);
    const where = shortened(finding.where || finding.pointer || "");
    const body = [
      h("span", { class: `sign ${finding.severity}` }, SIGN[finding.severity] ?? finding.severity),
      h("span", { class: "said" }, where ? h("b", {}, where) : null, where ? " " : null, said(finding.message)),
    ];
    return h("li", {}, ids.length
      ? h("button", { type: "button", class: "finding", data: { code: finding.code },
          onclick: () => onShow(ids, finding.severity) }, body)
      : h("div", { class: "finding", data: { code: finding.code } }, body));
  });
  const list = (part) => h("ul", { class: "findings" }, part);
  if (items.length <= MOST_SHOWN + 1) return list(items);
  return h("div", {}, list(items.slice(0, MOST_SHOWN)),
    h("details", {}, h("summary", {}, `${items.length - MOST_SHOWN} more`), list(items.slice(MOST_SHOWN))));
}

/** The first few of many names. */
function shortened(where) {
  const [, list, more] = /^(.*?)(?: and (\d+) more|…)?$/s.exec(where);
  const names = list.split(", ");
  const others = names.length - MOST_NAMED + Number(more ?? 0);
  return names.length > MOST_NAMED ? `${names.slice(0, MOST_NAMED).join(", ")} and ${others} more` : where;
}
