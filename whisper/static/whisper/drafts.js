// What was sent from a form after the session had ended comes back once the same account has signed
// in again. Only this tab holds it, and only until it is saved or another page is opened.
"use strict";

(() => {
  const KEY = "whisper-draft";
  const isTyped = (form, name) => form.querySelector(`[name="${CSS.escape(name)}"][type="hidden"]`) === null;

  function keep(form) {
    const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && isTyped(form, name));
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, account: form.dataset.kept, values }));
  }

  function bring_back(form, values) {
    for (const box of form.querySelectorAll('[type="checkbox"], [type="radio"]')) {
      box.checked = values.some(([name, value]) => name === box.name && value === box.value);
    }
    for (const [name, value] of values) {
      const field = form.querySelector(`[name="${CSS.escape(name)}"]:not([type="checkbox"], [type="radio"])`);
      if (field) field.value = value;
    }
    const note = document.createElement("p");
    note.className = "banner";
    note.setAttribute("role", "status");
    note.textContent = "Your session had ended before this was saved. Here is what you entered: save it again.";
    form.before(note);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-kept]");
    form?.addEventListener("submit", () => keep(form));
    // Pages that ask to sign in, or for a reason, come between; the palette is on them too.
    if (!document.querySelector(".console:not(dialog)")) return;
    const held = JSON.parse(sessionStorage.getItem(KEY) || "null");
    sessionStorage.removeItem(KEY);
    const fits = form && held && held.path === location.pathname && held.account === form.dataset.kept;
    if (fits && form.dataset.sent === undefined) bring_back(form, held.values);
  });
})();
