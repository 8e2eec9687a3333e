// What is written and not yet sent? Kept on the device, encrypted, and sent once and in order.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { cookie } from "./page";

export type Fields = Record<string, string | string[]>;
/** A form as it is filled in and sent, with its one command; the server splits it into lines where it must. */
export interface Item {
  command: string;
  /** The author: a person, or a unit by its link. */
  person: string;
  operation: string;
  post: string;
  kind: string;
  fields: Fields;
  written: string;
  label: string;
  /** The token of the unit's link; a person's items have none. */
  link?: string;
}
/** An item in the database: encrypted, its number on this device, and why it was refused (empty: not refused). */
interface Stored {
  n?: number;
  command: string;
  person: string;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
  why: string;
  isPartlyWritten?: boolean;
}
/** An item that is not yet sent, or was refused; without its content where the key that encrypted it is gone. */
export interface Pending {
  n: number;
  item?: Item;
  why: string;
  isPartlyWritten: boolean;
}
/** In place of the reason: no key opens it. The page that shows it has the words. */
export const UNREADABLE = "unreadable";

interface Unsent {
  n: number;
  item: Item;
}
interface Answer {
  command: string;
  status: number;
  number?: number;
  why?: string;
  lines?: { status: number }[];
}

interface Schema extends DBSchema {
  lines: { key: number; value: Stored; indexes: { command: string } };
  keys: { key: string; value: CryptoKey };
}

/** The largest batch: items, and bytes (the server takes 256 KiB from a device where nobody is signed in). */
const BATCH = 100,
  BATCH_BYTES = 200_000;
/** A batch that takes longer has failed (milliseconds). */
const TIMEOUT = 90_000;
/** After so many failures of the server at one item a person is asked about it. */
const TRIES = 5;
/** The longest time between two tries is 2⁶ seconds. */
const MOST_FAILURES = 6;

let opened: Promise<IDBPDatabase<Schema>> | undefined;
const listeners = new Set<() => void>();
const lostListeners = new Set<(labels: string[]) => void>();
const channel = new BroadcastChannel("sansang-outbox");
channel.onmessage = () => notify(false);
let failures = 0;
let retry: number | undefined;
export let lastSent: Date | undefined;
/** By command, the numbers in the log of the items that this page has sent. */
export const numbers = new Map<string, number>();

/** Name and version are those of the first release, so that what an older page stored is found, and pages of two
 * releases can be open together. */
function db(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("sansang-outbox", 1, {
    upgrade(created) {
      const lines = created.createObjectStore("lines", { keyPath: "n", autoIncrement: true });
      lines.createIndex("command", "command", { unique: true });
      created.createObjectStore("keys");
    },
    terminated() {
      opened = undefined;
    },
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** Called when something was added, sent or refused, also by another tab. */
export function onChange(listener: () => void): void {
  listeners.add(listener);
}
/** Called with the labels of what can never be sent, as its link has ended. */
export function onLost(listener: (labels: string[]) => void): void {
  lostListeners.add(listener);
}
export function reportLost(labels: string[]): void {
  for (const listener of lostListeners) listener(labels);
}

function notify(isEverywhere = true): void {
  for (const listener of listeners) listener();
  if (isEverywhere) channel.postMessage("changed");
}

/** Units are authors by a link; the server names them so. */
const isUnit = (author: string): boolean => author.startsWith("unit:");

// Keys

/** Fetch the key of who is signed in, or of a link, and the author's name; "ended" when the session or link has. */
export async function fetchKey(link: string): Promise<{ state: "open" | "ended" | "offline"; author: string }> {
  let answer: Response;
  try {
    answer = await fetch(link ? `/u/${link}/key/` : "/outbox/key/", { cache: "no-store" });
  } catch {
    return { state: "offline", author: "" };
  }
  if (answer.status === (link ? 404 : 401)) return { state: "ended", author: "" };
  if (!answer.ok) return { state: "offline", author: "" };
  const { person, key } = (await answer.json()) as { person: string; key: string };
  const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
  const imported = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  const store = await db();
  if (!isUnit(person) && !(await store.get("keys", person))) await forgetPersons();
  await store.put("keys", imported, person);
  return { state: "open", author: person };
}

/** The author has no access any more: a person until they sign in again, a link for ever. */
export async function forget(author: string): Promise<void> {
  if (isUnit(author)) await endLink(author);
  else await forgetPersons();
  notify();
}

/** Nobody reads a person's items, or the pages that were kept for use without a network, until they sign in again. */
async function forgetPersons(): Promise<void> {
  if ("caches" in self) await caches.delete("pages");
  const work = (await db()).transaction("keys", "readwrite");
  for (const author of await work.store.getAllKeys()) if (!isUnit(author)) void work.store.delete(author);
  await work.done;
}

async function endLink(author: string): Promise<void> {
  const { mine } = await pending(author, Infinity);
  const work = (await db()).transaction(["lines", "keys"], "readwrite");
  for (const { n, person } of await work.objectStore("lines").getAll()) {
    if (n && person === author) void work.objectStore("lines").delete(n);
  }
  void work.objectStore("keys").delete(author);
  await work.done;
  if (mine.length) reportLost(mine.flatMap(({ item }) => item?.label ?? []));
}

// Items

/** The author's key is not on this device. */
export class NoKey extends Error {}

/** Store an item; when this returns it is on the disk. One with the same command is left as it is. */
export async function add(item: Item): Promise<void> {
  const store = await db();
  let key = await store.get("keys", item.person);
  // The page may be younger than its first fetch of the key.
  if (!key && (await fetchKey(item.link ?? "")).state === "open") key = await store.get("keys", item.person);
  if (!key) throw new NoKey();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(item));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes);
  const work = store.transaction("lines", "readwrite", { durability: "strict" });
  if (!(await work.store.index("command").getKey(item.command))) {
    await work.store.add({ command: item.command, person: item.person, iv, sealed, why: "" });
  }
  await work.done;
  notify();
}

/** The first items of this author in their order, the refused ones before others; how many there are in all, how many
 * of them are refused, and how many of other persons nobody can read now. */
export async function pending(
  author: string,
  most = 50,
): Promise<{ mine: Pending[]; total: number; refused: number; others: number }> {
  const store = await db();
  const key = await store.get("keys", author);
  const all = await store.getAll("lines");
  const own = key ? all.filter((one) => one.person === author) : [];
  const refused = own.filter((one) => one.why);
  const shown = [...refused, ...own.filter((one) => !one.why)].slice(0, most);
  shown.sort((one, other) => (one.n ?? 0) - (other.n ?? 0));
  const mine = key ? await Promise.all(shown.map((one) => decrypted(one, key))) : [];
  const others = all.filter((one) => !isUnit(one.person) && (one.person !== author || !key)).length;
  return { mine, total: own.length, refused: refused.length, others: isUnit(author) ? 0 : others };
}

async function decrypted(stored: Stored, key: CryptoKey): Promise<Pending> {
  const n = stored.n ?? 0,
    isPartlyWritten = stored.isPartlyWritten ?? false;
  try {
    const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv: stored.iv }, key, stored.sealed);
    return { n, item: JSON.parse(new TextDecoder().decode(bytes)) as Item, why: stored.why, isPartlyWritten };
  } catch {
    return { n, why: UNREADABLE, isPartlyWritten };
  }
}

/** The next items to be sent, a batch at most. What no key opens is marked, and holds nothing back. */
async function nextBatch(author: string, most: number): Promise<Unsent[]> {
  const store = await db();
  const key = await store.get("keys", author);
  const batch: Unsent[] = [];
  let size = 0,
    after = 0;
  while (key && batch.length < most) {
    const some = await store.getAll("lines", IDBKeyRange.lowerBound(after, true), BATCH);
    if (!some.length) break;
    for (const stored of some) {
      after = stored.n ?? after;
      if (stored.person !== author || stored.why) continue;
      size += stored.sealed.byteLength;
      if (batch.length >= most || (batch.length && size > BATCH_BYTES)) return batch;
      const { n, item, why } = await decrypted(stored, key);
      if (item) batch.push({ n, item });
      else await store.put("lines", { ...stored, why });
    }
  }
  return batch;
}

/** A person has decided about a refused item: it is sent again, or dropped. */
export async function settle(n: number, isSentAgain: boolean): Promise<void> {
  const store = await db();
  const stored = await store.get("lines", n);
  if (!stored) return;
  if (isSentAgain) await store.put("lines", { ...stored, why: "" });
  else await store.delete("lines", n);
  notify();
  if (isSentAgain) void flush();
}

// Sending

/** Send what this device may send, of each author whose key it has; one tab of the device at a time. */
export async function flush(): Promise<void> {
  if (!("locks" in navigator)) {
    await drain();
    return;
  }
  await navigator.locks.request("sansang-flush", { ifAvailable: true }, async (lock) => {
    if (lock) await drain();
  });
}

async function drain(): Promise<void> {
  let isAllSent = true;
  for (const author of await (await db()).getAllKeys("keys")) isAllSent = (await sendAll(author)) && isAllSent;
  if (isAllSent) {
    failures = 0;
    return;
  }
  failures = Math.min(failures + 1, MOST_FAILURES);
  clearTimeout(retry);
  retry = window.setTimeout(() => void flush(), Math.random() * 1000 * 2 ** failures);
}

/** Send an author's items batch after batch; false when some are to be sent later. */
async function sendAll(author: string): Promise<boolean> {
  for (;;) {
    // After a failure items go one by one, so that one at which the server always fails does not hold others back.
    const batch = await nextBatch(author, failures ? 1 : BATCH);
    if (!batch.length) return true;
    const answers = await post(batch);
    if (answers === "ended") {
      await forget(author);
      return true;
    }
    if (answers === "later") return false;
    const isStuck = await apply(answers, batch);
    if (isStuck) return false;
    failures = 0;
  }
}

async function post(batch: Unsent[]): Promise<Answer[] | "ended" | "later"> {
  const [first] = batch.map(({ item }) => item);
  if (!first) return [];
  let answer: Response;
  try {
    answer = await fetch(first.link ? `/u/${first.link}/say/` : "/outbox/", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify({ lines: batch.map(({ item }) => item) }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (answer.ok) return ((await answer.json()) as { answers: Answer[] }).answers;
  } catch {
    return "later";
  }
  if (answer.status === (first.link ? 404 : 401)) return "ended";
  if (batch.length > 1 || !isHopeless(first.command, answer.status)) return "later";
  return [{ command: first.command, status: answer.status, why: `HTTP ${answer.status}` }];
}

/** Delete what is written and mark what is refused; whether the rest must be sent later (or nothing was answered). */
async function apply(answers: Answer[], batch: Unsent[]): Promise<boolean> {
  const work = (await db()).transaction("lines", "readwrite", { durability: "strict" });
  let isStuck = true;
  for (const answer of answers) {
    const sent = batch.find(({ item }) => item.command === answer.command);
    if (!sent) continue;
    isStuck = answer.status === 503 || answer.status === 429;
    if (answer.status === 200) {
      void work.store.delete(sent.n);
      numbers.set(answer.command, answer.number ?? 0);
    } else if (!isStuck) {
      const stored = await work.store.get(sent.n);
      const isPartlyWritten = answer.lines?.some((line) => line.status === 200) ?? false;
      if (stored) void work.store.put({ ...stored, why: answer.why ?? String(answer.status), isPartlyWritten });
    }
  }
  await work.done;
  if (answers.some(({ status }) => status === 200)) lastSent = new Date();
  notify();
  return isStuck;
}

const faults = new Map<string, number>();
/** Whether an item will never be taken: it is none, it is too large, or the server has failed at it again and again. */
function isHopeless(command: string, status: number): boolean {
  if ([400, 413, 422].includes(status)) return true;
  if (status !== 500) return false;
  faults.set(command, (faults.get(command) ?? 0) + 1);
  return faults.get(command)! >= TRIES;
}
