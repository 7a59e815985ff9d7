// What the page knows: the slices as the feed sends them, and what the visitor looks at.

export const state = {
  slices: {},
  as: null,
  chat: null,
  topic: null,
  seen: new Map(),
  clockAhead: 0,
};

export const me = () => (state.slices.people ?? []).find((person) => person.id === state.as);
export const chats = () => state.slices.chats ?? [];
export const currentChat = () => chats().find((chat) => chat.id === state.chat);
export const conversation = (chat = state.chat) => state.slices[`chat/${chat}`];

/** The server's time in seconds. */
export const now = () => Date.now() / 1000 + state.clockAhead;

/** Messages of the chat that the visitor looks at, of one topic only where one is chosen. */
export function shownMessages() {
  const all = conversation()?.messages ?? [];
  if (currentChat()?.topics == null || state.topic === null) return all;
  return all.filter((message) => (message.thread ?? 0) === state.topic);
}

const seenKey = (chat) => `${state.as}/${chat}`;

export function markSeen(chat) {
  const last = conversation(chat)?.messages.at(-1);
  if (last) state.seen.set(seenKey(chat), last.id);
}

export function unread(chat) {
  const messages = conversation(chat)?.messages ?? [];
  const seen = state.seen.get(seenKey(chat));
  if (seen === undefined) {
    markSeen(chat);
    return 0;
  }
  return messages.filter((message) => message.id > seen && !message.mine).length;
}
