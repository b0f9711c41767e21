// Makes the pages quicker to use. Everything works without it, and it owns no state: what is shown
// is always what the server answers for the address in the bar.
"use strict";

document.documentElement.classList.add("js");

// Search as you type and filters that apply at once: fetch the same page, swap what changed.
const filters = document.getElementById("filters");

function address(form) {
  const kept = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(kept).toString();
  return form.getAttribute("action") + (query ? "?" + query : "");
}

let latest = null;
let shown = location.pathname + location.search;

async function show(href, remember) {
  latest?.abort();
  const mine = (latest = new AbortController());
  const results = document.getElementById("results");
  results.setAttribute("aria-busy", "true");
  let page;
  try {
    const answer = await fetch(href, { signal: mine.signal, headers: { accept: "text/html" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !page.getElementById("results")) throw new Error("not the list");
  } catch {
    // A session that ended or a server that is away: let the browser show it as a page.
    if (!mine.signal.aborted) location.assign(href);
    return;
  }
  if (mine.signal.aborted) return;
  const focused = document.activeElement?.id;
  for (const id of ["tabs", "facets"]) {
    document.getElementById(id).replaceWith(page.getElementById(id));
  }
  // The live region itself stays, so that a change of its text is announced.
  const total = results.querySelector(".total");
  const fresh = page.getElementById("results");
  total.textContent = fresh.querySelector(".total").textContent;
  fresh.querySelector(".total").remove();
  while (total.nextSibling) total.nextSibling.remove();
  results.append(...fresh.childNodes);
  results.removeAttribute("aria-busy");
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  if (remember === "push") history.pushState(null, "", href);
  if (remember === "replace") history.replaceState(null, "", href);
  shown = location.pathname + location.search;
  const back = document.querySelector(".themes [name=back]");
  if (back) back.value = href;
}

if (filters) {
  if (location.hash === "#q") document.getElementById("q").focus();
  let waiting = 0;
  let typing = false;
  filters.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      // One entry in the history for one search, however many letters it took.
      show(address(filters), typing ? "replace" : "push");
      typing = true;
    }, 150);
  });
  filters.addEventListener("change", (event) => {
    if (event.target.type === "search") return;
    typing = false;
    show(address(filters), "push");
  });
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    typing = false;
    show(address(filters), "push");
  });
  addEventListener("popstate", () => {
    // Going to a place within the page (the skip link) shows nothing else.
    if (shown !== location.pathname + location.search) location.reload();
  });
}

// Keys.
const help = document.getElementById("keys");
document.querySelector("[data-keys]")?.removeAttribute("hidden");
document.querySelector("[data-keys]")?.addEventListener("click", () => help.showModal());

let before = "";
document.addEventListener("keydown", (event) => {
  const place = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
  if (place.closest("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") place.blur();
    return;
  }
  const pressed = before + event.key;
  before = event.key === "g" ? "g" : "";
  const search = document.getElementById("q");
  if (event.key === "/") {
    event.preventDefault();
    if (search) {
      search.focus();
      search.select();
    }
    else if (help) location.assign(document.querySelector(".places a").href + "#q");
  } else if (pressed === "gc") {
    document.querySelector(".places a")?.click();
  } else if (pressed === "gm") {
    document.querySelector(".may")?.click();
  } else if (event.key === "?") {
    help?.showModal();
  }
});

// Copy buttons beside refs and ids.
if (navigator.clipboard) {
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + text.textContent);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    text.after(button);
  }
}
