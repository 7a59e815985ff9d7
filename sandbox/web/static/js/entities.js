// Text with Telegram's entities as elements. Offsets count UTF-16 units, as JavaScript's strings do.

import { button, h } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
};

/** Return nodes for a text; a click on a command or on code that is one calls `fill` with it. */
export function formatted(text, entities, fill) {
  return range(text, 0, text.length, entities, fill);
}

function range(text, from, to, entities, fill) {
  const nodes = [];
  let place = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const end = entity.offset + entity.length;
    if (entity.offset < place || end > to) {
      index += 1;
      continue;
    }
    const inner = [];
    while (++index < entities.length && entities[index].offset + entities[index].length <= end) {
      inner.push(entities[index]);
    }
    if (entity.offset > place) nodes.push(text.slice(place, entity.offset));
    nodes.push(element(entity, text.slice(entity.offset, end), range(text, entity.offset, end, inner, fill), fill));
    place = end;
  }
  if (place < to) nodes.push(text.slice(place, to));
  return nodes;
}

function element(entity, covered, children, fill) {
  if (entity.type === "bot_command") return filler(`${covered} `, "command", children, fill);
  if (entity.type === "code" && covered.startsWith("/")) return filler(covered, "command code", children, fill);
  const link = entity.type === "text_link" ? entity.url : entity.type === "url" ? covered : null;
  if (link !== null && /^https?:\/\//i.test(link)) {
    return h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, children);
  }
  if (entity.type === "mention" || entity.type === "text_mention") return h("span", { class: "mention" }, children);
  return h(TAGS[entity.type] ?? "span", {}, children);
}

function filler(text, name, children, fill) {
  return button(name, () => fill(text), {}, children);
}
