// Which small tools does a page have? Copy, print, send with Enter.
import { announce, say } from "./words";

export function tools(): void {
  document.addEventListener("click", (event) => {
    const pressed = (event.target as HTMLElement).closest<HTMLElement>("[data-copy], [data-copy-from], [data-print]");
    if (!pressed) return;
    if (pressed.hasAttribute("data-print")) {
      window.print();
      return;
    }
    const from = pressed.dataset["copyFrom"];
    const source = from
      ? (document.getElementById(from) as HTMLTextAreaElement)
      : pressed.parentElement?.querySelector<HTMLInputElement>("input.copy");
    const text = from ? source!.value : (pressed.dataset["copy"] ?? "");
    void copied(text, source).then((done) => {
      if (done) announce(say("copied"));
    });
  });
  document.querySelector<HTMLTextAreaElement>("#line")?.addEventListener("keydown", (event) => {
    // Enter ends a word that an input method is still composing; with Shift it begins a new line.
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  });
}

/** A browser gives the clipboard to secure addresses only; elsewhere the text is selected, to be copied by hand. */
async function copied(text: string, source?: HTMLInputElement | HTMLTextAreaElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    source?.select();
    return false;
  }
}
