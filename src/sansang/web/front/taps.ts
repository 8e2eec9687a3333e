// A unit taps on a bad network: each tap lies on the phone until it has arrived, whatever becomes of the page.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { cookie } from "./outbox";
import { setOnLine } from "./session";
import { announce, say, uuid } from "./words";

interface Tap { n?: number; action: string; said: [string, string][]; label: string }
interface Schema extends DBSchema { taps: { key: number; value: Tap } }
let opened: Promise<IDBPDatabase<Schema>> | undefined;

function db(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("sansang-taps", 1, { upgrade(made) { made.createObjectStore("taps", { keyPath: "n", autoIncrement: true }); }, terminated() { opened = undefined; } });
  opened.catch(() => { opened = undefined; });
  return opened;
}

export function unitForms(refresh: () => void): void {
  if (!document.body.dataset["unit"]) return;
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.action.endsWith("/say/")) return;
    event.preventDefault();
    const button = event.submitter as HTMLButtonElement | null;
    const said = [...new FormData(form, button)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "command").map(([name, value]): [string, string] => [name, String(value)]);
    said.push(["command", uuid()], ["written", new Date().toISOString()]);
    const label = button?.textContent?.trim() ?? "";
    const tap = { action: form.action, said, label: String(said.find(([name]) => name === "text")?.[1] ?? label) };
    if (button) button.disabled = true;
    void put(tap).then(async () => { form.reset(); await waiting(); await send(refresh); }, async () => {
      // A phone that keeps nothing can still send; what did not go is said, and the button stays to be tapped again.
      if (!(await tapped(tap))) announce(say("not-kept"), true);
      else { form.reset(); refresh(); }
    }).finally(() => { if (button) button.disabled = false; });
  });
  const again = (): void => void send(refresh);
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  setInterval(again, 15_000);
  void waiting().then(again, () => undefined);
}

async function put(tap: Tap): Promise<void> {
  const work = (await db()).transaction("taps", "readwrite", { durability: "strict" });
  await work.store.add(tap);
  await work.done;
}

/** What has not arrived yet, shown above the orders. */
async function waiting(): Promise<void> {
  const list = document.querySelector<HTMLUListElement>("#waiting");
  if (!list) return;
  const taps = (await (await db()).getAll("taps")).filter((one) => one.action.startsWith(location.origin + location.pathname));
  list.replaceChildren(...taps.map((one) => { const item = document.createElement("li"); item.textContent = `${say("device")}: ${one.label}`; return item; }));
  list.hidden = !taps.length;
}

/** One tab at a time sends, tap after tap, in their order. */
async function send(refresh: () => void): Promise<void> {
  if (!("locks" in navigator)) { await drain(refresh); return; }
  await navigator.locks.request("sansang-taps", { ifAvailable: true }, async (lock) => { if (lock) await drain(refresh); });
}

async function drain(refresh: () => void): Promise<void> {
  const store = await db();
  for (let wait = 1000; ; ) {
    const tap = await store.get("taps", IDBKeyRange.lowerBound(0));
    if (!tap) return;
    const came = await tapped(tap);
    if (came) {
      await store.delete("taps", tap.n ?? 0);
      wait = 1000;
      await waiting();
      refresh();
    } else {
      await new Promise((done) => setTimeout(done, wait * (0.5 + Math.random())));
      wait = Math.min(wait * 2, 15_000);
    }
  }
}

/** Whether the tap needs no more: it was written, or will never be. */
async function tapped(tap: Tap): Promise<boolean> {
  const body = new FormData();
  for (const [name, value] of tap.said) body.append(name, value);
  try {
    const answer = await fetch(tap.action, { method: "POST", body, headers: { "X-CSRFToken": cookie("csrftoken") }, signal: AbortSignal.timeout(60_000) });
    if (answer.ok) { setOnLine(true); return true; }
    // Too many at once, or nothing could be written just now: it stays here and is tried again.
    if (answer.status === 408 || answer.status === 429 || answer.status >= 500) return false;
    const said = new DOMParser().parseFromString(await answer.text(), "text/html");
    announce(`${tap.label}: ${said.querySelector(".wrong")?.textContent?.trim() ?? said.querySelector("h1")?.textContent ?? ""}`, true);
    return true;
  } catch { setOnLine(false); return false; }
}
