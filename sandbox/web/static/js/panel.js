// The side panel: SMS Center's view, the queue, troubles, the bot's process.

import { $ } from "./dom.js";
import { showQueue, tickQueue } from "./queue.js";
import { state } from "./state.js";
import { showTimeline, tickTimeline } from "./timeline.js";
import { showBot, showTroubles } from "./troubles.js";

const wide = matchMedia("(min-width: 1100px)");
const TICK = 200;
let back = "chat";

export function startPanel() {
  $("show-panel").addEventListener("click", () => {
    if (wide.matches) $("app").classList.toggle("without-panel");
    else {
      back = $("app").dataset.view;
      $("app").dataset.view = "panel";
      $("hide-panel").focus();
    }
    showPanel();
  });
  $("hide-panel").addEventListener("click", () => {
    if (wide.matches) $("app").classList.add("without-panel");
    $("app").dataset.view = back === "panel" ? "chat" : back;
    $("show-panel").focus();
  });
  $("panel").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !wide.matches) $("hide-panel").click();
  });
  setInterval(() => { if (visible()) { tickTimeline(); tickQueue(); } }, TICK);
}

export function showPanel() {
  const { vendor, queue, troubles, bot } = state.slices;
  if (!visible() || !vendor || !queue || !troubles || !bot) return;
  showTimeline($("vendor"), vendor, queue);
  showQueue($("queue"), queue);
  showTroubles($("troubles"), troubles, vendor);
  showBot($("bot"), bot);
}

function visible() {
  return document.visibilityState === "visible" && $("panel").checkVisibility();
}
