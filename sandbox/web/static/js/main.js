// The page's beginning: who the visitor is, which chat is open, and what to draw when something changes.

import { post } from "./api.js";
import { paintAvatar } from "./avatars.js";
import { actionText, showChats } from "./chats.js";
import { clearComposer, edit, fill, reply, showComposer, startComposer } from "./composer.js";
import { $, button, h, keyed } from "./dom.js";
import { listen } from "./feed.js";
import { forward, startForward } from "./forward.js";
import { icon } from "./icons.js";
import { goTo, showMessages, startMessages } from "./messages.js";
import { forgetAnswers, hideToast, showAnswers } from "./notices.js";
import { showPanel, startPanel } from "./panel.js";
import { chats, conversation, currentChat, markSeen, me, now, state } from "./state.js";
import { startTheme } from "./theme.js";
import { openDocument, startViewer } from "./viewer.js";
import { currentLanguage, setLanguage, t } from "./words.js";

const DEFAULT_PERSON = 1001;
const phone = matchMedia("(max-width: 759px)");
let planned = false;

const deeds = { reply, edit, fill, forward, goTo, open: openDocument, press };

async function press(message, button, element) {
  element.classList.add("pressed");
  await post("act/press", { person: state.as, chat: state.chat, message: message.id, button });
  setTimeout(() => element.classList.remove("pressed"), 600);
}

function become(person) {
  const group = state.chat !== null && state.chat < 0 ? state.chat : null;
  state.as = person;
  state.slices = { people: state.slices.people };
  state.chat = group ?? person;
  forgetAnswers();
  clearComposer();
  listen(person, onSlice, (connected) => { $("banner").hidden = connected; });
  remember();
}

function openChat(chat) {
  if (chat !== state.chat) {
    state.chat = chat;
    state.topic = null;
    clearComposer();
    hideToast();
  }
  $("app").dataset.view = "chat";
  remember();
  draw();
  if (!phone.matches) $("text").focus();
}

function onSlice({ name, now: serverTime, value }) {
  state.slices[name] = value;
  state.clockAhead = serverTime - Date.now() / 1000;
  if (name === "answers") showAnswers(value);
  if (planned) return;
  planned = true;
  // Not requestAnimationFrame: it does not come in a tab in the background.
  setTimeout(() => { planned = false; draw(); }, 0);
}

function draw() {
  if (me() === undefined) return;
  if (me().language !== currentLanguage() || $("person").childElementCount === 0) setLanguage(me().language);
  drawIdentity();
  if (currentChat() === undefined || conversation() === undefined) return;
  if (!phone.matches || $("app").dataset.view === "chat") markSeen(state.chat);
  showChats(openChat);
  drawBar();
  drawTopics();
  showMessages(deeds);
  showComposer();
  showPanel();
}

function drawIdentity() {
  const people = state.slices.people.map((person) => ({ ...person, shown: currentLanguage() }));
  keyed($("person"), people, (person) => person.id, (person) => {
    const role = person.login ? t("withLogin", { role: t(person.role), login: person.login }) : t(person.role);
    return h("option", { value: person.id }, t("person", { name: person.name, role }));
  });
  $("person").value = String(state.as);
  $("tongue").textContent = t("tongue", { name: me().name });
  $("todo").textContent = t(`todo_${me().role}`);
  for (const choice of $("language").querySelectorAll("input")) choice.checked = choice.value === me().language;
}

function drawBar() {
  const chat = currentChat();
  const action = chat.action !== null && chat.action.until > now() ? chat.action : null;
  paintAvatar($("chat-avatar"), chat.private ? 4242 : chat.id, chat.title);
  $("chat-title").textContent = chat.title;
  const about = chat.private ? t("botSubtitle") : t("members", { n: chat.members });
  $("chat-subtitle").textContent = action ? actionText(action) : about;
  $("chat-subtitle").classList.toggle("acting", action !== null);
  if (action) setTimeout(draw, Math.max(50, (action.until - now()) * 1000 + 50));
  document.title = `${chat.title} · docsbot demo`;
}

function drawTopics() {
  const topics = currentChat().topics;
  $("topics").hidden = topics === null;
  if (topics === null) return;
  const rows = [{ id: null, name: t("all") }, { id: 0, name: t("general") }, ...topics];
  const marked = rows.map((row) => ({ ...row, current: row.id === state.topic }));
  keyed($("topics"), marked, (row) => row.id, ({ id, name, current }) =>
    button(null, () => openTopic(id), { role: "tab", "aria-selected": String(current) }, name));
}

function openTopic(topic) {
  state.topic = topic;
  draw();
}

/** Keep person and chat in the address, so that a reload and a link come back to them. */
function remember() {
  history.replaceState(null, "", `#as=${state.as}&chat=${state.chat}`);
}

function start() {
  for (const element of document.querySelectorAll("[data-icon]")) element.replaceChildren(icon(element.dataset.icon));
  setLanguage(navigator.language.startsWith("ru") ? "ru" : "en");
  startTheme();
  startComposer();
  startMessages(deeds);
  startViewer();
  startForward(openChat);
  startPanel();
  $("person").addEventListener("change", () => become(Number($("person").value)));
  $("language").addEventListener("change", ({ target }) =>
    post("act/language", { person: state.as, language: target.value }));
  $("back").addEventListener("click", () => { $("app").dataset.view = "chats"; draw(); });

  const address = new URLSearchParams(location.hash.slice(1));
  const chat = Number(address.get("chat"));
  if (chat) state.chat = chat;
  if (chat) $("app").dataset.view = "chat";
  become(Number(address.get("as")) || DEFAULT_PERSON);
}

start();
