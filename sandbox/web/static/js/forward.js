// Forwarding a message: the visitor chooses a chat, and goes there.

import { post } from "./api.js";
import { avatarOf } from "./avatars.js";
import { $, h } from "./dom.js";
import { chats, state } from "./state.js";

let goThere = () => {};

export function startForward(open) {
  goThere = open;
  $("forward").addEventListener("click", (event) => { if (event.target === $("forward")) $("forward").close(); });
}

/** Ask where to, and forward a message there. */
export function forward(message) {
  const from = state.chat;
  $("forward-chats").replaceChildren(...chats().map((chat) => {
    const choose = () => send(from, message.id, chat.id);
    const named = [avatarOf(chat.private ? 4242 : chat.id, chat.title), h("span", { class: "chat-title" }, chat.title)];
    return h("li", {}, h("button", { type: "button", class: "chat", click: choose }, named));
  }));
  $("forward").showModal();
}

async function send(chat, message, to) {
  $("forward").close();
  if (await post("act/forward", { person: state.as, chat, message, to })) goThere(to);
}
