// The theme that was chosen here or in the console, before anything is painted.
"use strict";

const THEME = "adminTheme";

function chosenTheme() {
  try {
    return JSON.parse(localStorage.getItem(THEME));
  } catch {
    return null; // Storage is closed, or somebody else wrote there.
  }
}

function isDark() {
  const chosen = chosenTheme();
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function showTheme() {
  document.documentElement.classList.toggle("dark", isDark());
}

showTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme]")) return;
  try {
    localStorage.setItem(THEME, JSON.stringify(isDark() ? "light" : "dark"));
  } catch {
    // Then it follows the system.
  }
  showTheme();
});
