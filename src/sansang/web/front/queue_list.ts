// What is not yet sent? Counted in the page's head, and listed with what a person must decide about.
import { showCodes } from "./codes";
import { isOnline } from "./connection";
import { link, owner } from "./page";
import { type Item, lastSent, type Pending, pending, settle, UNREADABLE } from "./queue";
import { button, say } from "./words";

const net = document.querySelector<HTMLOutputElement>("#net");
const CLOCK = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" } as const;
const clock = (moment: Date): string => moment.toLocaleTimeString("vi", CLOCK);

export const itemsOf = (those: Pending[]): Item[] => those.flatMap(({ item }) => item ?? []);

export async function renderQueue(): Promise<void> {
  if (!owner || !window.isSecureContext) return;
  const { mine, total, refused, others } = await pending(owner);
  renderHead(total - refused, refused);
  const list = document.querySelector<HTMLUListElement>("#waiting");
  if (!list) return;
  list.replaceChildren(...mine.map(entryOf));
  if (others) list.append(entry(say("sealed")));
  // What a unit writes has no file: it would have nobody to bring it in.
  if (mine.length && !link) list.append(waysOut(total));
  list.hidden = !list.children.length;
}

function renderHead(unsent: number, refused: number): void {
  if (!net) return;
  const parts: string[] = [];
  const drawn = document.querySelector("#drawn")?.textContent ?? "";
  if (!isOnline) parts.push(drawn ? say("offline-since", drawn) : say("offline"));
  if (unsent) parts.push(say("waiting", unsent));
  if (refused) parts.push(say("trouble", refused));
  net.hidden = !parts.length && !lastSent;
  net.classList.toggle("calm", !parts.length);
  net.textContent = parts.join(" · ") || say("sent", lastSent ? clock(lastSent) : "");
}

function entry(...content: (string | Node)[]): HTMLLIElement {
  const created = document.createElement("li");
  created.append(...content);
  return created;
}

/** The ways in which items leave a device that has no network at all. */
function waysOut(total: number): HTMLLIElement {
  const all = (): Promise<Item[]> => pending(owner, total).then(({ mine }) => itemsOf(mine));
  return entry(
    button(say("save"), () => void all().then(saveToFile)),
    " ",
    button(say("codes"), () => void all().then(showCodes)),
  );
}

function entryOf({ n, item, why, isPartlyWritten }: Pending): HTMLLIElement {
  const text = item ? `${clock(new Date(item.written))} ${item.label}` : say("unreadable");
  const created = entry(`${why ? say("refused") : say("device")} #${n}: ${text}`);
  if (!why) return created;
  created.className = "trouble";
  if (why !== UNREADABLE) created.append(document.createElement("br"), why);
  const choices = document.createElement("div");
  choices.className = "row";
  // Of an item with several lines some may be written: filled in again, they would be written twice.
  if (item && !isPartlyWritten && formOf(item)) choices.append(button(say("edit"), () => void edit(n, item)));
  if (item) choices.append(button(say("again"), () => void settle(n, true)));
  choices.append(
    button(say("drop"), () => {
      if (confirm(say("drop-sure"))) void settle(n, false);
    }),
  );
  created.append(choices);
  return created;
}

/** The form on this page in which such an item was filled in. */
function formOf(item: Item): HTMLFormElement | undefined {
  const [operation, post] = [item.operation, item.post].map((one) => CSS.escape(one));
  const here = `form[data-outbox][data-operation="${operation}"][data-post="${post}"]`;
  // The first that has all its fields: a call has more of them than a report.
  return [...document.querySelectorAll<HTMLFormElement>(here)].find((form) => {
    const kind = form.elements.namedItem("kind");
    return (
      kind instanceof HTMLInputElement &&
      kind.value === item.kind &&
      form.closest(".acts, .write") &&
      Object.keys(item.fields).every((name) => form.elements.namedItem(name))
    );
  });
}

/** The item goes back into its form, to be corrected and sent as a new one. */
async function edit(n: number, item: Item): Promise<void> {
  const form = formOf(item);
  if (!form) return;
  for (let act = form.closest("details"); act; act = act.parentElement?.closest("details") ?? null) act.open = true;
  for (const [name, value] of Object.entries(item.fields)) {
    const values = Array.isArray(value) ? value : [value];
    const fields = `[name="${CSS.escape(name)}"]`;
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(fields)) {
      const type = field instanceof HTMLInputElement ? field.type : "";
      if (type === "checkbox" || type === "radio") (field as HTMLInputElement).checked = values.includes(field.value);
      else if (type !== "file") field.value = values[0] ?? "";
    }
  }
  form.toggleAttribute("data-touched", true);
  await settle(n, false);
  form.scrollIntoView({ block: "center" });
  form.querySelector<HTMLElement>("input:not([type=hidden]), textarea")?.focus();
}

export function saveToFile(lines: Item[]): void {
  const download = document.createElement("a");
  download.href = URL.createObjectURL(new Blob([JSON.stringify({ lines }, null, 1)], { type: "application/json" }));
  download.download = `sansang-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "")}.json`;
  download.click();
}
