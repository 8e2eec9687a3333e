// What waits on this device? Counted in the page's head, and listed with what a person must settle.
import { showCodes } from "./codes";
import { lastSent, pending, settle, UNREADABLE, type Line, type Pending } from "./outbox";
import { button, person, say } from "./words";

const net = document.querySelector<HTMLOutputElement>("#net");
export let isOnLine = true;
export function onLine(value: boolean): boolean { const before = isOnLine; isOnLine = value; return before !== value; }

const clock = (moment: Date): string => moment.toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
/** The lines among those that wait. */
export const linesOf = (those: Pending[]): Line[] => those.flatMap((one) => one.line ?? []);

export async function draw(): Promise<void> {
  if (!person || !window.isSecureContext) return;
  const { mine, total, trouble, others } = await pending(person);
  if (net) {
    const parts: string[] = [];
    const drawn = document.querySelector("#drawn")?.textContent ?? "";
    if (!isOnLine) parts.push(drawn ? say("offline-since", drawn) : say("offline"));
    if (total - trouble) parts.push(say("waiting", total - trouble));
    if (trouble) parts.push(say("trouble", trouble));
    net.hidden = !parts.length && !lastSent;
    net.classList.toggle("calm", !parts.length);
    net.textContent = parts.join(" · ") || say("sent", lastSent ? clock(lastSent) : "");
  }
  const list = document.querySelector<HTMLUListElement>("#waiting");
  if (!list) return;
  list.replaceChildren(...mine.map(item));
  if (others) { const sealed = document.createElement("li"); sealed.textContent = say("sealed"); list.append(sealed); }
  if (mine.length) {
    const all = (): Promise<Line[]> => pending(person, total).then((those) => linesOf(those.mine));
    const ways = document.createElement("li");
    ways.append(button(say("save"), () => void all().then(save)), " ", button(say("codes"), () => void all().then(showCodes)));
    list.append(ways);
  }
  list.hidden = !list.children.length;
}

function item({ n, line, why }: Pending): HTMLLIElement {
  const made = document.createElement("li");
  const said = line ? `${clock(new Date(line.written))} ${line.label}` : say("unreadable");
  made.textContent = `${why ? say("refused") : say("device")} #${n}: ${said}`;
  if (!why) return made;
  made.className = "trouble";
  if (why !== UNREADABLE) made.append(document.createElement("br"), why);
  const ways = document.createElement("div");
  ways.className = "row";
  if (line && formOf(line)) ways.append(button(say("edit"), () => void edit(n, line)));
  if (line) ways.append(button(say("again"), () => void settle(n, true)));
  ways.append(button(say("drop"), () => { if (confirm(say("drop-sure"))) void settle(n, false); }));
  made.append(ways);
  return made;
}

/** The form on this page in which such a line was filled in. */
function formOf(line: Line): HTMLFormElement | undefined {
  const forms = document.querySelectorAll<HTMLFormElement>(`form[data-outbox][data-operation="${CSS.escape(line.operation)}"][data-post="${CSS.escape(line.post)}"]`);
  // The fullest that has all its fields: a call has more of them than a report.
  return [...forms].find((form) => form.elements.namedItem("kind") instanceof HTMLInputElement && (form.elements.namedItem("kind") as HTMLInputElement).value === line.kind
    && form.closest(".acts, .write") && Object.keys(line.fields).every((name) => form.elements.namedItem(name)));
}

/** The line goes back into its form, to be mended and sent as a new one. */
async function edit(n: number, line: Line): Promise<void> {
  const form = formOf(line);
  if (!form) return;
  for (let act = form.closest("details"); act; act = act.parentElement?.closest("details") ?? null) act.open = true;
  for (const [name, value] of Object.entries(line.fields)) {
    const wanted = Array.isArray(value) ? value : [value];
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="${CSS.escape(name)}"]`)) {
      if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = wanted.includes(field.value);
      else if (!(field instanceof HTMLInputElement && field.type === "file")) field.value = wanted[0] ?? "";
    }
  }
  form.toggleAttribute("data-touched", true);
  await settle(n, false);
  form.scrollIntoView({ block: "center" });
  form.querySelector<HTMLElement>("input:not([type=hidden]), textarea")?.focus();
}

export function save(lines: Line[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ lines }, null, 1)], { type: "application/json" }));
  link.download = `sansang-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "")}.json`;
  link.click();
}
