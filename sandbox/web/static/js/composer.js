// Writing: the text field, what it answers or edits, examples to begin with.

import { post } from "./api.js";
import { closeCommands, commandKey, commandsOpen, startCommands, suggest } from "./commands.js";
import { $, button, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { conversation, currentChat, me, shownMessages, state } from "./state.js";
import { t } from "./words.js";

const EXAMPLES = ["/invoice alice 1500", "/act alice 7", "/invoice bob 1,234", "/queue"];
let about = null; // { kind: "reply" | "edit", message }
const asked = new Set();

export function startComposer() {
  startCommands((command, needsMore) => {
    fill(needsMore ? `${command} ` : command);
    if (!needsMore) send();
  });
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("text").addEventListener("input", () => { grow(); suggest($("text").value); });
  $("text").addEventListener("blur", () => setTimeout(closeUnlessWriting, 150));
  $("text").addEventListener("keydown", onKey);
  $("slash").addEventListener("mousedown", (event) => event.preventDefault());
  $("slash").addEventListener("click", () => (commandsOpen() ? closeCommands() : fill("/")));
  $("context-close").addEventListener("click", () => { leave(); $("text").focus(); });
  $("start").addEventListener("click", () => say("/start"));
}

export function showComposer() {
  const chat = conversation();
  const alone = chat !== undefined && !chat.started;
  $("start").hidden = !alone;
  $("composer").classList.toggle("unstarted", alone);
  const rows = EXAMPLES.map((text) => ({ text, alone }));
  keyed($("examples"), rows, (row) => row.text, ({ text }) => button("chip", () => fill(text), {}, text));
  $("examples").setAttribute("aria-label", t("tryThis"));
  followQuestion();
  drawContext();
  grow();
}

function closeUnlessWriting() {
  if (document.activeElement !== $("text")) closeCommands();
}

/** Put a text into the field, to be sent or changed. */
export function fill(text) {
  const field = $("text");
  field.value = text;
  field.focus();
  field.setSelectionRange(text.length, text.length);
  grow();
  suggest(text);
}

export function reply(message) {
  about = { kind: "reply", message };
  drawContext();
  $("text").focus();
}

export function edit(message) {
  about = { kind: "edit", message };
  drawContext();
  fill(message.text);
}

export function leave() {
  if (about?.kind === "edit") { $("text").value = ""; grow(); }
  about = null;
  drawContext();
}

/** Forget what was being written: the visitor is somebody or somewhere else now. */
export function clearComposer() {
  about = null;
  $("text").value = "";
  grow();
  closeCommands();
  drawContext();
}

/** A bot's forced reply opens the answer by itself, once. */
function followQuestion() {
  const question = shownMessages().findLast((message) => message.asks);
  if (question !== undefined && !asked.has(`${state.as}/${state.chat}/${question.id}`)) {
    asked.add(`${state.as}/${state.chat}/${question.id}`);
    about = { kind: "reply", message: question };
  }
  if (about !== null && !shownMessages().some((message) => message.id === about.message.id)) leave();
}

function drawContext() {
  $("context").hidden = about === null;
  const message = about?.message;
  $("text").placeholder = (about?.kind === "reply" && message.asks?.placeholder) || t("message");
  if (about === null) return;
  $("context-icon").replaceChildren(icon(about.kind));
  const name = message.mine ? t("you") : message.from;
  $("context-title").textContent = about.kind === "edit" ? t("editing") : t("replyTo", { name });
  $("context-snippet").textContent = message.text || message.document?.name || "";
}

function onKey(event) {
  if (event.isComposing || commandKey(event)) return;
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
  else if (event.key === "Escape" && about !== null) { event.preventDefault(); leave(); }
  else if (event.key === "ArrowUp" && $("text").value === "") {
    const last = shownMessages().findLast((message) => message.mine);
    if (last !== undefined) { event.preventDefault(); edit(last); }
  }
}

async function send() {
  const text = $("text").value.trim();
  if (text === "" || currentChat() === undefined) return;
  const written = $("text").value;
  const before = about;
  clearComposer();
  const done = before?.kind === "edit"
    ? await post("act/edit", { person: state.as, chat: state.chat, message: before.message.id, text })
    : await say(text, before?.message.id);
  if (!done && $("text").value === "") { about = before; fill(written); drawContext(); }
}

function say(text, replyTo = null) {
  return post("act/say", { person: me().id, chat: state.chat, text, reply_to: replyTo, thread: state.topic || null });
}

function grow() {
  const field = $("text");
  // On a phone it may not be on the screen, and then has no height to go by.
  if (field.offsetParent === null) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}
