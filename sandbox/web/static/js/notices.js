// Passing notices, and boxes that have to be closed: how a bot answers a press.

import { $ } from "./dom.js";

let timer = 0;
const told = new Set();
let first = true;

export function showToast(text) {
  const toast = $("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(hideToast, 5000);
}

export function hideToast() {
  $("toast").hidden = true;
}

/** Show answers that were not there before; those that came before the page was opened are old news. */
export function showAnswers(answers) {
  for (const answer of answers) {
    if (told.has(answer.id)) continue;
    told.add(answer.id);
    if (first || !answer.text) continue;
    if (answer.alert) {
      $("notice-text").textContent = answer.text;
      if (!$("notice").open) $("notice").showModal();
    } else showToast(answer.text);
  }
  first = false;
}

/** The visitor is somebody else now, whom the notices of before do not concern. */
export function forgetAnswers() {
  first = true;
  $("notice").close();
  hideToast();
}
