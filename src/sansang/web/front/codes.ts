// How do lines leave a phone that gets no network at all? As codes on its screen, each of them whole.
import { generate } from "lean-qr";
import type { Item } from "./queue";
import { say } from "./words";

/** The bytes in one code, so that a phone in the rain still reads it from another's screen. */
const LARGEST = 900;

/** The texts of the codes: as many items in each as fit; a longer one has a code of its own. */
export function textsOf(items: Item[]): string[] {
  const texts: string[] = [];
  const textOf = (lines: Item[]): string => JSON.stringify({ lines });
  const isTooLong = (those: Item[]): boolean => new TextEncoder().encode(textOf(those)).length > LARGEST;
  let some: Item[] = [];
  for (const item of items) {
    if (some.length && isTooLong([...some, item])) {
      texts.push(textOf(some));
      some = [];
    }
    some.push(item);
  }
  if (some.length) texts.push(textOf(some));
  return texts;
}

/** Photos do not fit into a code: a report goes without its own, which is sent later with the same command. */
function withoutPhotos(items: Item[]): Item[] {
  return items
    .filter(({ kind }) => kind !== "photo_added")
    .map((item) => {
      const { photo: _, ...fields } = item.fields;
      return { ...item, fields };
    });
}

export function showCodes(items: Item[]): void {
  const photos = items.filter(({ fields }) => fields["photo"] !== undefined).length;
  const texts = textsOf(withoutPhotos(items));
  const dialog = document.createElement("dialog");
  dialog.className = "codes";
  dialog.append(paragraph(say("carry")));
  if (photos) dialog.append(paragraph(say("photos", photos), "notice"));
  texts.forEach((text, n) => {
    const canvas = document.createElement("canvas");
    try {
      generate(text).toCanvas(canvas, { on: [0, 0, 0], off: [255, 255, 255], pad: 4 });
    } catch {
      return;
    }
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `QR ${n + 1}/${texts.length}`);
    dialog.append(paragraph(`${n + 1}/${texts.length}`), canvas);
  });
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = say("close");
  close.className = "primary";
  close.onclick = () => dialog.close();
  dialog.append(close);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

function paragraph(text: string, look = ""): HTMLParagraphElement {
  const created = document.createElement("p");
  created.className = look;
  created.textContent = text;
  return created;
}
