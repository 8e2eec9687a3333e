// How is a part of the page brought up to date? As the server renders it, but what somebody has opened or begun to fill
// in is left alone.
import { Idiomorph } from "idiomorph";

export function morph(part: Element, html: string): void {
  Idiomorph.morph(part, html, {
    morphStyle: "innerHTML",
    // What somebody types in is left alone; a button that has the focus gets its new label and value like any other.
    ignoreActiveValue: !(document.activeElement instanceof HTMLButtonElement),
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (old) => !(old instanceof Element && old.matches("form[data-touched]")),
      beforeAttributeUpdated: (name, old) => !(name === "open" && old.tagName === "DETAILS"),
    },
  });
}

/** After a finger came down nothing moves under it for this long (milliseconds). */
const STILL = 600;
let lastTouch = -STILL;

export async function untouched(): Promise<void> {
  while (performance.now() - lastTouch < STILL) await new Promise((done) => setTimeout(done, STILL / 4));
}

/** A form in which somebody types is not replaced until it is sent. */
export function touched(): void {
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!(event.target as HTMLElement).closest("summary")) lastTouch = performance.now();
    },
    true,
  );
  document.addEventListener("input", (event) => {
    (event.target as HTMLElement).closest("form")?.toggleAttribute("data-touched", true);
  });
}
