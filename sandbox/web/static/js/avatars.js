// Round pictures with initials, in a colour that belongs to the id.

import { h } from "./dom.js";

const COLOURS = 7;

export function avatarOf(id, name) {
  const element = h("span", { class: "avatar", "aria-hidden": "true" });
  paintAvatar(element, id, name);
  return element;
}

export function paintAvatar(element, id, name) {
  element.textContent = [...name][0]?.toUpperCase() ?? "";
  element.dataset.colour = colourOf(id);
}

export const colourOf = (id) => String(Math.abs(id) % COLOURS);
