// Drawings of the service, taken into the page: only known shapes survive, and they take the page's colours.

const ELEMENTS = new Set(["svg", "g", "title", "path", "rect", "line", "circle", "polyline", "polygon", "text", "tspan"]);
const ATTRIBUTES = new Set(
  ("viewBox d x y x1 y1 x2 y2 cx cy r width height points transform fill fill-rule stroke stroke-width stroke-linejoin " +
    "stroke-linecap stroke-dasharray font-size font-weight text-anchor paint-order opacity").split(" "),
);
const INKS = new Map([
  ["#222222", "var(--ink)"],
  ["#2b2825", "var(--ink)"],
  ["#777777", "var(--faint)"],
  ["#6b6b6b", "var(--faint)"],
]);

/** An SVG document as an element of this page, or null where it is none. */
export function drawing(source, label) {
  const parsed = new DOMParser().parseFromString(source, "image/svg+xml");
  if (parsed.querySelector("parsererror") || parsed.documentElement.localName !== "svg") return null;
  const svg = document.importNode(cleaned(parsed.documentElement), true);
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const paper = svg.querySelector(":scope > rect");
  if (paper?.getAttribute("fill") === "#ffffff") paper.remove();
  svg.querySelector("title")?.remove();
  for (const words of [...svg.querySelectorAll(":scope > text")].slice(0, 2)) words.remove(); // the page says them itself
  for (const element of svg.querySelectorAll("*")) recolour(element);
  return svg;
}

/** Take away the empty margins of a drawing that stands in the page. */
export function cropped(svg) {
  const box = svg.getBBox();
  if (box.width && box.height) svg.setAttribute("viewBox", [box.x - 1, box.y - 1, box.width + 2, box.height + 2].join(" "));
}

function cleaned(element) {
  for (const child of [...element.children]) {
    if (ELEMENTS.has(child.localName)) cleaned(child);
    else child.remove();
  }
  for (const attribute of [...element.attributes]) {
    const isOutside = /url\(|javascript:|data:/i.test(attribute.value);
    if (!ATTRIBUTES.has(attribute.name) || isOutside) element.removeAttributeNode(attribute);
  }
  return element;
}

/** Ink and paper follow light and dark; colours that mean something stay. */
function recolour(element) {
  const fill = element.getAttribute("fill");
  const stroke = element.getAttribute("stroke");
  if (INKS.has(fill)) element.style.setProperty("fill", INKS.get(fill));
  if (INKS.has(stroke)) element.style.setProperty("stroke", INKS.get(stroke));
  if (fill === "#ffffff") element.style.setProperty("fill", "var(--paper)");
  if (stroke === "#ffffff") element.style.setProperty("stroke", "var(--paper)");
}
