// Server-sent events: slices of the world as one person sees it. The browser reconnects by itself.

let source = null;

export function listen(person, onSlice, onConnection) {
  source?.close();
  const opened = new EventSource(`events?as=${person}`);
  source = opened;
  opened.addEventListener("slice", (event) => onSlice(JSON.parse(event.data)));
  opened.addEventListener("open", () => onConnection(true));
  opened.addEventListener("error", () => onConnection(false));
}
