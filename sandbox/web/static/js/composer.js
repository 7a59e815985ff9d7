// Writing: the text field, what it answers or edits, examples to begin with.

import { post } from "./api.js";
import { attach, attachment, drawAttachment, startAttachment } from "./attachment.js";
import { closeCommands, commandKey, commandsOpen, startCommands, suggest } from "./commands.js";
import { $, button, keyed } from "./dom.js";
import { examples } from "./examples.js";
import { icon } from "./icons.js";
import { conversation, currentChat, me, shownMessages, state } from "./state.js";
import { t } from "./words.js";

let about = null; // { kind: "reply" | "edit", message, asked: whether the bot asked for the reply }
const settled = new Set(); // questions of the bot that were answered or put away

export function startComposer() {
  startCommands((command, needsMore) => {
    fill(needsMore ? `${command} ` : command);
    if (!needsMore) send();
  });
  startAttachment(() => $("text").focus());
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("text").addEventListener("input", () => { grow(); suggest($("text").value); });
  $("text").addEventListener("blur", () => setTimeout(closeUnlessWriting, 150));
  $("text").addEventListener("keydown", onKey);
  $("slash").addEventListener("mousedown", (event) => event.preventDefault());
  $("slash").addEventListener("click", () => (commandsOpen() ? closeCommands() : fill("/")));
  $("context-close").addEventListener("click", () => { putAway(); $("text").focus(); });
  $("start").addEventListener("click", () => say("/start"));
}

export function showComposer() {
  const chat = conversation();
  const alone = chat !== undefined && !chat.started;
  $("start").hidden = !alone;
  $("composer").classList.toggle("unstarted", alone);
  const rows = examples(me().role, currentChat().private).map((text) => ({ text, alone }));
  keyed($("examples"), rows, (row) => row.text, ({ text }) => button("chip", () => fill(text), {}, text));
  $("examples").setAttribute("aria-label", t("tryThis"));
  followQuestion();
  drawContext();
  drawAttachment();
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
  attach(null);
  about = { kind: "edit", message };
  drawContext();
  fill(message.text);
}

function leave() {
  if (about?.kind === "edit") { $("text").value = ""; grow(); }
  about = null;
  drawContext();
}

/** Leave what is answered or edited because the visitor says so: a question does not open once more. */
function putAway() {
  if (about?.asked) settled.add(nameOf(about.message));
  leave();
}

/** Forget what was being written: the visitor is somebody or somewhere else now. */
export function clearComposer() {
  about = null;
  attach(null);
  $("text").value = "";
  grow();
  closeCommands();
  drawContext();
}

/** The newest reply that the bot asked for opens by itself, and only while nothing was said after it. */
function followQuestion() {
  const question = openQuestion();
  if (about?.asked && about.message.id !== question?.id) about = null;
  if (about === null && question !== undefined) about = { kind: "reply", message: question, asked: true };
  if (about !== null && !shownMessages().some((message) => message.id === about.message.id)) leave();
}

function openQuestion() {
  const messages = shownMessages();
  const question = messages.findLast((message) => message.asks);
  if (question === undefined || settled.has(nameOf(question))) return undefined;
  const answered = ({ id, mine, thread }) => mine && id > question.id && thread === question.thread;
  return messages.some(answered) ? undefined : question;
}

const nameOf = (message) => `${state.as}/${state.chat}/${message.id}`;

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
  else if (event.key === "Escape" && about !== null) { event.preventDefault(); putAway(); }
  else if (event.key === "ArrowUp" && $("text").value === "") {
    const last = shownMessages().findLast((message) => message.mine);
    if (last !== undefined) { event.preventDefault(); edit(last); }
  }
}

async function send() {
  const written = $("text").value;
  const text = written.trim();
  const file = attachment();
  if ((text === "" && file === null) || currentChat() === undefined) return;
  const before = about;
  if (before?.asked) settled.add(nameOf(before.message));
  clearComposer();
  if (await sent(text, file, before) || $("text").value !== "") return;
  if (before?.asked) settled.delete(nameOf(before.message));
  about = before;
  attach(file);
  fill(written);
  drawContext();
}

function sent(text, file, before) {
  if (before?.kind === "edit") {
    return post("act/edit", { person: state.as, chat: state.chat, message: before.message.id, text });
  }
  return say(text, before?.message.id, file);
}

function say(text, replyTo = null, file = null) {
  const place = { person: me().id, chat: state.chat, reply_to: replyTo, thread: state.topic || null };
  if (file === null) return post("act/say", { ...place, text });
  return post("act/attach", { ...place, name: file.name, content: file.content, caption: text });
}

function grow() {
  const field = $("text");
  // On a phone it may not be on the screen, and then has no height to go by.
  if (field.offsetParent === null) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}
