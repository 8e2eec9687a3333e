// What is overdue, and who calls for help: said aloud once, felt in the hand, and counted in the tab's name.
import { say } from "./words";

const title = document.title;
let known: Set<string> | undefined;
let shown = "";

const taskOf = (one: HTMLElement): string => one.dataset["task"] ?? "";

export function alarms(board: HTMLElement): void {
  const late = [...board.querySelectorAll<HTMLElement>(".task.late[data-task]")];
  document.title = late.length ? `(${late.length}) ${title}` : title;
  // What was overdue when the page was opened is read; who calls for help is called out in any case.
  const fresh = late.filter((one) => (known ? !known.has(taskOf(one)) : one.matches(".help")));
  known = new Set(late.map(taskOf));
  const latest = fresh.at(-1);
  if (latest) {
    shown = taskOf(latest);
    bar().replaceChildren(latest.querySelector("p")?.textContent?.replace(/\s+/g, " ").trim() ?? "", look(board));
    // A browser wants the page to have been touched first; without that it only shows.
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 120, 300]);
  } else if (shown && !known.has(shown)) close();
}

/** At the lower edge, so that nothing moves under the thumb of somebody who is writing. */
function bar(): HTMLElement {
  const there = document.querySelector<HTMLElement>("#alarm");
  if (there) return there;
  const made = document.createElement("div");
  made.id = "alarm";
  made.setAttribute("role", "alert");
  (document.querySelector(".write") ?? document.body).append(made);
  return made;
}

function look(board: HTMLElement): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say("look");
  button.onclick = () => {
    const task = [...board.querySelectorAll<HTMLElement>(".task")].find((one) => taskOf(one) === shown);
    task?.scrollIntoView({ block: "center" });
    task?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    close();
  };
  return button;
}

function close(): void {
  document.querySelector("#alarm")?.remove();
  shown = "";
}
