// The house in beads: turning it, a slider through its layers, play, colours.

import { beadRenderer, cameraOf, floatsOf } from "./beads-gl.js";
import { $, fill, h } from "./dom.js";
import { duration, number } from "./format.js";

const PLAY_S = 12; // from the first layer to the last
const START = { turn: -0.6, tilt: 0.62, zoom: 1 };

/** The 3D view in the elements of the page; `show(beads)` loads an estimate's beads. */
export function view3d() {
  const canvas = $("beads");
  const slider = $("layer");
  const renderer = beadRenderer(canvas);
  if (!renderer) {
    fill($("beads-figure"), h("p", { class: "notice" },
      "The 3D view needs WebGL2, which this browser does not have or has switched off. Everything else on this page works without it; " +
      "the solids are among the downloads (GLB)."));
    return { show() {}, isMissing: true };
  }
  const look = { ...START };
  let model = null;
  let playing = 0;
  let pending = 0;

  const redraw = () => {
    pending ||= requestAnimationFrame(() => {
      pending = 0;
      if (model) draw();
    });
  };

  function draw() {
    const at = Number(slider.value);
    const byAge = $("colour").value === "age";
    const inks = colours();
    const now = model.doneAt(at);
    const whole = Math.ceil(at);
    const shown = model.layers.slice(0, whole).map((layer, k) => ({
      ...layer,
      part: k + 1 > at ? at - k : 1,
      colour: byAge ? aged(inks, (now - layer.done) / Math.max(now, 1)) : inks.contour,
    }));
    const drawn = renderer.draw(shown, {
      camera: cameraOf({
        ...look, middle: model.middle, reach: model.size * 0.62, distance: model.size * 1.4 / look.zoom * Math.max(1, 1.25 / (canvas.clientWidth / canvas.clientHeight)),
        aspect: canvas.clientWidth / canvas.clientHeight,
      }),
      height: model.height, contour: inks.contour, infill: inks.infill, byAge,
    });
    canvas.dataset.drawn = drawn;
    const top = whole ? model.layers[whole - 1].z + model.height : 0;
    const words = `layer ${whole} of ${model.layers.length}, ${top.toFixed(2)} m, ${duration(now)} after the start`;
    $("layer-words").textContent = words;
    slider.setAttribute("aria-valuetext", words);
    fill($("beads-key"), byAge
      ? [swatch(aged(inks, 0)), "just laid", swatch(aged(inks, 0.5)), swatch(aged(inks, 1)), "oldest"]
      : [swatch(inks.contour), "contour", swatch(inks.infill), "infill"]);
  }

  function play() {
    if (playing) return stop();
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    const begin = { at: Number(slider.value), time: performance.now() };
    $("play").textContent = "Pause";
    const step = (time) => {
      const at = begin.at + ((time - begin.time) / 1000 / PLAY_S) * model.layers.length;
      slider.value = Math.min(at, model.layers.length);
      redraw();
      if (at < model.layers.length) playing = requestAnimationFrame(step);
      else stop();
    };
    playing = requestAnimationFrame(step);
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    $("play").textContent = "Play";
  }

  function turn(dx, dy) {
    look.turn -= dx;
    look.tilt = Math.min(1.55, Math.max(0.02, look.tilt + dy));
    redraw();
  }

  function zoom(factor) {
    look.zoom = Math.min(12, Math.max(0.4, look.zoom * factor));
    redraw();
  }

  wirePointer(canvas, turn, zoom);
  canvas.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.3 : 0.1;
    const acts = {
      ArrowLeft: () => turn(-step, 0), ArrowRight: () => turn(step, 0), ArrowUp: () => turn(0, step), ArrowDown: () => turn(0, -step),
      "+": () => zoom(1.15), "=": () => zoom(1.15), "-": () => zoom(1 / 1.15), " ": play,
      0: () => (Object.assign(look, START), redraw()),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    acts[event.key]();
  });
  slider.addEventListener("input", () => (stop(), redraw()));
  $("play").addEventListener("click", play);
  $("colour").addEventListener("change", redraw);
  $("from-above").addEventListener("click", () => (Object.assign(look, { turn: 0, tilt: 1.55, zoom: 1 }), redraw()));
  $("from-corner").addEventListener("click", () => (Object.assign(look, START), redraw()));
  document.addEventListener("themechange", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new ResizeObserver(redraw).observe(canvas);

  return {
    show(beads) {
      stop();
      renderer.load(beads.sections.map(floatsOf));
      model = modelOf(beads);
      slider.max = model.layers.length;
      slider.step = model.layers.length > 400 ? 1 : 0.1;
      slider.value = model.layers.length;
      $("beads-note").textContent = `${number(model.layers.length, 6)} layers of ${number(beads.layer_height_m * 1000)} mm, ` +
        `${number(beads.sections.length, 6)} different sections.`;
      redraw();
    },
    isMissing: false,
  };
}

/** Layers, middle and size of what the service sends. */
function modelOf({ sections, layers, layer_height_m }) {
  const list = layers.z_m.map((z, k) => ({ z, section: layers.section[k], done: layers.done_s?.[k] ?? k }));
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { start } of sections) {
    for (let k = 0; k < start.length; k += 2) {
      box[0] = Math.min(box[0], start[k]);
      box[1] = Math.min(box[1], start[k + 1]);
      box[2] = Math.max(box[2], start[k]);
      box[3] = Math.max(box[3], start[k + 1]);
    }
  }
  const top = Math.max(...layers.z_m) + layer_height_m;
  return {
    layers: list,
    height: layer_height_m,
    middle: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, top * 0.42],
    size: Math.max(1, Math.hypot(box[2] - box[0], box[3] - box[1], top)),
    doneAt(at) {
      const k = Math.ceil(at) - 1;
      return k < 0 ? 0 : list[k].done;
    },
  };
}

/** Colours of the page's theme, as WebGL takes them. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => {
    const hex = style.getPropertyValue(name).trim().slice(1);
    return [0, 2, 4].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255);
  };
  return { contour: read("--bead"), infill: read("--accent"), old: read("--bead-old") };
}

const aged = (inks, age) => inks.infill.map((v, k) => v + (inks.old[k] - v) * Math.min(1, Math.max(0, age)) ** 0.6);

function swatch(rgb) {
  const colour = `rgb(${rgb.map((v) => Math.round(v * 255)).join(" ")})`;
  return h("span", { class: "swatch", style: { background: colour } });
}

/** One pointer turns; two move apart to come closer; the wheel too, while the view has the focus. */
function wirePointer(canvas, turn, zoom) {
  const down = new Map();
  const apart = () => {
    const [a, b] = [...down.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const was = down.size === 2 ? apart() : 0;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (down.size === 2) zoom(apart() / Math.max(was, 1));
    else turn((event.clientX - before.x) / 160, (event.clientY - before.y) / 160);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => down.delete(event.pointerId));
  canvas.addEventListener("wheel", (event) => {
    if (document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 600));
  }, { passive: false });
}
