// Switches for trouble, the minute's length, and the bot's process.

import { post } from "./api.js";
import { button, h } from "./dom.js";
import { drawn, labelled, row } from "./parts.js";
import { currentLanguage, t } from "./words.js";

const ERRORS = [2, 4, 6, 9];
const PACES = [5, 10, 60];

export function showTroubles(container, troubles, vendor) {
  drawn(container, [troubles, vendor.pace, currentLanguage()], () => {
    const any = troubles.slow || troubles.refuse.length + troubles.cut + troubles.flood > 0;
    return [
      row(t("slow"), t("slowWhy"), toggle("slow", troubles.slow)),
      row(t("cut"), t("cutWhy"), order("cut", troubles.cut)),
      row(t("flood"), t("floodWhy"), order("flood", troubles.flood)),
      row(t("poison"), poisonWords(troubles), order("poison", troubles.poison, t("notTaken"))),
      h("div", { class: "switch stacked", role: "group", "aria-label": t("refuse") },
        labelled(t("refuse"), t("refuseWhy")),
        h("div", { class: "choices" }, ERRORS.map((code) => errorButton(code, troubles.refuse)))),
      row(t("minute"), "", paceChoice(vendor.pace)),
      any && button("button quiet", () => post("trouble/calm"), {}, t("calm")),
    ];
  });
}

export function showBot(container, bot) {
  drawn(container, [bot, currentLanguage()], () => {
    const words = bot.listens ? "botUp" : bot.alive ? "botStarting" : "botDown";
    const kill = button("button danger", () => post("trouble/kill"), { disabled: !bot.alive }, t("kill"));
    const life = h("div", { class: `switch-text life ${words}`, role: "status" },
      h("strong", {}, t("botIs", { state: t(words) })),
      h("span", {}, `${t("botStarts", { n: bot.starts })} · ${t("killWhy")}`));
    return [h("div", { class: "switch" }, life, kill)];
  });
}

function poisonWords({ poison, poisonTaken }) {
  return poison === 0 && poisonTaken > 0 ? t("poisonTaken", { n: poisonTaken }) : t("poisonWhy");
}

function toggle(name, on) {
  const state = { role: "switch", "aria-checked": String(on), "aria-label": t(name) };
  return button("toggle", () => post(`trouble/${name}`, { on: !on }), state);
}

function order(name, count, word = t("armed")) {
  return h("div", { class: "order" },
    count > 0 && h("span", { class: "armed" }, count > 1 ? `${word} ×${count}` : word),
    button("button", () => post(`trouble/${name}`), { "aria-label": t(name) }, t("arm")));
}

function errorButton(code, armed) {
  const count = armed.filter((one) => one === code).length;
  const label = count > 0 ? `${t("refuseButton", { n: code })}, ${t("armed")}` : t("refuseButton", { n: code });
  const name = count > 0 ? "button chosen" : "button";
  const text = count > 1 ? `${code} ×${count}` : String(code);
  return button(name, () => post("trouble/refuse", { code }), { "aria-label": label }, text);
}

function paceChoice(pace) {
  const offered = PACES.includes(pace) ? PACES : [pace, ...PACES];
  const change = ({ target }) => post("trouble/pace", { seconds: Number(target.value) });
  const label = (seconds) => (seconds === 60 ? t("earnest") : t("seconds", { n: seconds }));
  const options = offered.map((seconds) => h("option", { value: seconds }, label(seconds)));
  const select = h("select", { "aria-label": t("minute"), change }, options);
  select.value = String(pace);
  return select;
}
