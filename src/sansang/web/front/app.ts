// One page, moving: entries come by the live stream, the part that moves is drawn anew by the server.
import { alarms } from "./alarms";
import { corrections, forms, formsOfNow, outdated } from "./forms";
import { setOnLine, start } from "./session";
import { tools } from "./tools";
import { draw } from "./waiting";
import { morph, touched, untouched } from "./morph";
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
  if (isLoading) { isStale = true; return; }
  isLoading = true;
  isStale = false;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.ok && !answer.redirected) {
      const text = await answer.text();
      await untouched();
      morph(board, text);
      setOnLine(true);
      alarms(board);
    }
    else if (answer.status === 404) location.reload();
  } catch { setOnLine(false); } finally { isLoading = false; }
  if (isStale) refresh();
}

function listen(): void {
  if (!live) return;
  const source = new EventSource(`/live/${encodeURIComponent(live)}${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`);
  source.addEventListener("entry", () => { outdated(); refresh(); });
  source.onopen = () => { setOnLine(true); outdated(); refresh(); };
  source.onerror = () => { setOnLine(false); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000 + Math.random() * 5000); };
}

touched();
forms(refresh);
formsOfNow();
corrections();
unitForms(refresh);
tools();
if (board) alarms(board);
void start().then(draw);
listen();
if (board && address) setInterval(refresh, 60_000);
