// How do lines leave a phone that gets no network at all? As codes on its screen, each of them whole.
import { generate } from "lean-qr";
import type { Line } from "./outbox";
import { say } from "./words";

/** So many bytes go into one code, so that a phone in the rain still reads it from another's screen. */
const LARGEST = 900;

/** The texts of the codes: as many lines in each as fit; a longer line has one of its own. */
export function textsOf(lines: Line[]): string[] {
  const texts: string[] = [];
  let some: Line[] = [];
  const bytes = (of: Line[]): number => new TextEncoder().encode(JSON.stringify({ lines: of })).length;
  for (const line of lines) {
    if (some.length && bytes([...some, line]) > LARGEST) { texts.push(JSON.stringify({ lines: some })); some = []; }
    some.push(line);
  }
  if (some.length) texts.push(JSON.stringify({ lines: some }));
  return texts;
}

export function showCodes(lines: Line[]): void {
  const photos = lines.filter((one) => one.kind === "photo_added").length;
  const texts = textsOf(lines.filter((one) => one.kind !== "photo_added"));
  const dialog = document.createElement("dialog");
  dialog.className = "codes";
  const about = document.createElement("p");
  about.textContent = say("carry");
  dialog.append(about);
  if (photos) { const left = document.createElement("p"); left.className = "notice"; left.textContent = say("photos", photos); dialog.append(left); }
  texts.forEach((text, n) => {
    const canvas = document.createElement("canvas"), caption = document.createElement("p");
    try { generate(text).toCanvas(canvas, { on: [0, 0, 0], off: [255, 255, 255], pad: 4 }); }
    catch { return; }
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `QR ${n + 1}/${texts.length}`);
    caption.textContent = `${n + 1}/${texts.length}`;
    dialog.append(caption, canvas);
  });
  const close = document.createElement("button");
  close.type = "button"; close.textContent = say("close"); close.className = "primary"; close.onclick = () => dialog.close();
  dialog.append(close);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}
