// One message: bubble, quote, document, buttons.

import { avatarOf, colourOf } from "./avatars.js";
import { serviceText } from "./chats.js";
import { button, h } from "./dom.js";
import { formatted } from "./entities.js";
import { icon } from "./icons.js";
import { clockTime, fileSize, t } from "./words.js";

export function service(message) {
  return h("li", { class: "service" }, h("span", {}, serviceText(message.service, message.from)));
}

export function bubble({ message, follows, group }, deeds) {
  const named = group && !message.mine;
  const classes = ["message", message.mine ? "mine" : "theirs", follows && "follows", named && "named"].filter(Boolean);
  return h(
    "li",
    { class: classes.join(" "), tabindex: "-1" },
    named && (follows ? h("span", { class: "avatar-space" }) : avatarOf(message.sender, message.from)),
    h(
      "div",
      { class: "stack" },
      h(
        "article",
        { class: "bubble", "aria-label": `${message.mine ? t("you") : message.from}, ${clockTime(message.date)}` },
        named && !follows && h("div", { class: "from", "data-colour": colourOf(message.sender) }, message.from),
        message.forwarded && h("div", { class: "forwarded" }, t("forwardedFrom", { name: message.forwarded })),
        message.reply && quote(message.reply, deeds),
        message.document && card(message.document, deeds),
        message.text && h("div", { class: "text" }, formatted(message.text, message.entities, deeds.fill)),
        h("div", { class: "meta" }, message.edited && h("span", {}, t("edited")), time(message)),
        tools(message, deeds),
      ),
      message.rows.length > 0 && keyboard(message, deeds),
    ),
  );
}

const time = (message) => h("time", {}, clockTime(message.date));

function quote(reply, deeds) {
  const colour = { "data-colour": colourOf(reply.sender) };
  const act = () => deeds.goTo(reply.id);
  return button("quote", act, colour, h("strong", {}, reply.from), h("span", {}, reply.text));
}

function card(file, deeds) {
  const size = fileSize(file.size);
  const label = { "aria-label": t("openDocument", { name: file.name, size }) };
  const about = (kind) => h("span", { class: "file" }, h("strong", {}, file.name), h("span", {}, `${kind}${size}`));
  if (!file.pdf) {
    const link = { class: "document", href: `files/${file.id}?download`, ...label };
    const ending = file.name.includes(".") ? file.name.split(".").at(-1).slice(0, 4) : "";
    return h("a", link, h("span", { class: "thumbnail ending", "aria-hidden": "true" }, ending), about(""));
  }
  const source = `files/${file.id}/pages/1?size=thumbnail`;
  const picture = h("img", { class: "thumbnail", src: source, alt: "", width: "56", height: "76" });
  return button("document", () => deeds.open(file), label, picture, about("PDF · "));
}

function tools(message, deeds) {
  const tool = (name, act) =>
    button(null, () => act(message), { tabindex: "-1", title: t(name), "aria-label": t(name) }, icon(name));
  const own = message.mine && !message.forwarded && tool("edit", deeds.edit);
  return h("div", { class: "tools" }, tool("reply", deeds.reply), tool("forward", deeds.forward), own);
}

function keyboard(message, deeds) {
  let place = 0;
  const rows = message.rows.map((row) =>
    h("div", { class: "row" }, row.map(({ text, url }) => {
      const index = place++;
      if (url && /^https?:\/\//i.test(url)) {
        return h("a", { class: "key", href: url, target: "_blank", rel: "noopener noreferrer" }, text);
      }
      return button("key", (event) => deeds.press(message, index, event.currentTarget), {}, text);
    })),
  );
  return h("div", { class: "keyboard" }, rows);
}
