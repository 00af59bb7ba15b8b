// The page: a plan comes in, choices change, figures follow. Everything that is shown hangs on `now`.

import { address, get, pause, planBody, post, text } from "./api.js";
import { choosePrinter, chosenOptions, setChoices, showUsual, wireChoices } from "./choices.js";
import { forgetComparison, listPrinters, marked, wireComparison } from "./comparison.js";
import { $, fill, h, whenSeen } from "./dom.js";
import { cropped, drawing } from "./drawing.js";
import { showReport, wireReport } from "./report.js";
import { showPlan, showPlanFindings } from "./plansection.js";
import { findingsList } from "./findings.js";
import { fromHash, toHash } from "./state.js";
import { themeButton } from "./theme.js";
import { view3d } from "./view3d.js";

const SAMPLES = 1000;
const SLOW_MS = 250;
const SETTLED_MS = 150; // draws are asked for once nobody has changed anything for so long
const DOWNLOADS = [
  ["html", "Report", "one page to print"], ["xlsx", "Workbook", "with formulas"], ["csv", "Ledger", "all lines"],
  ["json", "Document", "everything, for programs"], ["svg", "Drawing", "plan with dimensions"], ["glb", "Solids", "layers in 3D"],
  ["gcode", "G-code", "path and speeds"], ["plan", "Plan", "in printhouse’s own format"],
];
/** Everything as usual: a variant is a change of the first estimate, so what is not chosen is said too. */
const USUAL = { printer: null, mix: null, wall_system: null, region: null, route: null, pace: "stands", pacing: "cheapest", machines: 1, zones: 1, methods: null, force: false, settings: {} };

/** The plan (`source` as given, `plan` as read, its check), the estimate shown, and the work under way. */
const now = { source: null, plan: null, check: null, base: null, shown: null, work: null };

const view = view3d();
let printers = [];
themeButton($("theme"));
wireReport();
wireComparison({
  request: (kind) => now.plan && {
    ...(now.base ? { estimate: now.base } : { plan: now.plan }),
    options: chosenOptions(),
    ...(kind ? { printers: kind === "marked" ? marked() : printers.filter((p) => p.deployment === kind).map((p) => p.id) } : {}),
  },
  onPick: (id) => {
    choosePrinter(id);
    $("result-title").scrollIntoView({ behavior: "smooth" });
  },
});
start();

async function start() {
  if (matchMedia("(max-width: 999px)").matches) $("choices-box").open = false; // on a phone the figures come first
  wireFiles();
  $("share").addEventListener("click", share);
  try {
    const [known] = await Promise.all([wireChoices({ onTouched: outdate, onChange: refresh }), listExamples()]);
    printers = known.printers;
    listPrinters(printers);
    await restore();
  } catch (error) {
    if (error.status === 401) await askForKey();
    else tell(error);
  }
  document.body.dataset.ready = "yes";
  addEventListener("hashchange", () => restore().catch(tell));
}

/** Ask for the key of the service, and begin again with it; a cookie goes along with downloads as well. */
async function askForKey() {
  $("key-form").hidden = false;
  $("welcome").hidden = true;
  $("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    document.cookie = `printhouse_key=${encodeURIComponent($("key").value)}; SameSite=Strict; path=${new URL(document.baseURI).pathname}`;
    location.reload();
  });
  $("key").focus();
}

/** What the address says: a plan by one of its estimates, and choices. */
async function restore() {
  const asked = fromHash(location.hash);
  setChoices(asked.options);
  if (asked.estimate) await take({ plan: await get(`estimates/${encodeURIComponent(asked.estimate)}/plan`) });
}

// --- a plan comes in ---------------------------------------------------------------------------

function wireFiles() {
  $("file").addEventListener("change", () => {
    const [file] = $("file").files;
    if (file) take({ file });
    $("file").value = "";
  });
  $("unit").addEventListener("input", (event) => event.stopPropagation());
  $("unit").addEventListener("change", () => now.source?.file && take(now.source));
  $("example").addEventListener("input", (event) => event.stopPropagation());
  $("example").addEventListener("change", () => $("example").value && takeExample($("example").value));
  // The whole window takes drops: a file that misses the box must not replace the page.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    $("drop").classList.add("over");
  });
  addEventListener("dragleave", () => $("drop").classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    $("drop").classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (file) take({ file });
  });
}

async function listExamples() {
  const { items } = await get("examples");
  for (const { id, name } of items) $("example").append(h("option", { value: id }, name));
  fill($("example-buttons"), items.map(({ id, name }) =>
    h("button", { type: "button", data: { example: id }, onclick: () => takeExample(id) }, name)));
}

async function takeExample(id) {
  try {
    await take({ plan: await get(`examples/${encodeURIComponent(id)}`), example: id });
  } catch (error) {
    tell(error);
  }
}

/** Read a plan, draw it, and estimate it. */
async function take(source) {
  now.work?.abort();
  const work = (now.work = new AbortController());
  Object.assign(now, { source, plan: null, check: null, base: null, shown: null });
  if (!source.example) $("example").value = "";
  forgetComparison();
  $("figures").hidden = true;
  const options = source.file && $("unit").value ? { unit: $("unit").value } : {};
  await busy(source.file ? `Reading ${source.file.name}` : "Reading the plan", work, async () => {
    const check = await post("checks", planBody(source, options), work.signal);
    if (!check.plan) throw Object.assign(new Error("This plan cannot be read."), { findings: check.findings });
    Object.assign(now, { check, plan: check.plan });
    $("welcome").hidden = true;
    $("sheet").hidden = false;
    showPlan(check);
  }) && await refresh();
}

// --- figures follow ----------------------------------------------------------------------------

/** What stands there no longer holds, and what is under way is not wanted any more. */
function outdate() {
  now.work?.abort();
  forgetComparison();
  $("figures").dataset.state = "old";
}

/** Estimate what is chosen: at once without draws, then with them. */
async function refresh() {
  if (!now.plan) return;
  now.work?.abort();
  const work = (now.work = new AbortController());
  const options = chosenOptions();
  $("figures").dataset.state = "old";
  await busy("Estimating", work, async () => {
    const quick = await estimate({ ...options, samples: 0 }, work.signal);
    show(quick, false);
    $("figures").dataset.state = "quick";
    history.replaceState(null, "", toHash({ estimate: now.base, options }));
    whenSeen($("structure"), () => drawStructure(quick.id));
    whenSeen($("beads-figure"), () => drawBeads(quick.id));
    await pause(SETTLED_MS, work.signal);
    show(await estimate({ ...options, samples: SAMPLES }, work.signal), true);
    $("figures").dataset.state = "exact";
  }, "The figures are up to date.");
}

/** An estimate by its options: a variant of the first one of this plan, so that the plan is sent once. */
async function estimate(options, signal) {
  if (now.base) return post(`estimates/${now.base}/variants`, { options: { ...USUAL, ...options } }, signal);
  const found = await post("estimates", { plan: now.plan, options }, signal);
  now.base = found.id;
  return found;
}

function show(estimate, isExact) {
  now.shown = estimate;
  $("figures").hidden = false;
  hush();
  showReport(estimate.document, { isExact });
  showPlanFindings(now.check, estimate.document);
  fill($("downloads"), DOWNLOADS.map(([kind, name, words]) => h("li", {},
    h("a", { href: address(estimate.links[kind] ?? `estimates/${estimate.id}.${kind}`), download: fileName(kind), data: { kind } }, name),
    h("span", { class: "faint" }, ` ${words}`))));
  showUsual(estimate.document);
}

function fileName(kind) {
  const stem = (now.check.summary?.name ?? "plan").normalize("NFKD").replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase() || "plan";
  return kind === "plan" ? `${stem}-plan.json` : `${stem}.${kind}`;
}

/** The service's drawing of how much of each wall is used. */
async function drawStructure(id) {
  try {
    const svg = drawing(await text(`estimates/${id}.svg?view=structure`), "The plan, its walls coloured by how much of what may be relied upon is used");
    fill($("structure"), svg);
    if (svg) cropped(svg);
  } catch (error) {
    fill($("structure"), h("p", { class: "faint" }, error.message));
  }
}

async function drawBeads(id) {
  if (view.isMissing) return;
  try {
    const beads = await get(`estimates/${id}/beads`);
    if (now.shown) view.show(beads);
  } catch (error) {
    $("beads-note").textContent = error.message;
  }
}

// --- telling -----------------------------------------------------------------------------------

/** Do something with signs of life; false where it failed or was called off. */
async function busy(words, work, action, done = "") {
  const timer = setTimeout(() => {
    $("busy").hidden = false;
    $("status").textContent = `${words} …`;
  }, SLOW_MS);
  document.body.dataset.busy = "yes";
  try {
    await action();
    return true;
  } catch (error) {
    if (error.name !== "AbortError" && !work.signal.aborted) tell(error);
    return false;
  } finally {
    clearTimeout(timer);
    if (now.work === work) {
      $("busy").hidden = true;
      $("status").textContent = $("problem").hidden ? done : "";
      delete document.body.dataset.busy;
    }
  }
}

/** A problem as one sentence with its findings; figures that no longer hold are taken away. */
function tell(error) {
  $("problem").hidden = false;
  $("problem-words").textContent = error.message;
  const walls = now.check ? showPlanFindings(now.check, null) : [];
  const more = (error.findings ?? []).filter((f) => !error.message.includes(f.message)); // what the sentence does not say yet
  fill($("problem-findings"), more.length ? findingsList(more, walls, (ids, tone) => now.check && showPlan.select(ids, tone)) : []);
  if (!now.check) {
    $("sheet").hidden = true;
    $("welcome").hidden = false;
  }
  $("figures").hidden = true;
  fill($("downloads"));
  if (!error.findings && !("status" in error)) console.error(error);
}

function hush() {
  $("problem").hidden = true;
}

async function share() {
  const link = location.href;
  try {
    await navigator.clipboard.writeText(link);
    $("share-words").textContent = "Copied.";
  } catch {
    $("share-words").textContent = link;
  }
}
