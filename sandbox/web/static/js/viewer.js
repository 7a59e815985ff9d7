// A document, shown in the page: its pages as pictures, its words for screen readers.

import { $, h } from "./dom.js";
import { fileSize, t } from "./words.js";

export function startViewer() {
  const viewer = $("viewer");
  $("viewer-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });
  viewer.addEventListener("close", () => $("viewer-pages").replaceChildren());
}

export async function openDocument(file) {
  $("viewer-name").textContent = file.name;
  $("viewer-size").textContent = `PDF · ${fileSize(file.size)}`;
  $("viewer-open").href = `files/${file.id}`;
  $("viewer-download").href = `files/${file.id}?download`;
  $("viewer-download").download = file.name;
  $("viewer-pages").replaceChildren(h("p", { class: "loading" }, t("loading")));
  $("viewer").showModal();
  try {
    const answer = await fetch(`files/${file.id}/pages`);
    const { pages } = await answer.json();
    $("viewer-pages").replaceChildren(...pages.map((text, index) => page(file, index + 1, text)));
  } catch {
    $("viewer-pages").replaceChildren(h("p", { class: "loading" }, t("lost")));
  }
}

function page(file, number, text) {
  const alt = t("page", { n: number, name: file.name });
  const picture = h("img", { src: `files/${file.id}/pages/${number}`, alt, width: "1400", height: "1980" });
  return h("figure", {}, picture, h("figcaption", { class: "visually-hidden" }, text));
}
