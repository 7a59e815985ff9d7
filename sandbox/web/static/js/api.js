// What the visitor does, told to the server. Trouble is shown as a passing notice.

import { showToast } from "./notices.js";
import { t } from "./words.js";

/** Post JSON; true if it was done. */
export async function post(path, body = {}) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.ok) return true;
    const { error } = await answer.json();
    showToast(t("failed", { why: error }));
  } catch {
    showToast(t("lost"));
  }
  return false;
}
