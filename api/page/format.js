// Numbers, money and units for people, by Intl.

const cached = new Map();

function formatter(options) {
  const key = JSON.stringify(options);
  if (!cached.has(key)) cached.set(key, new Intl.NumberFormat("en", options));
  return cached.get(key);
}

/** A number with as many digits as mean something. */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 10 ** (digits - 1)) return formatter({ maximumFractionDigits: 0 }).format(tidy(value));
  return formatter({ maximumSignificantDigits: digits }).format(value);
}

/** With one decimal, so that figures under one another have the same. */
export const oneDigit = (value) => formatter({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

/** Money to three or four digits: nobody knows the cents of a house. */
export function money(value, currency) {
  if (!Number.isFinite(value)) return "–";
  const fine = Math.abs(value) < 100;
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
  return formatter({ ...options, maximumFractionDigits: fine ? 2 : 0, minimumFractionDigits: 0 }).format(
    fine ? value : tidy(value),
  );
}

/** The same in thousands where it is long: $48.1K. */
export function shortMoney(value, currency) {
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol", notation: "compact" };
  return formatter({ ...options, maximumSignificantDigits: 3 }).format(value);
}

/** −0 and digits beyond the third of large numbers are noise. */
function tidy(value) {
  const size = Math.abs(value);
  const step = size >= 100000 ? 100 : size >= 10000 ? 10 : 1;
  return Math.round(value / step) * step || 0;
}

export const percent = (share) => formatter({ style: "percent", maximumFractionDigits: 0 }).format(share);

/** A chance, without claiming certainty that draws cannot give. */
export function chance(share) {
  if (!Number.isFinite(share)) return "–";
  if (share < 0.01) return "< 1%";
  if (share > 0.99) return "> 99%";
  return percent(share);
}

export const hours = (seconds) => `${number(seconds / 3600)} h`;

/** A duration in the unit in which people say it. */
export function duration(seconds) {
  const size = Math.abs(seconds);
  if (size < 90) return `${number(seconds, 2)} s`;
  if (size < 5400) return `${number(seconds / 60, 2)} min`;
  return hours(seconds);
}

/** "11.3 – 22.8 h": two numbers and their unit once. */
export function span(low, high, shown, unit = "") {
  return `${shown(low)} – ${shown(high)}${unit ? ` ${unit}` : ""}`;
}

/** A fact's name as words: printer.hire_rate_per_day → Printer: hire rate per day. */
export function factWords(name) {
  const parts = name.split(".");
  const kind = parts[0].replace("terms", "site work").replace("resource", "price").replace("activity", "work");
  const detail = parts.slice(1).join(", ").replace(/_(s|h|d)_per/g, " per").replaceAll("_", " ").replaceAll("-", " ");
  const said = detail.replace(/ (m|mm|pa|kg|s|h|w|d)$/, "").replace(/ m3$/, " m³").replace(/\busd\b/, "USD");
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}: ${said}`;
}
