// The command menu: opens on "/", filters while one types, walks with the arrow keys.

import { $, h } from "./dom.js";
import { conversation, me } from "./state.js";
import { t } from "./words.js";

const USUAL = ["help", "invoice", "getinvoice", "act", "client", "queue", "whoami"];
const ADMINS = ["logins", "unresolved", "resume"];
const NEED_MORE = new Set(["invoice", "getinvoice", "act", "client", "resume"]);

let active = 0;
let offered = [];
let choose = () => {};

/** The bot's own menu where it has set one; else the commands that it is known to have. */
function all() {
  const own = conversation()?.commands ?? [];
  if (own.length > 0) return own;
  const names = me()?.role === "admin" ? [...USUAL, ...ADMINS] : USUAL;
  return names.map((command) => ({ command, description: t(`c_${command}`) }));
}

export function startCommands(onChoose) {
  choose = onChoose;
}

export const commandsOpen = () => !$("commands").hidden;

export function suggest(text) {
  const typed = /^\/(\w*)$/.exec(text);
  offered = typed === null ? [] : all().filter((one) => one.command.startsWith(typed[1].toLowerCase()));
  active = 0;
  draw();
}

export function closeCommands() {
  offered = [];
  draw();
}

/** Take a key while the menu is open; true if it was meant for the menu. */
export function commandKey(event) {
  if (!commandsOpen()) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    active = (active + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
    draw();
  } else if (event.key === "Enter" || event.key === "Tab") pick(active);
  else if (event.key === "Escape") closeCommands();
  else return false;
  event.preventDefault();
  return true;
}

function pick(index) {
  const { command } = offered[index];
  closeCommands();
  choose(`/${command}`, NEED_MORE.has(command));
}

function draw() {
  const list = $("commands");
  list.hidden = offered.length === 0;
  $("text").setAttribute("aria-expanded", String(!list.hidden));
  list.replaceChildren(...offered.map((one, index) =>
    h(
      "li",
      {
        id: `command-${index}`, role: "option", "aria-selected": String(index === active),
        // Before the press: the text field keeps the keyboard.
        mousedown: (event) => event.preventDefault(), click: () => pick(index),
      },
      h("strong", {}, `/${one.command}`),
      h("span", {}, one.description),
    )));
  if (list.hidden) $("text").removeAttribute("aria-activedescendant");
  else {
    $("text").setAttribute("aria-activedescendant", `command-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }
}
