// What does the page say for itself? The texts that the server wrote into it, in the language of the page.
const texts = document.querySelector<HTMLTemplateElement>("#texts")!.dataset as Record<string, string>;

/** A text by its name; "%n" in it is what it is filled with. */
export function say(name: string, filled: string | number = ""): string {
  const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (texts[key] ?? "").replace("%n", String(filled));
}

/** Said where somebody looks: beside the field that they write in, else at the top of the page. What went well is
 * removed after some seconds. */
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
