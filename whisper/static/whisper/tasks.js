// The page of a job: its part that changes is fetched until the job is over.
"use strict";

(() => {
  const part = document.querySelector("[data-part]"), SECONDS = 1;
  async function look() {
    if (part.querySelector("[data-over]")) return;
    try {
      const response = await fetch("?part=1", { headers: { Accept: "text/html" } });
      // Signed out: the page stays as it is until it is reloaded.
      if (response.redirected || response.status === 404) return;
      const text = await response.text();
      if (response.ok && text !== part.dataset.last) { part.dataset.last = text; part.innerHTML = text; }
    } catch { /* The server is away; it is asked again. */ }
    setTimeout(look, SECONDS * 1000);
  }
  if (part) setTimeout(look, SECONDS * 1000);
})();
