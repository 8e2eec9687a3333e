// Whose device is it now? The key of what waits, the pages that are kept, and leaving for good.
import { cookie, flush, onChange, pending, seal, unlock } from "./outbox";
import { announce, person, say } from "./words";
import { draw, isOnLine, linesOf, onLine, save } from "./waiting";

/** Somebody signed out while there was no network: the session is still to be ended. */
const LEFT = "sansang-left";

export function setOnLine(value: boolean): void {
  if (!onLine(value)) return;
  void draw();
  if (value && person) void flush(person);
}

export async function start(): Promise<void> {
  if (!window.isSecureContext) { document.querySelector("#insecure")?.removeAttribute("hidden"); return; }
  if (person && localStorage.getItem(LEFT) === person) { await ended(); return; }
  if (person) {
    let drawing: number | undefined;
    onChange(() => { drawing ??= window.setTimeout(() => { drawing = undefined; void draw(); }, 60); });
    try {
      const state = await unlock();
      if (state === "sealed" && document.body.hasAttribute("data-offline-page")) location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
      onLine(state !== "offline");
    } catch { announce(say("not-kept"), true); }
    await draw();
    void flush(person);
    window.addEventListener("online", () => void flush(person));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void flush(person); });
    setInterval(() => void flush(person), 30_000);
  }
  document.querySelectorAll<HTMLFormElement>("#sign-out, #sign-out-page").forEach((form) => form.addEventListener("submit", (event) => {
    event.preventDefault();
    void leave();
  }));
  if ("serviceWorker" in navigator) { await navigator.serviceWorker.register("/sw.js"); void stays(); }
}

/** The first visit already: what is written here can be written without a network from now on. */
async function stays(): Promise<void> {
  if (!document.body.matches("[data-offline-page], [data-unit]")) return;
  await navigator.serviceWorker.ready;
  const kept = await caches.open("pages");
  if (!(await kept.match(location.href, { ignoreVary: true }))) await kept.add(location.href);
}

async function leave(): Promise<void> {
  const { mine } = await pending(person);
  if (mine.length) {
    await flush(person);
    const left = (await pending(person, 1_000_000)).mine;
    if (left.length) {
      if (!confirm(say("unsent", left.length))) return;
      save(linesOf(left));
    }
  }
  await seal();
  localStorage.setItem(LEFT, person);
  await ended();
}

/** End the session; without a network the device is locked at once, and the session ends when there is one. */
async function ended(): Promise<void> {
  try {
    const answer = await fetch("/accounts/logout/", { method: "POST", headers: { "X-CSRFToken": cookie("csrftoken") } });
    if (!answer.ok) throw new Error(String(answer.status));
    localStorage.removeItem(LEFT);
    location.assign("/accounts/login/");
  } catch {
    const main = document.querySelector("main");
    main?.replaceChildren();
    document.querySelectorAll(".menu, .where, .drill-bar").forEach((one) => one.remove());
    announce(say("left"));
    main?.append(say("left"));
    window.addEventListener("online", () => void ended(), { once: true });
    if (isOnLine) setTimeout(() => void ended(), 15_000);
  }
}
