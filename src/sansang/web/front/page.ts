// What does a page need besides its forms? Texts, copying, printing, and the list of what waits.
import { showCodes } from "./codes";
import { morph, untouched } from "./morph";
import { cookie, flush, keep, lastSent, numbers, onChange, pending, seal, settle, unlock, type Fields, type Line } from "./outbox";

const texts = document.querySelector<HTMLTemplateElement>("#texts")!.dataset as Record<string, string>;
const person = document.body.dataset["person"] ?? "";
const net = document.querySelector<HTMLOutputElement>("#net");
/** Acts that may be refused: made on line when there is a line. */
const AUTHORITY = new Set(["opened", "closed", "unit_ordered", "aid_answered", "level_declared", "level_revoked", "handover_accepted"]);
export let isOnLine = true;
export const say = (name: string): string => texts[name] ?? "";

export function uuid(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Said where somebody looks: beside the field that they write in, else at the top of the page. What went well goes by itself. */
export function announce(text: string, bad = false): void {
  document.querySelectorAll(".said, main > .told, main > .wrong").forEach((one) => one.remove());
  const line = document.createElement("p");
  line.className = `said ${bad ? "wrong" : "told"}`;
  line.setAttribute("role", bad ? "alert" : "status");
  line.textContent = text;
  (document.querySelector(".write") ?? document.querySelector("main"))?.prepend(line);
  if (bad) line.scrollIntoView({ block: "nearest" });
  else setTimeout(() => line.remove(), 6000);
}

export async function draw(): Promise<void> {
  if (!person || !window.isSecureContext) return;
  const list = document.querySelector<HTMLUListElement>("#waiting");
  const { mine, total, trouble, others } = await pending(person);
  if (net) {
    const parts: string[] = [];
    if (!isOnLine) parts.push(say("offline"));
    if (total - trouble) parts.push(say("waiting").replace("%n", String(total - trouble)));
    if (trouble) parts.push(say("trouble").replace("%n", String(trouble)));
    net.hidden = !parts.length && !lastSent;
    net.classList.toggle("calm", !parts.length);
    net.textContent = parts.join(" · ") || say("sent").replace("%t", lastSent?.toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" }) ?? "");
  }
  if (!list) return;
  list.replaceChildren();
  for (const one of mine) {
    const item = document.createElement("li");
    const said = one.line.fields["text"] ?? one.line.fields["place"] ?? one.line.fields["caption"] ?? one.line.kind;
    item.textContent = `${say("device")} #${one.n}: ${String(said)}`;
    if (one.why) {
      item.className = "trouble";
      item.append(document.createElement("br"), one.why, document.createElement("br"));
      for (const [text, sendAgain] of [[say("again"), true], [say("drop"), false]] as const) {
        const button = document.createElement("button");
        button.type = "button"; button.textContent = text;
        button.onclick = () => void settle(one.n, sendAgain);
        item.append(button, " ");
      }
    }
    list.append(item);
  }
  if (others) { const item = document.createElement("li"); item.textContent = say("sealed"); list.append(item); }
  if (mine.length) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button"; button.textContent = say("save"); button.onclick = () => void pending(person, total).then((all) => save(all.mine.map((one) => one.line)));
    const codes = document.createElement("button");
    codes.type = "button"; codes.textContent = say("codes"); codes.onclick = () => void pending(person, total).then((all) => showCodes(all.mine.map((one) => one.line)));
    item.append(button, " ", codes); list.append(item);
  }
  list.hidden = !list.children.length;
}

function save(lines: Line[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ lines }, null, 1)], { type: "application/json" }));
  link.download = `sansang-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "")}.json`;
  link.click();
}

/** A photo small enough for a bad network; the server draws it anew all the same. */
async function small(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale); canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.75).split(",")[1] ?? "";
}

async function lineOf(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Line> {
  const data = new FormData(form, submitter);
  const fields: Fields = {};
  for (const name of new Set(data.keys())) {
    if (["csrfmiddlewaretoken", "kind", "command", "back"].includes(name)) continue;
    const values = data.getAll(name);
    const first = values[0];
    if (first instanceof File) { if (first.size) fields[name] = await small(first); }
    else fields[name] = values.length > 1 ? values.map(String) : String(first);
  }
  return { command: String(data.get("command")), person, operation: form.dataset["operation"] ?? "", post: form.dataset["post"] ?? "", kind: String(data.get("kind")), fields, written: new Date().toISOString() };
}

/** One line for each unit where several are ordered at once; the server names them in the same way. */
function each(line: Line): Line[] {
  const units = line.fields["unit"];
  if (line.kind !== "unit_ordered" || !Array.isArray(units)) return [line];
  return units.map((unit, n) => ({ ...line, command: numbered(line.command, n), fields: { ...line.fields, unit } }));
}

function numbered(command: string, n: number): string {
  return n ? ((parseInt(command.slice(0, 2), 16) + n) % 256).toString(16).padStart(2, "0") + command.slice(2) : command;
}

function renew(form: HTMLFormElement): void {
  form.reset();
  form.removeAttribute("data-touched");
  form.querySelector<HTMLInputElement>("input[name=command]")!.value = uuid();
  form.closest("details.sub")?.removeAttribute("open");
  form.closest(".acts > details")?.removeAttribute("open");
  isOutdated = true;
}

async function onLine(form: HTMLFormElement, submitter: HTMLElement | null): Promise<"written" | "refused" | "no network"> {
  let answer: Response;
  try { answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { "X-CSRFToken": cookie("csrftoken") } }); }
  catch { return "no network"; }
  if (answer.ok) return "written";
  if (answer.status >= 502) return "no network";
  const said = new DOMParser().parseFromString(await answer.text(), "text/html");
  announce(said.querySelector(".wrong")?.textContent?.trim() ?? said.querySelector("h1")?.textContent ?? String(answer.status), true);
  return "refused";
}

export function forms(refresh: () => void): void {
  // A page that was kept on the device has names in it that were used before.
  document.querySelectorAll<HTMLInputElement>("[data-outbox] input[name=command]").forEach((one) => { one.value = uuid(); });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-outbox]") || !person || !window.isSecureContext) return;
    event.preventDefault();
    const group = form.querySelector<HTMLElement>("fieldset[data-one]");
    if (group && !group.querySelector("input:checked")) { announce(group.dataset["one"] ?? "", true); return; }
    void send(form, event.submitter, refresh);
  });
}

/** The number of a line leads to its correction: the form opens with that line chosen. */
export function corrections(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-entry]");
    const form = document.querySelector<HTMLInputElement>("form input[name=kind][value=corrected]")?.form;
    const choice = form?.querySelector<HTMLSelectElement>("select[name=entry]"), act = form?.closest("details");
    if (!link || !form || !choice || !act) return;
    event.preventDefault();
    const entry = link.dataset["entry"] ?? "";
    // The form may be older than the line.
    if (![...choice.options].some((one) => one.value === entry)) {
      const text = link.closest("li")?.querySelector(".text")?.textContent?.trim() ?? "";
      choice.prepend(new Option(`${link.textContent ?? ""} – ${text.slice(0, 50)}`, entry));
    }
    choice.value = entry;
    form.setAttribute("data-touched", "");
    act.open = true;
    act.closest<HTMLDetailsElement>(".acts > details")!.open = true;
    form.querySelector("textarea")?.focus();
    form.scrollIntoView({ block: "center" });
  });
}

/** Something was written since the forms were drawn: the lists to choose from may lack it. */
let isOutdated = false;
export function outdated(): void { isOutdated = true; }

/** A form that is opened offers the units and situations of now. */
export function formsOfNow(): void {
  const acts = document.querySelector<HTMLElement>("section[data-acts]");
  acts?.addEventListener("toggle", (event) => {
    const act = event.target as HTMLDetailsElement;
    if (isOutdated && act.open && act.parentElement === acts) void renewed(acts);
  }, true);
}

async function renewed(acts: HTMLElement): Promise<void> {
  try {
    const answer = await fetch(acts.dataset["acts"] ?? "", { cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".acts");
    if (!fresh) return;
    isOutdated = false;
    await untouched();
    morph(acts, fresh.innerHTML);
  } catch { /* without a network those of before are offered */ }
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null, refresh: () => void): Promise<void> {
  const line = await lineOf(form, submitter);
  const { total, trouble } = await pending(person, 0);
  // Nothing overtakes what waits already.
  if (AUTHORITY.has(line.kind) && total === trouble) {
    const came = await onLine(form, submitter);
    if (came === "refused") return;
    if (came === "written") {
      if (form.querySelector("[name=back]") || line.kind === "closed") { location.reload(); return; }
      renew(form); announce(say("done")); refresh(); return;
    }
  }
  try { for (const one of each(line)) await keep(one); }
  catch (wrong) {
    // Pressed twice: it is kept already.
    if (!(wrong instanceof DOMException && wrong.name === "ConstraintError")) announce(say("sealed"), true);
    return;
  }
  renew(form);
  if (!isOnLine) announce(say("kept"));
  await flush(person);
  const number = numbers.get(line.command);
  if (number !== undefined) announce(say("written").replace("%n", String(number)));
  refresh();
}

export async function start(): Promise<void> {
  if (!window.isSecureContext) { document.querySelector("#insecure")?.removeAttribute("hidden"); return; }
  if (person) {
    let drawing: number | undefined;
    onChange(() => { drawing ??= window.setTimeout(() => { drawing = undefined; void draw(); }, 60); });
    const state = await unlock();
    if (state === "sealed" && document.body.hasAttribute("data-offline-page")) location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
    isOnLine = state !== "offline";
    await draw();
    void flush(person);
    window.addEventListener("online", () => void flush(person));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void flush(person); });
    setInterval(() => void flush(person), 30_000);
  }
  document.querySelectorAll<HTMLFormElement>("#sign-out, #sign-out-page").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    void leave(form);
  }));
  if ("serviceWorker" in navigator) { await navigator.serviceWorker.register("/sw.js"); void stays(); }
}

/** The first visit already: what is written here can be written without a network from now on. */
async function stays(): Promise<void> {
  if (!document.body.matches("[data-offline-page], [data-unit]")) return;
  await navigator.serviceWorker.ready;
  const kept = await caches.open("pages");
  if (!(await kept.match(location.href, { ignoreVary: true }))) await kept.add(location.href);
}

async function leave(form: HTMLFormElement): Promise<void> {
  const { mine } = await pending(person);
  if (mine.length) {
    await flush(person);
    const left = (await pending(person, 1_000_000)).mine;
    if (left.length) {
      if (!confirm(say("unsent").replace("%n", String(left.length)))) return;
      save(left.map((one) => one.line));
    }
  }
  await seal();
  for (const name of await caches.keys()) if (name.startsWith("pages")) await caches.delete(name);
  form.submit();
}

export function small_things(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-copy], [data-copy-from], [data-print]");
    if (!button) return;
    if (button.hasAttribute("data-print")) { window.print(); return; }
    const from = button.dataset["copyFrom"];
    const text = from ? (document.getElementById(from) as HTMLTextAreaElement).value : button.dataset["copy"] ?? "";
    void navigator.clipboard.writeText(text).then(() => button.append(" ✓"));
  });
  document.querySelector<HTMLTextAreaElement>("#line")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.target as HTMLTextAreaElement).form?.requestSubmit();
  });
}

export function setOnLine(value: boolean): void { if (value !== isOnLine) { isOnLine = value; void draw(); if (value && person) void flush(person); } }
