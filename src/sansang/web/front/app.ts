// One page, moving: entries come by the live stream, the part that moves is drawn anew by the server.
import { alarms } from "./alarms";
import { corrections, draw, forms, formsOfNow, outdated, setOnLine, small_things, start } from "./page";
import { unitForms } from "./taps";

const board = document.querySelector<HTMLElement>("#board");
const { board: address, live, unit } = document.body.dataset as Record<string, string | undefined>;
let due: number | undefined;
let isLoading = false, isStale = false;

function refresh(): void {
  if (!board || !address) return;
  clearTimeout(due);
  // Not every screen of a ward at the same moment.
  due = window.setTimeout(() => void load(), 60 + Math.random() * 240);
}

async function load(): Promise<void> {
  if (!board || !address) return;
  const busy = document.activeElement;
  if (isLoading || (busy && board.contains(busy) && busy.matches("input, textarea, select")) || board.querySelector("details[open]")) {
    isStale = true;
    due = window.setTimeout(() => void load(), 1500);
    return;
  }
  isLoading = true;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.ok && !answer.redirected) { show(board, await answer.text()); setOnLine(true); isStale = false; alarms(board); }
    else if (answer.status === 404) location.reload();
  } catch { setOnLine(false); } finally { isLoading = false; }
  if (isStale) refresh();
}

/** Photos that are here already are not fetched again. */
function show(board: HTMLElement, text: string): void {
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  const here = new Map([...board.querySelectorAll("img")].map((one) => [one.getAttribute("src"), one]));
  const places: [HTMLElement, HTMLImageElement][] = [];
  fresh.content.querySelectorAll("img").forEach((one) => {
    const known = here.get(one.getAttribute("src")), place = document.createElement("span");
    if (known) { one.replaceWith(place); places.push([place, known]); }
  });
  board.replaceChildren(fresh.content);
  // Only now: a picture that is moved through a template's document is fetched anew.
  for (const [place, known] of places) place.replaceWith(known);
}

function listen(): void {
  if (!live) return;
  const source = new EventSource(`/live/${encodeURIComponent(live)}${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`);
  source.addEventListener("entry", () => { outdated(); refresh(); });
  source.onopen = () => { setOnLine(true); outdated(); refresh(); };
  source.onerror = () => { setOnLine(false); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000 + Math.random() * 5000); };
}

forms(refresh);
formsOfNow();
corrections();
unitForms(refresh);
small_things();
if (board) alarms(board);
void start().then(draw);
listen();
if (board && address) setInterval(refresh, 60_000);
