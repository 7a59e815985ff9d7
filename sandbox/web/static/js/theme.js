// Light and dark: the system's choice until the visitor makes one.

import { $ } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "docsbot-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  return localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light");
}

function show() {
  document.documentElement.dataset.theme = chosen();
  $("theme").replaceChildren(icon(chosen() === "dark" ? "sun" : "moon"));
}

export function startTheme() {
  $("theme").addEventListener("click", () => {
    localStorage.setItem(KEY, chosen() === "dark" ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}
