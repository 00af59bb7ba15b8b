// A plan as a drawing whose walls can be clicked: one figure a storey, from the plan format (docs/plan-format.md).

import { h, s } from "./dom.js";
import { number } from "./format.js";

const TEXT_M = 0.34;
const MOST_LETTERS = 24;
const SAME_END_M = 0.005;

/** Every wall of a plan: id, storey, centre line or rings, thickness, openings. [m] */
export function wallsOf(plan) {
  const walls = [];
  (plan.storeys ?? []).forEach((storey, k) => {
    (storey.walls ?? []).forEach((wall, n) => {
      const id = wall.id ?? `${storey.id ?? `s${k + 1}`}-w${n + 1}`;
      const thickness = wall.thickness_m ?? plan.defaults?.thickness_m ?? 0.2;
      const rings = wall.outline || wall.parts ? ringsOf(wall) : null;
      const line = rings ? null : wall.arc ? chords(wall.arc) : wall.axis;
      const openings = (wall.openings ?? []).map((o, m) => ({ ...o, id: o.id ?? `${id}-o${m + 1}` }));
      walls.push({ id, storey: k, index: n, line, rings, thickness, openings });
    });
  });
  return walls;
}

function ringsOf(element) {
  if (element.outline) return [element.outline];
  return (element.parts ?? []).flatMap((part) => [part.outline, ...(part.holes ?? [])]);
}

function chords({ centre, radius_m, from_deg = 0, to_deg = 360 }) {
  const count = Math.max(2, Math.ceil(Math.abs(to_deg - from_deg) / 3));
  return Array.from({ length: count + 1 }, (_, k) => {
    const angle = ((from_deg + ((to_deg - from_deg) * k) / count) * Math.PI) / 180;
    return [centre[0] + radius_m * Math.cos(angle), centre[1] + radius_m * Math.sin(angle)];
  });
}

export function lengthOf(line) {
  return line.slice(1).reduce((sum, p, k) => sum + Math.hypot(p[0] - line[k][0], p[1] - line[k][1]), 0);
}

/** The piece of a line between two distances from its start; past the end of a closed one it goes on at the start. */
function piece(line, from, to) {
  const total = lengthOf(line);
  if (to > total + 1e-9 && closed(line)) return [...piece(line, from, total), ...piece(line, 0, to - total)];
  const points = [];
  let at = 0;
  for (let k = 1; k < line.length; k++) {
    const [a, b] = [line[k - 1], line[k]];
    const step = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const on = (d) => [a[0] + ((b[0] - a[0]) * d) / step, a[1] + ((b[1] - a[1]) * d) / step];
    if (step > 0 && at + step > from && at < to) {
      points.push(on(Math.max(0, from - at)), on(Math.min(step, to - at)));
    }
    at += step;
  }
  return points.filter((p, k) => k === 0 || !near(p, points[k - 1], 1e-6));
}

const closed = (line) => near(line[0], line.at(-1));
const near = (p, q, within = SAME_END_M) => Math.hypot(p[0] - q[0], p[1] - q[1]) < within;

/** The drawing: `element` to show, `select(ids)` to highlight walls. `onPick(id)` tells a click on a wall. */
export function planView(plan, { onPick }) {
  const walls = wallsOf(plan);
  const figures = plan.storeys.map((storey, k) =>
    storeyFigure(plan, k, walls.filter((w) => w.storey === k), onPick)).filter(Boolean);
  const element = h("div", { class: "storeys" }, figures);
  const select = (ids, tone = "note") => {
    for (const mark of element.querySelectorAll("[data-wall]")) {
      const isChosen = ids.includes(mark.dataset.wall);
      mark.classList.toggle("chosen", isChosen);
      if (isChosen) mark.dataset.tone = tone;
    }
  };
  return { element, walls, select };
}

function storeyFigure(plan, k, walls, onPick) {
  if (!walls.length) return null;
  const box = bounds(walls);
  const storey = plan.storeys[k];
  const name = storey.name ?? `Storey ${k + 1}`;
  const ends = walls.flatMap((w) => (w.line ? [w.line[0], w.line.at(-1)] : []));
  const shapes = walls.map((wall) => ({ wall, ...shapeOf(wall, ends) }));
  const margin = Math.max(0.9, 0.07 * Math.max(box.x1 - box.x0, box.y1 - box.y0));
  const view = [box.x0 - margin, -box.y1 - margin * 0.6, box.x1 - box.x0 + 2 * margin, box.y1 - box.y0 + 1.9 * margin];
  const size = Math.max(view[2], view[3]) / 12;
  const svg = s(
    "svg",
    { viewBox: view.map((v) => v.toFixed(3)).join(" "), role: "img", "aria-label": `${name}, ${walls.length} walls`, class: "plan" },
    (storey.rooms ?? []).map((room) => roomMark(room, size)),
    // All edges first, then all faces: where walls meet the edges vanish, as in a drawing by hand.
    shapes.map(({ d, stroke, outlined }) => s("path", { d, class: outlined ? "edge solid" : "edge", "stroke-width": stroke + 0.05 })),
    shapes.map(({ wall, d, stroke, outlined }) =>
      s("path", {
        d,
        class: outlined ? "face solid" : "face",
        "stroke-width": outlined ? 0.01 : stroke,
        data: { wall: wall.id },
        onclick: () => onPick(wall.id),
      }, s("title", {}, wall.id))),
    walls.map((wall) => wall.openings.map((o) => openingMark(o, wall, onPick))),
    (storey.rooms ?? []).map((room) => roomName(room, size)),
    overall(box, margin, size),
  );
  return h("figure", {}, svg, plan.storeys.length > 1 ? h("figcaption", {}, name) : null);
}

/** A wall as a path: a thick line by its centre, or its outline. */
function shapeOf(wall, ends) {
  if (wall.rings) return { d: wall.rings.map((r) => pathOf(r) + "Z").join(""), stroke: 0, outlined: true };
  const line = wall.line.map((p) => [...p]);
  if (closed(line)) return { d: pathOf(line.slice(0, -1)) + "Z", stroke: wall.thickness, outlined: false };
  // An end that meets another end is drawn on by half a thickness, so that the corner is whole.
  for (const [end, before] of [[0, 1], [line.length - 1, line.length - 2]]) {
    if (ends.filter((p) => near(p, wall.line[end])).length < 2) continue;
    const [p, q] = [wall.line[end], wall.line[before]];
    const step = Math.hypot(p[0] - q[0], p[1] - q[1]) || 1;
    line[end] = [p[0] + ((p[0] - q[0]) / step) * wall.thickness * 0.5, p[1] + ((p[1] - q[1]) / step) * wall.thickness * 0.5];
  }
  return { d: pathOf(line), stroke: wall.thickness, outlined: false };
}

const pathOf = (points) => points.map((p, k) => `${k ? "L" : "M"}${p[0].toFixed(3)} ${(-p[1]).toFixed(3)}`).join("");

function openingMark(opening, wall, onPick) {
  const kind = opening.kind ?? "opening";
  const pick = { data: { opening: opening.id }, onclick: () => onPick(wall.id) };
  if (!wall.line) {
    const rings = ringsOf(opening);
    return rings.length ? s("path", { d: rings.map((r) => pathOf(r) + "Z").join(""), class: `hole solid ${kind}`, ...pick }) : null;
  }
  const d = piece(wall.line, opening.at_m, opening.at_m + opening.width_m);
  if (d.length < 2) return null;
  return s(
    "g",
    pick,
    s("path", { d: pathOf(d), class: `hole ${kind}`, "stroke-width": wall.thickness + 0.06 }),
    kind === "window"
      ? [s("path", { d: pathOf(d), class: "sash", "stroke-width": wall.thickness }),
         s("path", { d: pathOf(d), class: "glass", "stroke-width": wall.thickness - 0.05 }),
         s("path", { d: pathOf(d), class: "pane" })]
      : kind === "door" ? s("path", { d: leaf(d), class: "leaf" }) : null,
  );
}

/** A door leaf standing open, with its swing. */
function leaf(points) {
  const [a, b] = [points[0], points.at(-1)];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const tip = [a[0] - dy, a[1] + dx];
  const radius = Math.hypot(dx, dy).toFixed(3);
  return `M${a[0]} ${-a[1]}L${tip[0]} ${-tip[1]}A${radius} ${radius} 0 0 1 ${b[0]} ${-b[1]}`;
}

function roomMark(room) {
  const rings = ringsOf(room).filter(Boolean);
  return rings.length ? s("path", { d: rings.map((r) => pathOf(r) + "Z").join(""), class: "room" }) : null;
}

function roomName(room, size) {
  const ring = ringsOf(room)[0];
  if (!ring) return null;
  const [area, x, y] = centroid(ring);
  const wide = Math.max(...ring.map((p) => p[0])) - Math.min(...ring.map((p) => p[0]));
  const high = Math.max(...ring.map((p) => p[1])) - Math.min(...ring.map((p) => p[1]));
  const name = (room.name ?? "").length > MOST_LETTERS ? `${room.name.slice(0, MOST_LETTERS - 1)}…` : room.name ?? "";
  const letters = Math.min(TEXT_M * size, (wide * 1.5) / Math.max(name.length, 7), high / 3);
  if (letters < 0.14 * size) return null;
  return s(
    "text",
    { x: x.toFixed(2), y: (-y).toFixed(2), class: "room-name", "font-size": letters.toFixed(3) },
    s("tspan", { x: x.toFixed(2) }, name),
    s("tspan", { x: x.toFixed(2), dy: "1.25em", class: "area" }, `${number(area)} m²`),
  );
}

function centroid(ring) {
  let [area, x, y] = [0, 0, 0];
  ring.forEach((p, k) => {
    const q = ring[(k + 1) % ring.length];
    const cross = p[0] * q[1] - q[0] * p[1];
    area += cross / 2;
    x += ((p[0] + q[0]) * cross) / 6;
    y += ((p[1] + q[1]) * cross) / 6;
  });
  return [Math.abs(area), x / (area || 1), y / (area || 1)];
}

function bounds(walls) {
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (const wall of walls) {
    const half = wall.line ? wall.thickness / 2 : 0;
    for (const [x, y] of wall.line ?? wall.rings.flat()) {
      box.x0 = Math.min(box.x0, x - half);
      box.x1 = Math.max(box.x1, x + half);
      box.y0 = Math.min(box.y0, y - half);
      box.y1 = Math.max(box.y1, y + half);
    }
  }
  return box;
}

/** Overall width and depth. */
function overall(box, margin, size) {
  const [y, x] = [-box.y0 + margin * 0.6, box.x0 - margin * 0.5];
  const t = size * 0.12;
  const [cx, cy] = [(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2];
  const letters = (TEXT_M * size * 0.9).toFixed(3);
  return s(
    "g",
    { class: "dimension" },
    s("path", { d: `M${box.x0} ${y}H${box.x1}M${box.x0} ${y - t}v${2 * t}M${box.x1} ${y - t}v${2 * t}` }),
    s("path", { d: `M${x} ${-box.y0}V${-box.y1}M${x - t} ${-box.y0}h${2 * t}M${x - t} ${-box.y1}h${2 * t}` }),
    s("text", { x: cx, y: y + size * 0.42, "font-size": letters }, `${(box.x1 - box.x0).toFixed(2)} m`),
    s("text", { x: x - size * 0.12, y: cy, "font-size": letters, transform: `rotate(-90 ${x - size * 0.12} ${cy})` },
      `${(box.y1 - box.y0).toFixed(2)} m`),
  );
}
