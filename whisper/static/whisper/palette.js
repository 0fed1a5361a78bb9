// The palette: Ctrl K opens it, words find pages, people and memories, arrows choose one.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const form = palette.querySelector("form");
  const words = form.elements.words;
  const found = palette.querySelector("[data-found]");
  const status = palette.querySelector("[role=status]");
  const PAUSE = 250;
  let waiting = 0;
  let asking = new AbortController();

  function open() {
    if (palette.open) return;
    palette.showModal();
    words.select();
  }

  function choices() {
    return [...found.querySelectorAll("a, button")];
  }

  function show(html) {
    found.innerHTML = html;
    status.textContent = found.querySelector("[data-count]")?.textContent ?? "";
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    if (!words.value.trim()) return show("");
    try {
      const options = { method: "POST", body: new FormData(form), redirect: "manual", signal: asking.signal };
      const answer = await fetch(form.action, options);
      if (answer.ok) show(await answer.text());
      // The session has ended: the page leads to the sign-in.
      else location.reload();
    } catch (error) {
      if (error.name !== "AbortError") show("<p data-count>Whisper can't be reached.</p>");
    }
  }

  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choices()[0]?.click();
  });
  palette.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const all = [words, ...choices()];
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  });
  // Beside it, the dialog itself is clicked.
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  document.querySelectorAll("[data-palette]").forEach((one) => one.addEventListener("click", open));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
});
