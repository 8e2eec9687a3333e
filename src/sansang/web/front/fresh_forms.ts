// What does a form offer to choose from? The units and situations of now, fetched when it is opened.
import { morph, untouched } from "./morph";

/** Something was written since the forms were rendered: their lists may lack it. */
let isOutdated = false;
export function formsOutdated(): void {
  isOutdated = true;
}

export function freshForms(): void {
  const acts = document.querySelector<HTMLElement>("section[data-acts]");
  acts?.addEventListener(
    "toggle",
    (event) => {
      const act = event.target as HTMLDetailsElement;
      if (isOutdated && act.open && act.parentElement === acts) void reload(acts);
    },
    true,
  );
}

async function reload(acts: HTMLElement): Promise<void> {
  try {
    const answer = await fetch(acts.dataset["acts"] ?? "", { cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".acts");
    if (!fresh) return;
    isOutdated = false;
    await untouched();
    morph(acts, fresh.innerHTML);
  } catch {
    /* without a network those of before are offered */
  }
}
