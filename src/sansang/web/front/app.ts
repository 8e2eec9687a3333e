// One page, live: entries come by a stream, and the part that changes is fetched again, rendered by the server.
import { alarms } from "./alarms";
import { setOnline } from "./connection";
import { corrections } from "./corrections";
import { forms } from "./forms";
import { formsOutdated, freshForms } from "./fresh_forms";
import { morph, touched, untouched } from "./morph";
import { link } from "./page";
import { onChange } from "./queue";
import { start } from "./session";
import { tools } from "./tools";

const board = document.querySelector<HTMLElement>("#board");
const { board: address, live } = document.body.dataset;
let due: number | undefined;
let isLoading = false,
  isStale = false;

function refresh(): void {
  if (!board || !address) return;
  clearTimeout(due);
  // Not every screen of a ward at the same moment.
  due = window.setTimeout(() => void load(), 60 + Math.random() * 240);
}

async function load(): Promise<void> {
  if (!board || !address) return;
  if (isLoading) {
    isStale = true;
    return;
  }
  isLoading = true;
  isStale = false;
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.ok && !answer.redirected) {
      const text = await answer.text();
      await untouched();
      morph(board, text);
      setOnline(true);
      alarms(board);
    } else if (answer.status === 404) location.reload();
  } catch {
    setOnline(false);
  } finally {
    isLoading = false;
  }
  if (isStale) refresh();
}

function listen(): void {
  if (!live) return;
  const query = link ? `?unit=${encodeURIComponent(link)}` : "";
  const source = new EventSource(`/live/${encodeURIComponent(live)}${query}`);
  source.addEventListener("entry", () => {
    formsOutdated();
    refresh();
  });
  source.onopen = () => {
    setOnline(true);
    formsOutdated();
    refresh();
  };
  source.onerror = () => {
    setOnline(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000 + Math.random() * 5000);
  };
}

touched();
forms(refresh);
freshForms();
corrections();
tools();
if (board) alarms(board);
// A unit's stream may be gone while its queue goes through.
if (link) onChange(refresh);
void start();
listen();
if (board && address) setInterval(refresh, 60_000);
