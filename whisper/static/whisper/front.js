// The front page: how each part is, which is asked again every few seconds while it is looked at.
"use strict";

(() => {
  const part = document.querySelector("[data-health]"), EACH = 10_000;

  async function look() {
    // What has the focus is left where it is.
    if (document.hidden || part.contains(document.activeElement)) return;
    try {
      const response = await fetch(part.dataset.health, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) throw new Error("no answer");
      part.innerHTML = await response.text();
      part.classList.remove("late");
    } catch {
      part.classList.add("late");
    }
  }

  setInterval(look, EACH);
  document.addEventListener("visibilitychange", look);
})();
