// How does what somebody fills in become lines? Kept on the device first, or asked on line where it may be refused.
import { morph, untouched } from "./morph";
import { cookie, flush, keep, numbers, pending, Sealed, seal, type Fields, type Line } from "./outbox";
import { announce, person, say, uuid } from "./words";
import { isOnLine } from "./waiting";

/** Acts that may be refused: made on line when there is a line. */
const AUTHORITY = new Set(["opened", "closed", "unit_ordered", "aid_answered", "level_declared", "level_revoked", "handover_accepted"]);

/** A photo small enough for a bad network; the server draws it anew all the same. One that only it can read goes as it is. */
async function small(file: File): Promise<string> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1280 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale); canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.75).split(",")[1] ?? "";
  } catch { return base64(file); }
}

function base64(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

/** What a line is called while it waits: what is done, and with or about what. */
function labelOf(form: HTMLFormElement, submitter: HTMLElement | null): string {
  const act = form.closest("details")?.querySelector("summary")?.textContent?.trim();
  const about = form.closest("li")?.querySelector("strong")?.textContent?.trim();
  const chosen = [...form.querySelectorAll<HTMLInputElement>("[name=unit]:checked, [name=to]:checked")].map((one) => one.closest("label")?.textContent?.trim());
  const typed = [...form.querySelectorAll<HTMLInputElement>("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea")].map((one) => one.value.trim());
  const said = form.closest(".write") ? [] : [act ?? submitter?.textContent?.trim()];
  return [...said, about, ...chosen, ...typed].filter(Boolean).slice(0, 4).join(" · ").slice(0, 160);
}

async function lineOf(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Line> {
  const data = new FormData(form, submitter);
  const fields: Fields = {};
  const label = labelOf(form, submitter);
  const written = new Date().toISOString();
  for (const name of new Set(data.keys())) {
    if (["csrfmiddlewaretoken", "kind", "command", "back"].includes(name)) continue;
    const values = data.getAll(name);
    const first = values[0];
    if (first instanceof File) { if (first.size) fields[name] = await small(first); }
    else fields[name] = values.length > 1 ? values.map(String) : String(first);
  }
  return { command: String(data.get("command")), person, operation: form.dataset["operation"] ?? "", post: form.dataset["post"] ?? "", kind: String(data.get("kind")), fields, written, label };
}

/** One line for each unit where several are ordered at once, and one for a photo beside a report; the server names them in the same way. */
function each(line: Line): Line[] {
  const { unit, photo, ...rest } = line.fields;
  if (line.kind === "unit_ordered" && Array.isArray(unit)) return unit.map((one, n) => ({ ...line, command: numbered(line.command, n), fields: { ...line.fields, unit: one } }));
  if (line.kind !== "situation_reported" || photo === undefined) return [line];
  const shown = { photo, situation: `s-${line.command.slice(0, 13)}` };
  return [{ ...line, fields: rest }, { ...line, command: numbered(line.command, 1), kind: "photo_added", fields: shown, label: `${line.label} · ${say("photo")}` }];
}

function numbered(command: string, n: number): string {
  return n ? ((parseInt(command.slice(0, 2), 16) + n) % 256).toString(16).padStart(2, "0") + command.slice(2) : command;
}

function renew(form: HTMLFormElement): void {
  const act = form.closest<HTMLDetailsElement>(".acts > details");
  const hadFocus = form.contains(document.activeElement);
  form.reset();
  form.removeAttribute("data-touched");
  form.querySelector<HTMLInputElement>("input[name=command]")!.value = uuid();
  form.closest("details.sub")?.removeAttribute("open");
  act?.removeAttribute("open");
  if (hadFocus) act?.querySelector("summary")?.focus();
  isOutdated = true;
}

async function asked(form: HTMLFormElement, submitter: HTMLElement | null): Promise<"written" | "refused" | "no network"> {
  let answer: Response;
  try { answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { "X-CSRFToken": cookie("csrftoken") } }); }
  catch { return "no network"; }
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/login/")) {
    await seal();
    announce(say("signed-out"), true);
    return "refused";
  }
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
  // To withdraw a line nothing needs to be said instead of it.
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const text = box.matches("[name=withdrawn]") ? box.form?.querySelector<HTMLTextAreaElement>("[name=text]") : null;
    if (text) text.required = !box.checked;
  });
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null, refresh: () => void): Promise<void> {
  const line = await lineOf(form, submitter);
  let waits = false;
  try { const { total, trouble } = await pending(person, 0); waits = total > trouble; } catch { /* it is said below, when it is to be kept */ }
  // Nothing overtakes what waits already.
  if (AUTHORITY.has(line.kind) && !waits) {
    form.inert = true;
    const came = await asked(form, submitter);
    form.inert = false;
    if (came === "refused") return;
    if (came === "written") {
      if (form.querySelector("[name=back]") || line.kind === "closed") { location.reload(); return; }
      renew(form); announce(say("done")); refresh(); return;
    }
  }
  try { await keep(each(line)); }
  catch (wrong) {
    if (wrong instanceof Sealed) { announce(say("signed-out"), true); return; }
    // A device that keeps nothing (private browsing, a full disk) can still send.
    const came = line.fields["photo"] === undefined ? await asked(form, submitter) : "no network";
    if (came === "written") { renew(form); announce(say("done")); refresh(); }
    else if (came === "no network") announce(say("not-kept"), true);
    return;
  }
  renew(form);
  if (!isOnLine) announce(say("kept"));
  await flush(person);
  const number = numbers.get(line.command);
  if (number !== undefined) announce(say("written", number));
  refresh();
}

/** The number of a line leads to its correction: the form opens with that line chosen. */
export function corrections(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-entry]");
    const form = document.querySelector<HTMLInputElement>("form input[name=kind][value=corrected]")?.form;
    const choice = form?.querySelector<HTMLSelectElement>("select[name=entry]");
    if (!link || !form || !choice) return;
    event.preventDefault();
    const entry = link.dataset["entry"] ?? "";
    const text = link.closest("li")?.querySelector(".text")?.firstChild?.textContent?.trim() ?? "";
    // The form may be older than the line.
    if (![...choice.options].some((one) => one.value === entry)) choice.prepend(new Option(`${link.textContent ?? ""} – ${text.slice(0, 50)}`, entry));
    choice.value = entry;
    form.setAttribute("data-touched", "");
    for (let act = form.closest("details"); act; act = act.parentElement?.closest("details") ?? null) act.open = true;
    const right = form.querySelector("textarea");
    if (right && !right.value) right.value = text;
    right?.select();
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
