// What the parts of the side panel are made of.

import { h } from "./dom.js";

/** Redraw a part of the panel only when what it shows has changed, so that buttons keep the keyboard. */
export function drawn(container, shown, render) {
  const print = JSON.stringify(shown);
  if (container.dataset.print === print) return;
  const buttons = [...container.querySelectorAll("button, input, select")];
  const held = buttons.indexOf(document.activeElement);
  container.dataset.print = print;
  container.replaceChildren(...[render()].flat().filter(Boolean));
  if (held >= 0) container.querySelectorAll("button, input, select")[held]?.focus();
}

export const row = (title, why, control) => h("div", { class: "switch" }, labelled(title, why), control);

export const labelled = (title, why) =>
  h("div", { class: "switch-text" }, h("strong", {}, title), why && h("span", {}, why));
