// What is written while there is no network? Kept on the device, encrypted, and sent once and in order.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export type Fields = Record<string, string | string[]>;
/** A line as it goes to the server. */
export interface Line { command: string; person: string; operation: string; post: string; kind: string; fields: Fields; written: string; label: string }
/** A line as it lies on the device: its words sealed, its number on this device, and what came of it. */
interface Kept { n?: number; command: string; person: string; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer; why: string }
interface Answer { command: string; status: number; number?: number; why?: string }
/** A line that waits; without its words where the key that sealed them is gone. */
export interface Pending { n: number; line?: Line; why: string }
/** What a line is asked about, to be said in words by whoever draws it. */
export const UNREADABLE = "unreadable";

interface Sent { n: number; line: Line }

interface Schema extends DBSchema {
  lines: { key: number; value: Kept; indexes: { command: string } };
  keys: { key: string; value: CryptoKey };
}

/** So many lines, or bytes, go at once. */
const BATCH = 100, LARGEST = 500_000;
/** A network that takes longer for a batch has none. */
const LONGEST_WAIT = 90_000;
/** So often a line alone may fail at the server before a person is asked. */
const TRIES = 5;
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
    terminated() { opened = undefined; },
  });
  opened.catch(() => { opened = undefined; });
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
  if (!(await store.get("keys", said.person))) await forgetPages();
  const work = store.transaction("keys", "readwrite");
  await Promise.all([work.store.clear(), work.store.put(key, said.person), work.done]);
  return "open";
}

/** Nobody reads what waits here, or what was kept to be read without a network, until the same person signs in again. */
export async function seal(): Promise<void> {
  await forgetPages();
  await (await db()).clear("keys");
  tell();
}

async function forgetPages(): Promise<void> {
  if ("caches" in self) await caches.delete("pages");
}

/** Nobody has the key of this person's lines on this device. */
export class Sealed extends Error {}

/** Keep lines, all or none; when this has come back they are on the disk. What is kept already is left as it is. */
export async function keep(lines: Line[]): Promise<void> {
  const store = await db();
  const key = await store.get("keys", lines[0]?.person ?? "");
  if (!key) throw new Sealed();
  const kept = await Promise.all(lines.map(async (line): Promise<Kept> => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(line)));
    return { command: line.command, person: line.person, iv, sealed, why: "" };
  }));
  const work = store.transaction("lines", "readwrite", { durability: "strict" });
  for (const one of kept) if (!(await work.store.index("command").getKey(one.command))) await work.store.add(one);
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
  const n = kept.n ?? 0;
  try {
    const clear = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.sealed);
    return { n, line: JSON.parse(new TextDecoder().decode(clear)) as Line, why: kept.why };
  } catch { return { n, why: UNREADABLE }; }
}

/** The next lines to be sent: so many, or as many as make up a batch's bytes. What nobody can read any more is set aside. */
async function next(person: string, most: number): Promise<Sent[]> {
  const store = await db();
  const key = await store.get("keys", person);
  const batch: Sent[] = [];
  let size = 0, after = 0;
  while (key && batch.length < most) {
    const some = await store.getAll("lines", IDBKeyRange.lowerBound(after, true), BATCH);
    if (!some.length) break;
    for (const kept of some) {
      after = kept.n ?? after;
      if (kept.person !== person || kept.why) continue;
      size += kept.sealed.byteLength;
      if (batch.length >= most || (batch.length && size > LARGEST)) return batch;
      const { n, line, why } = await opened_of(kept, key);
      if (line) batch.push({ n, line });
      else await store.put("lines", { ...kept, why });
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
    // One that a server always fails at must not hold the others back: after a failure lines go one by one.
    const batch = await next(person, failures ? 1 : BATCH);
    if (!batch.length) { failures = 0; return; }
    let answers: Answer[];
    try {
      const answer = await fetch("/outbox/", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body: JSON.stringify({ lines: batch.map((one) => one.line) }),
        signal: AbortSignal.timeout(LONGEST_WAIT),
      });
      if (answer.status === 401) { await seal(); return; }
      if (answer.ok) answers = ((await answer.json()) as { answers: Answer[] }).answers;
      else if (batch.length === 1 && isHopeless(batch[0]!.line.command, answer.status)) answers = [{ command: batch[0]!.line.command, status: answer.status, why: `HTTP ${answer.status}` }];
      else throw new Error(String(answer.status));
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

const faults = new Map<string, number>();
/** Whether a line will never be taken: it is none, it is too large, or the server has failed at it again and again. */
function isHopeless(command: string, status: number): boolean {
  if ([400, 413, 422].includes(status)) return true;
  if (status !== 500) return false;
  faults.set(command, (faults.get(command) ?? 0) + 1);
  return faults.get(command)! >= TRIES;
}

function later(person: string): void {
  failures = Math.min(failures + 1, 6);
  clearTimeout(again);
  again = window.setTimeout(() => void flush(person), Math.random() * 1000 * 2 ** failures);
}
