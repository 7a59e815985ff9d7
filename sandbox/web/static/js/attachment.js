// A file that goes along with the next message.

import { $ } from "./dom.js";
import { showToast } from "./notices.js";
import { fileSize, t } from "./words.js";

const LARGEST = 5 * 1024 * 1024;
let attached = null; // { name, size, content }, the content in base64

export const attachment = () => attached;

export function startAttachment(onChange) {
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", async () => {
    const [file] = $("file").files;
    // So that the same file can be chosen once more.
    if (file !== undefined) await read(file);
    $("file").value = "";
    onChange();
  });
  $("attached-close").addEventListener("click", () => { attach(null); onChange(); });
}

/** Let this file go along, null for none. */
export function attach(file) {
  attached = file;
  drawAttachment();
}

export function drawAttachment() {
  $("attached").hidden = attached === null;
  if (attached === null) return;
  $("attached-name").textContent = attached.name;
  $("attached-size").textContent = fileSize(attached.size);
}

async function read(file) {
  if (file.size > LARGEST) {
    showToast(t("tooLarge", { size: fileSize(LARGEST) }));
    return;
  }
  const reader = new FileReader();
  const url = await new Promise((resolve, reject) => {
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  attach({ name: file.name, size: file.size, content: url.slice(url.indexOf(",") + 1) });
}
