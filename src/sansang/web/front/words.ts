// What does the page say for itself? The texts that the server wrote into it, in the language of the page.
const texts = document.querySelector<HTMLTemplateElement>("#texts")!.dataset as Record<string, string>;
export const person = document.body.dataset["person"] ?? "";

/** A text by its name; "%n" in it is what it is filled with. */
export function say(name: string, filled: string | number = ""): string {
  const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (texts[key] ?? "").replace("%n", String(filled));
}

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

export function button(text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.onclick = act;
  return made;
}
