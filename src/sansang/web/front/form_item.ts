// What is filled in in a form? As an item of the queue, with the words by which it is called until it is sent.
import { link, owner } from "./page";
import type { Fields, Item } from "./queue";
import { say } from "./words";

/** Longer side (pixels) and quality of a photo as it is sent; the server redraws it all the same. */
const SIDE = 1280,
  QUALITY = 0.75;
/** Fields of the form that are not part of what it says. */
const OTHER = ["csrfmiddlewaretoken", "kind", "command", "back"];
const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea";

export async function itemOf(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Item> {
  const data = new FormData(form, submitter);
  const written = new Date().toISOString();
  const fields: Fields = {};
  for (const name of new Set(data.keys())) {
    if (OTHER.includes(name)) continue;
    const values = data.getAll(name);
    const first = values[0];
    if (first instanceof File) {
      if (first.size) fields[name] = await photoOf(first);
    } else fields[name] = values.length > 1 ? values.map(String) : String(first);
  }
  const { operation = "", post = "" } = form.dataset;
  const [command, kind] = [String(data.get("command")), String(data.get("kind"))];
  const hasPhoto = fields["photo"] !== undefined && kind !== "photo_added";
  const label = `${labelOf(form, submitter)}${hasPhoto ? ` · ${say("photo")}` : ""}`;
  return { command, person: owner, operation, post, kind, fields, written, label, ...(link ? { link } : {}) };
}

/** What is done, and with or about what. */
function labelOf(form: HTMLFormElement, submitter: HTMLElement | null): string {
  const act = form.closest("details")?.querySelector("summary")?.textContent?.trim();
  const about = form.closest("li")?.querySelector("strong")?.textContent?.trim();
  const boxes = form.querySelectorAll<HTMLInputElement>("[name=unit]:checked, [name=to]:checked");
  const chosen = [...boxes].map((one) => one.closest("label")?.textContent?.trim());
  const typed = [...form.querySelectorAll<HTMLInputElement>(TYPED)].map((one) => one.value.trim());
  const what = form.closest(".write") ? [] : [act ?? submitter?.textContent?.trim()];
  return [...what, about, ...chosen, ...typed].filter(Boolean).slice(0, 4).join(" · ").slice(0, 160);
}

/** A photo as base64, small enough for a bad network; one that only the server can read goes as it is. */
async function photoOf(file: File): Promise<string> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY).split(",")[1] ?? "";
  } catch {
    return base64(file);
  }
}

function base64(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
