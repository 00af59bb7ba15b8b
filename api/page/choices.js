// The form of choices: printer, mix, walls, place, prices. Says what was chosen, and shows what is usual.

import { get } from "./api.js";
import { $, fill, h } from "./dom.js";
import { number } from "./format.js";
import { numbers } from "./state.js";

const WALLS = {
  single: "Single bead", solid: "Solid", "double-leaf": "Double leaf", "double-leaf-webs": "Double leaf, webs",
  "double-leaf-zigzag": "Double leaf, zigzag", "double-leaf-sine": "Double leaf, wave", cellular: "Cellular",
  "filled-core": "Filled core", forked: "Forked", "element-hollow": "Hollow element",
};
const STANDS = { frame: "Frames over the building", stands: "Machines that stand in or beside it", factory: "Factories" };

/** Settings with a field of their own: id of the field, key, whose fact it is. */
const FIELDS = [
  ["mix-price", "mix.price_per_m3", "mix"],
  ["operator-wage", "region.operator_rate_per_h", "region"],
  ["labourer-wage", "region.labourer_rate_per_h", "region"],
  ["hire-rate", "printer.hire_rate_per_day", "printer"],
  ["crew", "printer.crew_persons", "printer"],
  ["speed", "printer.print_speed_m_per_s", "printer"],
];
const OWN = new Set(FIELDS.map(([, key]) => key));
const NOUNS = { printer: "printers", mix: "mixes", region: "regions" };
const SELECTS = { printer: "printer", mix: "mix", wall_system: "wall-system", region: "region", pace: "pace", pacing: "pacing", route: "route" };
const COUNTS = ["machines", "zones"];
const facts = new Map();

/** Fill the lists from the service; `onTouched` is called at every change, `onChange` once nobody goes on typing. */
export async function wireChoices({ onTouched, onChange }) {
  const [printers, mixes, regions, methods] = await Promise.all(["printers", "mixes", "regions", "methods"].map(async (n) => (await get(n)).items));
  const option = ({ id, name }) => h("option", { value: id }, name);
  const byName = (a, b) => a.name.localeCompare(b.name);
  fill($("printer"), h("option", { value: "" }, "Usual"), Object.entries(STANDS).map(([kind, label]) =>
    h("optgroup", { label }, printers.filter((p) => p.deployment === kind).sort(byName).map((p) =>
      h("option", { value: p.id }, p.maker && !p.name.includes(p.maker.split(" ")[0]) ? `${p.name} (${p.maker})` : p.name)))));
  fill($("mix"), h("option", { value: "" }, "Usual"), mixes.map(option));
  fill($("wall-system"), h("option", { value: "" }, "Usual"), Object.entries(WALLS).map(([id, name]) => option({ id, name })));
  fill($("region"), h("option", { value: "" }, "Usual"), [...regions].sort(byName).map(option));
  $("methods").append(...methods.map(({ id, name }) => check(`method-${id}`, id, name, true)));

  const form = $("choices");
  let timer = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    onTouched();
    const isTyped = event.target.matches("input:not([type=checkbox]), textarea");
    timer = setTimeout(onChange, isTyped ? 300 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    clearTimeout(timer);
    onTouched();
    timer = setTimeout(onChange, 0);
  });
  return { printers };
}

/** A box to tick, with its label. */
export function check(id, value, words, checked = false) {
  return h("div", { class: "field check" }, h("input", { type: "checkbox", id, value, checked }), h("label", { for: id }, words));
}

/** What is chosen, as options of an estimate; what is left at "usual" is not in it. */
export function chosenOptions() {
  const options = {};
  for (const [name, id] of Object.entries(SELECTS)) if ($(id).value) options[name] = $(id).value;
  if ($("force").checked) options.force = true;
  for (const name of COUNTS) if (Number($(name).value) > 1) options[name] = Number($(name).value);
  const boxes = [...$("methods").querySelectorAll("input")];
  const methods = boxes.filter((box) => box.checked).map((box) => box.value);
  if (methods.length < boxes.length) options.methods = methods;
  const settings = {};
  for (const [id, key] of FIELDS) if ($(id).value !== "") settings[key] = $(id).value;
  for (const line of $("settings").value.split(/[\n;]/)) {
    const [key, value] = line.split(/=(.*)/s).map((t) => t?.trim());
    if (key && value) settings[key] = value;
  }
  if (Object.keys(settings).length) options.settings = numbers(settings);
  return options;
}

/** Put options into the form, as an address told them. */
export function setChoices(options) {
  for (const [name, id] of Object.entries(SELECTS)) $(id).value = options[name] ?? "";
  $("force").checked = options.force === true;
  for (const name of COUNTS) $(name).value = options[name] ?? 1;
  for (const box of $("methods").querySelectorAll("input")) box.checked = options.methods?.includes(box.value) ?? true;
  const settings = options.settings ?? {};
  for (const [id, key] of FIELDS) $(id).value = settings[key] ?? "";
  $("settings").value = Object.entries(settings).filter(([key]) => !OWN.has(key)).map((pair) => pair.join("=")).join("\n");
  if (Object.keys(settings).length) $("prices").open = true;
}

/** Choose one printer. */
export function choosePrinter(id) {
  $("printer").value = id;
  $("choices").dispatchEvent(new Event("input"));
}

/** Say what "usual" came to, and what the price fields stand at. */
export async function showUsual(d) {
  const usual = { printer: d.names.printer, mix: d.names.mix, region: d.names.region, "wall-system": WALLS[d.wall_system] ?? d.wall_system };
  for (const [id, name] of Object.entries(usual)) {
    const select = $(id);
    if (!select.value) select.options[0].textContent = `Usual: ${name}`;
  }
  const known = Object.fromEntries(await Promise.all(Object.entries(NOUNS).map(async ([kind, noun]) => [kind, await factsOf(noun, d[kind])])));
  for (const [id, key, kind] of FIELDS) {
    const fact = known[kind]?.[key.split(".")[1]];
    $(id).placeholder = fact ? number(fact.value) : "";
    $(`${id}-unit`).textContent = fact?.unit?.replace(/\/m3/, "/m³").replace("currency", d.currency) ?? "";
  }
}

async function factsOf(noun, id) {
  const name = `${noun}/${encodeURIComponent(id)}`;
  if (!facts.has(name)) facts.set(name, get(name).then((entry) => entry.facts).catch(() => null));
  return facts.get(name);
}
