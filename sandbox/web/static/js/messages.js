// The conversation: keeps the elements of messages that did not change, and the reader's place.

import { bubble, service } from "./bubble.js";
import { $, h, keyed } from "./dom.js";
import { conversation, currentChat, shownMessages, state } from "./state.js";
import { currentLanguage, dayName, t } from "./words.js";

const NEAR = 80;
const TOGETHER = 300;
let shown = null;

export function showMessages(deeds) {
  // What nobody sees (a phone shows the list) has no place: it opens at its newest message.
  const view = $("scroller").checkVisibility() ? `${state.as}/${state.chat}/${state.topic}` : null;
  const fresh = view === null || view !== shown;
  const stick = fresh || atEnd();
  if (fresh) $("messages").replaceChildren();
  const added = keyed($("messages"), rows(), (row) => row.key, (row) => rendered(row, deeds));
  shown = view;
  if (stick || added.some((element) => element.classList.contains("mine"))) toEnd();
  $("jump").hidden = atEnd();
}

export function startMessages(deeds) {
  $("scroller").addEventListener("scroll", () => { $("jump").hidden = atEnd(); });
  $("jump").addEventListener("click", toEnd);
  new ResizeObserver(() => { if ($("jump").hidden) toEnd(); }).observe($("scroller"));
  // Pictures make their message higher only when they are there.
  $("messages").addEventListener("load", () => { if ($("jump").hidden) toEnd(); }, true);
  $("messages").addEventListener("keydown", (event) => walk(event, deeds));
}

function rows() {
  const language = currentLanguage();
  const group = !currentChat().private;
  const result = [];
  let before = null;
  for (const message of shownMessages()) {
    const day = dayName(message.date);
    if (before === null || dayName(before.date) !== day) result.push({ key: `day ${day}`, kind: "day", day });
    const kind = message.service ? "service" : "message";
    result.push({ key: message.id, kind, message, follows: follows(message, before), group, language });
    before = message;
  }
  if (before === null) result.push({ key: "empty", kind: "empty", started: conversation().started, language });
  return result;
}

function follows(message, before) {
  if (before === null || before.service || before.sender !== message.sender) return false;
  return message.date - before.date < TOGETHER;
}

function rendered(row, deeds) {
  if (row.kind === "day") return h("li", { class: "day" }, h("span", {}, row.day));
  if (row.kind === "empty") return h("li", { class: "empty" }, t(row.started ? "tryExamples" : "nothing"));
  return row.kind === "service" ? service(row.message) : bubble(row, deeds);
}

function atEnd() {
  const scroller = $("scroller");
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
}

export function toEnd() {
  $("scroller").scrollTop = $("scroller").scrollHeight;
  $("jump").hidden = true;
}

/** Arrow keys walk through the messages; Enter answers the one reached, E edits it. */
function walk(event, deeds) {
  const messages = [...$("messages").querySelectorAll(".message")];
  const index = messages.indexOf(document.activeElement);
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const next = index < 0 ? messages.length - 1 : index + (event.key === "ArrowUp" ? -1 : 1);
    messages[Math.max(0, Math.min(next, messages.length - 1))]?.focus();
    event.preventDefault();
    return;
  }
  if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const message = shownMessages().find((one) => String(one.id) === messages[index].dataset.key);
  if (message === undefined || (event.key !== "Enter" && event.key !== "e")) return;
  event.preventDefault();
  if (event.key === "Enter") deeds.reply(message);
  else if (message.mine) deeds.edit(message);
}

/** Bring a message into view and let it light up. */
export function goTo(id) {
  const element = $("messages").querySelector(`[data-key="${id}"]`);
  if (element === null) return;
  element.scrollIntoView({ block: "center" });
  element.classList.remove("lit");
  requestAnimationFrame(() => element.classList.add("lit"));
}
