// What is written while there is no network? Kept on the device, encrypted, and sent once and in order.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export type Fields = Record<string, string | string[]>;
/** A line as it goes to the server. */
export interface Line { command: string; person: string; operation: string; post: string; kind: string; fields: Fields; written: string }
/** A line as it lies on the device: its words sealed, its number on this device, and what came of it. */
interface Kept { n?: number; command: string; person: string; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer; why: string }
interface Answer { command: string; status: number; number?: number; why?: string }
export interface Pending { n: number; line: Line; why: string }

interface Schema extends DBSchema {
  lines: { key: number; value: Kept; indexes: { command: string } };
  keys: { key: string; value: CryptoKey };
}

/** So many lines, or bytes, go at once. */
const BATCH = 100, LARGEST = 500_000;
let opened: Promise<IDBPDatabase<Schema>> | undefined;
const listeners = new Set<() => void>();
const channel = new BroadcastChannel("sansang-outbox");
channel.onmessage = () => tell(false);
let failures = 0;
let again: number | undefined;
export let lastSent: Date | undefined;
/** The numbers in the log of the lines that this page has sent. */
export const numbers = new Map<string, number>();

function db(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("sansang-outbox", 1, {
    upgrade(made) {
      made.createObjectStore("lines", { keyPath: "n", autoIncrement: true }).createIndex("command", "command", { unique: true });
      made.createObjectStore("keys");
    },
  });
  return opened;
}

export function onChange(listener: () => void): void { listeners.add(listener); }
function tell(everywhere = true): void {
  for (const listener of listeners) listener();
  if (everywhere) channel.postMessage("changed");
}

export function cookie(name: string): string {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** Have this person's key on the device while the session lasts; "sealed" once it has ended. */
export async function unlock(): Promise<"open" | "sealed" | "offline"> {
  let answer: Response;
  try { answer = await fetch("/outbox/key/", { cache: "no-store" }); } catch { return "offline"; }
  if (answer.status === 401) { await seal(); return "sealed"; }
  if (!answer.ok) return "offline";
  const said = (await answer.json()) as { person: string; key: string };
  const raw = Uint8Array.from(atob(said.key), (sign) => sign.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const store = await db();
  await store.clear("keys");
  await store.put("keys", key, said.person);
  return "open";
}

/** Nobody reads what waits here until the same person signs in again. */
export async function seal(): Promise<void> { await (await db()).clear("keys"); tell(); }

/** Keep a line; when this has come back it is on the disk. */
export async function keep(line: Line): Promise<void> {
  const store = await db();
  const key = await store.get("keys", line.person);
  if (!key) throw new Error("sealed");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(line)));
  const work = store.transaction("lines", "readwrite", { durability: "strict" });
  await work.store.add({ command: line.command, person: line.person, iv, sealed, why: "" });
  await work.done;
  tell();
}

/** The first lines that wait here of this person, in their order; how many there are in all; how many are sealed. */
export async function pending(person: string, most = 50): Promise<{ mine: Pending[]; total: number; trouble: number; others: number }> {
  const store = await db();
  const key = await store.get("keys", person);
  const all = await store.getAll("lines");
  const own = key ? all.filter((kept) => kept.person === person) : [];
  const wrong = own.filter((kept) => kept.why);
  // What needs a person is shown first, whatever waits behind it.
  const shown = [...wrong, ...own.filter((kept) => !kept.why)].slice(0, most).sort((one, other) => (one.n ?? 0) - (other.n ?? 0));
  const mine = key ? await Promise.all(shown.map((kept) => opened_of(kept, key))) : [];
  return { mine, total: own.length, trouble: wrong.length, others: all.length - own.length };
}

async function opened_of(kept: Kept, key: CryptoKey): Promise<Pending> {
  const clear = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.sealed);
  return { n: kept.n ?? 0, line: JSON.parse(new TextDecoder().decode(clear)) as Line, why: kept.why };
}

/** The next lines to be sent: so many, or as many as make up a batch's bytes. */
async function next(person: string): Promise<Pending[]> {
  const store = await db();
  const key = await store.get("keys", person);
  const batch: Pending[] = [];
  let size = 0, after = 0;
  while (key && batch.length < BATCH) {
    const some = await store.getAll("lines", IDBKeyRange.lowerBound(after, true), BATCH);
    if (!some.length) break;
    for (const kept of some) {
      after = kept.n ?? after;
      if (kept.person !== person || kept.why) continue;
      size += kept.sealed.byteLength;
      if (batch.length >= BATCH || (batch.length && size > LARGEST)) return batch;
      batch.push(await opened_of(kept, key));
    }
  }
  return batch;
}

/** A line that a person has settled: sent again, or put aside. */
export async function settle(n: number, sendAgain: boolean): Promise<void> {
  const store = await db();
  const kept = await store.get("lines", n);
  if (!kept) return;
  if (sendAgain) await store.put("lines", { ...kept, why: "" }); else await store.delete("lines", n);
  tell();
  if (sendAgain) void flush(kept.person);
}

/** Send what waits; one tab of the device at a time, batch after batch. */
export async function flush(person: string): Promise<void> {
  await navigator.locks.request("sansang-flush", { ifAvailable: true }, async (lock) => {
    if (lock) await drain(person);
  });
}

async function drain(person: string): Promise<void> {
  for (;;) {
    const batch = await next(person);
    if (!batch.length) { failures = 0; return; }
    let answers: Answer[];
    try {
      const answer = await fetch("/outbox/", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body: JSON.stringify({ lines: batch.map((one) => one.line) }),
      });
      if (answer.status === 401) { await seal(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      answers = ((await answer.json()) as { answers: Answer[] }).answers;
    } catch { later(person); return; }
    const work = (await db()).transaction("lines", "readwrite", { durability: "strict" });
    let stuck = false;
    for (const answer of answers) {
      const one = batch.find((each) => each.line.command === answer.command);
      if (!one) continue;
      if (answer.status === 200) { void work.store.delete(one.n); numbers.set(answer.command, answer.number ?? 0); }
      else if (answer.status === 503) stuck = true;
      else {
        const kept = await work.store.get(one.n);
        if (kept) void work.store.put({ ...kept, why: answer.why ?? String(answer.status) });
      }
    }
    await work.done;
    lastSent = new Date();
    tell();
    if (stuck || !answers.length) { later(person); return; }
    failures = 0;
  }
}

function later(person: string): void {
  failures = Math.min(failures + 1, 6);
  clearTimeout(again);
  again = window.setTimeout(() => void flush(person), Math.random() * 1000 * 2 ** failures);
}
