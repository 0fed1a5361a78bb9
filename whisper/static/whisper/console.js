// Keys and small helps of the console's own pages. Everything works without it, but for the keys.
"use strict";

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(selector, by) {
  const links = [...document.querySelectorAll(selector)];
  const now = links.indexOf(document.activeElement);
  const next = now < 0 && by < 0 ? links.length - 1 : now + by;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}

function first(...names) {
  return names.map((name) => document.querySelector(`.console [data-${name}]`)).find((one) => one);
}

const KEYS = {
  "/": () => document.querySelector(".console [data-search]")?.focus(),
  j: () => step(".console [data-row]", 1),
  k: () => step(".console [data-row]", -1),
  x: () => document.activeElement.closest(".console .hit")?.querySelector("[name=chosen]")?.click(),
  e: () => document.querySelector(".console [data-edit]")?.click(),
  "[": () => first("previous", "earlier")?.click(),
  "]": () => first("following", "later")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll(".console details.choice[open]").forEach((one) => one.removeAttribute("open"));
    return;
  }
  const known = Object.hasOwn(KEYS, event.key) && document.querySelector(".console");
  if (!known || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
});

// A mark of the mood chart tells what it is below the chart, as it is looked at or has the focus.
document.addEventListener("DOMContentLoaded", () => {
  const tip = document.querySelector(".console [data-tip]");
  const points = [...document.querySelectorAll(".console .point")];
  for (const [number, point] of points.entries()) {
    const tell = () => { if (tip) tip.textContent = point.getAttribute("aria-label"); };
    point.addEventListener("focus", tell);
    point.addEventListener("mouseenter", tell);
    point.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) points[number + by]?.focus();
    });
  }
  // A tab that is open is in sight, also where a phone has no room for all.
  for (const tab of document.querySelectorAll(".console .tabs a[aria-current]")) {
    tab.parentElement.scrollLeft = tab.offsetLeft - 24;
  }
  // On a phone the mood chart is wider than its card: the latest is in sight.
  for (const plot of document.querySelectorAll(".console .plot:has(.moods)")) plot.scrollLeft = plot.scrollWidth;
  const chosen = document.querySelector(".console .lines :is(.sought, .chosen)");
  if (chosen) chosen.parentElement.scrollTop = chosen.offsetTop - chosen.parentElement.offsetTop - 80;
  document.querySelectorAll(".console output[data-of]").forEach((output) => {
    const slider = document.getElementById(output.dataset.of);
    slider?.addEventListener("input", () => { output.textContent = slider.value; });
  });
  const counted = document.querySelector(".console [data-chosen]");
  const count = () => {
    const number = counted.closest("form").querySelectorAll("[name=chosen]:checked").length;
    counted.textContent = number ? `${number} chosen` : "";
  };
  if (counted) {
    counted.closest("form").addEventListener("change", count);
    count();
  }
  document.querySelectorAll(".console [data-copy]").forEach((button) => {
    button.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(button.dataset.copy);
      const icon = button.querySelector(".material-symbols-outlined");
      if (icon && navigator.clipboard) icon.textContent = "check";
      button.title = navigator.clipboard ? "Copied" : "Copying needs HTTPS";
    });
  });
  document.querySelectorAll(".console [data-copies]").forEach((button) => {
    button.addEventListener("click", async () => {
      const texts = document.getElementById(button.dataset.copies).querySelectorAll("pre");
      await navigator.clipboard?.writeText([...texts].map((one) => one.textContent).join("\n\n"));
      button.lastElementChild.textContent = navigator.clipboard ? "Copied" : "Copying needs HTTPS";
    });
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll(".console details.choice[open]").forEach((one) => {
      if (!one.contains(event.target)) one.removeAttribute("open");
    });
  });
});

// Django's lists of rights label their help without a role, so that screen readers skip it.
window.addEventListener("load", () => requestAnimationFrame(() => {
  document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((one) => one.setAttribute("role", "img"));
}));
