// What did an earlier release leave unsent on a unit's phone? It had a database of its own, not encrypted.
import { type DBSchema, openDB } from "idb";
import { add, type Fields, fetchKey, type Item, reportLost } from "./queue";

const NAME = "sansang-taps";
/** The address to which it was to be sent, and the fields of the form. */
interface EarlierItem {
  n?: number;
  action: string;
  said: [string, string][];
  label: string;
}
interface Schema extends DBSchema {
  taps: { key: number; value: EarlierItem };
}

/** Move it into the queue, in its order; what needs a network stays for the next time. The empty database stays: a page
 * of the earlier release that is still open may go on using it. */
export async function moveEarlierQueue(): Promise<void> {
  if (indexedDB.databases && !(await indexedDB.databases()).some(({ name }) => name === NAME)) return;
  if (!("locks" in navigator)) {
    await move();
    return;
  }
  // A page of the earlier release holds this lock while it sends.
  await navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (lock) await move();
  });
}

async function move(): Promise<void> {
  const earlier = await openDB<Schema>(NAME, 1, {
    upgrade(created) {
      created.createObjectStore("taps", { keyPath: "n", autoIncrement: true });
    },
  });
  const authors = new Map<string, Awaited<ReturnType<typeof fetchKey>>>();
  const lost: string[] = [];
  for (const one of await earlier.getAll("taps")) {
    const link = linkIn(one.action);
    const { state, author } = authors.get(link) ?? (await fetchKey(link));
    authors.set(link, { state, author });
    if (state === "offline") continue;
    if (state === "ended") lost.push(one.label);
    else await add(itemOf(one, link, author));
    // Its command is unique: when the page is closed between the two, it is sent once all the same.
    await earlier.delete("taps", one.n ?? 0);
  }
  earlier.close();
  if (lost.length) reportLost(lost);
}

const linkIn = (address: string): string => new URL(address).pathname.split("/")[2] ?? "";

function itemOf({ said, label }: EarlierItem, link: string, person: string): Item {
  const { kind = "", command = "", written = "", ...fields } = Object.fromEntries(said);
  return { command, person, operation: "", post: "", kind, fields: fields as Fields, written, label, link };
}
