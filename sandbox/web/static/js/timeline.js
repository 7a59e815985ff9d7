// What SMS Center sees: a lane for each login, its requests as dots, and the minute that each of them starts.

import { $, h, s } from "./dom.js";
import { drawn } from "./parts.js";
import { now } from "./state.js";
import { currentLanguage, exactTime, t } from "./words.js";

const LANE = 34;
const MIDDLE = LANE / 2;
const DOT = 5;
const LISTED = 8;
const PACES_BACK = 5;
const PACES_AHEAD = 2;
// SMS Center's errors after which the login need not wait a minute.
const FREE = new Set([2, 4, 9]);

let seen = null;

export function showTimeline(container, vendor, queue) {
  seen = { vendor, queue };
  const waiting = queue.logins.map((login) => login.requests.length);
  drawn(container, [vendor, waiting, currentLanguage()], () => [
    h("p", { class: "hint" }, vendor.pace < 60 ? t("paceShort", { n: vendor.pace }) : t("paceReal")),
    h("div", { class: "lanes", id: "lanes" }, vendor.logins.map((login) => lane(login, vendor, queue))),
    h("div", { class: "legend", "aria-hidden": "true" }, ["Window", "Request", "Refused", "Planned"].map((name) =>
      h("span", { class: `legend-${name.toLowerCase()}` }, t(`legend${name}`)))),
    journal(vendor),
  ]);
  tickTimeline();
}

/** Move everything with the clock. */
export function tickTimeline() {
  const lanes = $("lanes");
  if (seen === null || lanes === null) return;
  for (const svg of lanes.querySelectorAll("svg")) drawLane(svg, svg.dataset.login);
}

function lane(login, vendor, queue) {
  const n = vendor.requests.filter((request) => request.login === login).length;
  const m = planned(queue, login).length;
  return h("figure", { class: "lane" },
    h("figcaption", {}, login),
    s("svg", { "data-login": login, height: LANE, role: "img", "aria-label": t("lane", { login, n, m }) }));
}

function planned(queue, login) {
  const requests = queue.logins.find((one) => one.login === login)?.requests ?? [];
  return requests.filter((request) => request.place > 0 && request.starts !== null);
}

function drawLane(svg, login) {
  const { vendor, queue } = seen;
  const width = svg.clientWidth || 300;
  const pace = vendor.pace * 1000;
  const present = now() * 1000;
  const from = present - PACES_BACK * pace;
  const x = (time) => ((time - from) / (pace * (PACES_BACK + PACES_AHEAD))) * width;
  const last = width - DOT - 1;
  const requests = vendor.requests.filter((request) => request.login === login && request.arrived > from - pace);
  svg.setAttribute("viewBox", `0 0 ${width} ${LANE}`);
  svg.replaceChildren(
    line("track", 0, width),
    ...requests.filter(({ error }) => !FREE.has(error)).map(({ arrived }) => minute(x(arrived), x(from + pace))),
    s("line", { class: "now", x1: x(present), x2: x(present), y1: 0, y2: LANE }),
    ...requests.map((request) => line("stay", x(request.arrived), x(request.ended ?? present))),
    ...requests.map((request) => dot(kind(request), x(request.arrived), s("title", {}, sentence(request)))),
    ...planned(queue, login).map(({ starts }) => dot("planned", Math.min(x(Math.max(starts, present)), last))),
  );
}

const line = (name, from, to) => s("line", { class: name, x1: from, x2: to, y1: MIDDLE, y2: MIDDLE });
const minute = (from, width) => s("rect", { class: "window", x: from, width, y: 5, height: LANE - 10, rx: 4 });
const dot = (name, at, ...title) => s("circle", { class: `dot ${name}`, cx: at, cy: MIDDLE, r: DOT }, title);

function kind(request) {
  if (request.error !== null) return "refused";
  return request.ended !== null && !request.delivered ? "cut" : "answered";
}

function journal(vendor) {
  const latest = vendor.requests.slice(-LISTED).reverse();
  if (latest.length === 0) return h("p", { class: "hint" }, t("noRequests"));
  return h("ol", { class: "journal" }, latest.map((request) => {
    const before = vendor.requests.findLast((one) => one.login === request.login && one.number < request.number);
    const apart = before === undefined ? "" : t("apart", { n: ((request.arrived - before.arrived) / 1000).toFixed(2) });
    const time = h("time", {}, exactTime(request.arrived / 1000));
    return h("li", { class: kind(request), title: apart }, time, h("span", {}, sentence(request)));
  }));
}

function sentence(request) {
  const what = request.method === null ? "?" : t(request.method);
  const values = { created: request.invoice, refused: request.error }[request.outcome];
  const words = [request.login ?? "?", `${what} ${request.sub_client}`, t(request.outcome, { n: values })];
  if (request.fault?.includes("cut")) words.push(t("cutMark"));
  if (request.fault?.includes("delay")) words.push(t("slowMark"));
  return words.join(" · ");
}
