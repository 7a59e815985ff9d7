// The page's icons, drawn with strokes on a 24 by 24 grid.

import { s } from "./dom.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L14 7.5",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 10l6 6 6-6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19l-4 1z",
  forward: "M14 6l6 6-6 6M20 12H10a6 6 0 0 0-6 6",
  moon: "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
  open: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  panel: "M4 18h3v-6H4zM10.5 18h3V6h-3zM17 18h3V9h-3z",
  reply: "M10 6L4 12l6 6M4 12h10a6 6 0 0 1 6 6",
  send: "M5 12h13M12 5l7 7-7 7",
  sun:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2" +
    "M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
};

export function icon(name) {
  return s("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, s("path", { d: PATHS[name] }));
}
