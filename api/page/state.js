// What the address after # holds: an estimate of the plan and what was chosen.

const SIMPLE = ["printer", "mix", "wall_system", "region", "route", "pace", "pacing", "machines", "zones", "methods", "force"];

/** {estimate, options} of an address. */
export function fromHash(hash) {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const options = {};
  for (const name of SIMPLE) if (query.has(name)) options[name] = typed(name, query.get(name));
  const settings = Object.fromEntries(query.getAll("set").map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  if (Object.keys(settings).length) options.settings = numbers(settings);
  return { estimate: query.get("estimate"), example: query.get("example"), options };
}

function typed(name, value) {
  if (name === "machines" || name === "zones") return Number(value) || 1;
  if (name === "methods") return value.split(",").filter(Boolean);
  return name === "force" ? value === "true" : value;
}

/** The other way: an address that leads back here. */
export function toHash({ estimate, options }) {
  const query = new URLSearchParams();
  if (estimate) query.set("estimate", estimate);
  for (const name of SIMPLE) if (options[name]) query.set(name, options[name]);
  for (const [key, value] of Object.entries(options.settings ?? {})) query.append("set", `${key}=${value}`);
  return `#${query}`;
}

/** Settings with numbers as numbers and words as they are. */
export function numbers(settings) {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => {
    const number = Number(value);
    return [key, value !== "" && Number.isFinite(number) ? number : value];
  }));
}
