// The list of chats on the left.

import { avatarOf } from "./avatars.js";
import { $, h, keyed } from "./dom.js";
import { chats, state, unread } from "./state.js";
import { clockTime, currentLanguage, t } from "./words.js";

export function showChats(open) {
  const rows = chats().map((chat) => ({
    ...chat,
    current: chat.id === state.chat,
    unread: chat.id === state.chat ? 0 : unread(chat.id),
    language: currentLanguage(),
  }));
  keyed($("chats"), rows, (row) => row.id, (row) => rendered(row, open));
}

function rendered(row, open) {
  const button = h(
    "button",
    { type: "button", class: "chat", "aria-current": row.current ? "true" : null, click: () => open(row.id) },
    avatarOf(row.private ? 4242 : row.id, row.title),
    h("span", { class: "chat-title" }, row.title),
    h("time", { class: "chat-time" }, row.last ? clockTime(row.last.date) : ""),
    h("span", { class: row.action ? "chat-last acting" : "chat-last" }, preview(row)),
    row.unread > 0 && h("span", { class: "badge", "aria-label": t("unread", { n: row.unread }) }, String(row.unread)),
  );
  return h("li", {}, button);
}

function preview({ action, last, private: alone }) {
  if (action) return actionText(action);
  if (!last) return t("nothing");
  if (last.service) return serviceText(last.service, last.from);
  const said = last.document ?? last.text;
  const from = last.sender === state.as ? t("you") : last.from;
  return alone && last.sender !== state.as ? said : `${from}: ${said}`;
}

export function actionText(action) {
  return t(action.name === "upload_document" ? "sending" : "typing", { name: action.from });
}

export function serviceText(service, from) {
  const known = ["forum_topic_created", "pinned_message"].includes(service.kind);
  return t(known ? service.kind : "otherService", { from, name: service.name });
}
