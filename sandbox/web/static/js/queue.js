// The bot's queue, with a countdown for what waits.

import { $, h } from "./dom.js";
import { drawn } from "./parts.js";
import { now } from "./state.js";
import { clockTime, currentLanguage, t } from "./words.js";

const KINDS = { invoice: "add_account", getinvoice: "get_account", act: "get_act" };

export function showQueue(container, queue) {
  drawn(container, [queue, currentLanguage()], () => {
    const logins = queue.logins.filter((login) => login.requests.length > 0 || login.paused || login.hold);
    return [
      logins.length === 0 && h("p", { class: "hint" }, t("queueEmpty")),
      ...logins.map(loginQueue),
      queue.unresolved > 0 && h("p", { class: "warning" }, t("unresolved", { n: queue.unresolved })),
    ];
  });
  tickQueue();
}

export function tickQueue() {
  for (const element of $("queue").querySelectorAll("[data-starts]")) {
    const seconds = Math.max(0, Math.ceil(Number(element.dataset.starts) / 1000 - now()));
    const minutes = Math.round(seconds / 60);
    element.textContent = minutes > 1 ? t("inMinutes", { n: minutes }) : t("inSeconds", { n: seconds });
  }
}

function loginQueue(login) {
  return h("div", { class: "login-queue" },
    h("h4", {}, login.login),
    rest(login) && h("p", { class: "warning" }, rest(login)),
    h("ol", {}, login.requests.map((request) => h("li", {},
      h("span", { class: "place" }, request.place === 0 ? "▶" : String(request.place)),
      h("span", {}, `${t(KINDS[request.what.kind])} ${request.sub_client}, ${request.what.detail} (${request.by})`),
      when(request)))));
}

function when(request) {
  if (request.place === 0) return h("span", { class: "when" }, t("running"));
  return request.starts === null ? null : h("span", { class: "when", "data-starts": request.starts });
}

function rest(login) {
  if (login.paused) return t("paused", { login: login.login });
  const time = login.until === null ? "" : clockTime(login.until / 1000);
  return login.hold ? t(login.hold, { login: login.login, time }) : null;
}
