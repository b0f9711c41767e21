// Lists what keeps somebody from using this page. Runs as the body of a function.
const problems = [];
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const seen = (element) => element.checkVisibility({ visibilityProperty: true });
const start = (element) => element.outerHTML.slice(0, 90);
const text = (ids) => (ids ?? "").split(" ").map((id) => document.getElementById(id)?.textContent.trim() ?? "").join(" ").trim();

// The document.
if (!document.documentElement.lang) problems.push("no language");
if (!document.title.trim()) problems.push("no title");
if (!document.querySelector("meta[name=viewport][content*='width=device-width']")) problems.push("no viewport");
const bytes = performance.getEntriesByType("navigation")[0].decodedBodySize;
if (bytes > 40000) problems.push(`it weighs ${bytes} bytes`);

// It fits its window.
if (document.scrollingElement.scrollWidth > innerWidth) {
  const wide = all("body *").filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll"));
  problems.push(`wider than the window: ${wide.slice(0, 2).map(start)}`);
}

// Landmarks and headings.
for (const [what, count] of [["main parts", all("main").length], ["first headings", all("h1").length], ["banners", all("header").length]]) {
  if (count !== 1) problems.push(`${count} ${what}`);
}
const landmarks = all("nav, aside, section").map((e) => e.getAttribute("aria-label") ?? text(e.getAttribute("aria-labelledby")));
if (landmarks.includes("")) problems.push("a landmark without a name");
let level = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6").filter((e) => !e.closest("dialog"))) {
  const found = Number(heading.tagName[1]);
  if (found > level + 1) problems.push(`h${found} after h${level}`);
  level = found;
}

// Ids and what refers to them.
const ids = all("[id]").map((e) => e.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) problems.push(`id twice: ${id}`);
for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "list"]) {
  for (const element of all(`[${attribute}]`)) {
    for (const id of element.getAttribute(attribute).split(" ")) {
      if (!ids.includes(id)) problems.push(`${attribute} leads nowhere: ${id}`);
    }
  }
}

// Names of what can be used or looked at.
const name = (element) =>
  (element.getAttribute("aria-label") ??
    (text(element.getAttribute("aria-labelledby")) ||
      [...(element.labels ?? [])].map((label) => label.textContent).join("") ||
      (element.matches("input, select, textarea") ? "" : element.textContent))).trim();
for (const element of all("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
  if (!name(element)) problems.push(`no name: ${start(element)}`);
  if (element.tabIndex > 0) problems.push(`jumps the order: ${start(element)}`);
}
for (const element of all("[tabindex]")) {
  if (element.tabIndex > 0) problems.push(`jumps the order: ${start(element)}`);
}
for (const image of all("img, svg").filter((e) => !e.parentElement.closest("svg"))) {
  if (image.getAttribute("aria-hidden") !== "true" && !(image.alt || image.getAttribute("aria-label") || text(image.getAttribute("aria-labelledby")))) {
    problems.push(`no name: ${start(image)}`);
  }
}

// Tables.
for (const table of all("table")) {
  if (!all("thead th", table).length) problems.push(`no header: ${start(table)}`);
  for (const header of all("th:not([scope])", table)) problems.push(`no scope: ${start(header)}`);
}
// What scrolls can be scrolled by keyboard.
for (const box of all(".scroll")) {
  if (box.scrollWidth > box.clientWidth && box.tabIndex < 0) problems.push(`out of reach: ${start(box)}`);
}

// Contrast, as WCAG 2 computes it, of every piece of text with what lies behind it.
const colour = (css) => {
  const numbers = /^rgba?\(([^)]+)\)$/.exec(css)?.[1].split(/[, /]+/).map(Number);
  return numbers ? { r: numbers[0], g: numbers[1], b: numbers[2], a: numbers[3] ?? 1 } : { r: 0, g: 0, b: 0, a: 0 };
};
const over = (top, bottom) => {
  const mix = (channel) => top[channel] * top.a + bottom[channel] * (1 - top.a);
  return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
};
const behind = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const box = e.matches(".node") && e.querySelector("rect");
    layers.push(colour(getComputedStyle(e).backgroundColor));
    if (box) layers.push(colour(getComputedStyle(box).fill));
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
};
const luminance = ({ r, g, b }) => {
  const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const check = (element, css, what) => {
  const ground = behind(element);
  const found = contrast(over(colour(css), ground), ground);
  if (found < 4.5) problems.push(`contrast ${found.toFixed(2)}: ${what}`);
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let checked = 0;
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const words = walker.currentNode.data.trim();
  if (!words || !seen(element) || element.closest("option, .unseen, title, desc, .copy")) continue;
  const style = getComputedStyle(element);
  check(element, element.closest("svg") ? style.fill : style.color, words.slice(0, 40));
  checked += 1;
}
if (checked < 5) problems.push(`only ${checked} pieces of text`);
for (const input of all("input[placeholder]")) check(input, getComputedStyle(input, "::placeholder").color, input.placeholder);
return problems;
