// Whose device is it now? The key of the queue, the pages that are kept, and leaving for good.
import { isOnline, onConnectionChange, setOnline } from "./connection";
import { moveEarlierQueue } from "./earlier_queue";
import { cookie, link, owner, person } from "./page";
import { fetchKey, flush, forget, onChange, onLost, pending } from "./queue";
import { itemsOf, renderQueue, saveToFile } from "./queue_list";
import { announce, say } from "./words";

/** Somebody signed out while there was no network: the session is still to be ended. */
const LEFT = "sansang-left";
/** The pause between two tries to send what a page does not know of (milliseconds). */
const PAUSE = 15_000;

export async function start(): Promise<void> {
  if (!window.isSecureContext) {
    document.querySelector("#insecure")?.removeAttribute("hidden");
    return;
  }
  if (person && localStorage.getItem(LEFT) === person) {
    await endSession();
    return;
  }
  if (owner) await openQueue();
  const forms = document.querySelectorAll<HTMLFormElement>("#sign-out, #sign-out-page");
  forms.forEach((form) =>
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void leave();
    }),
  );
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register("/sw.js");
    void keepPage();
  }
}

async function openQueue(): Promise<void> {
  let rendering: number | undefined;
  onChange(() => {
    rendering ??= window.setTimeout(() => {
      rendering = undefined;
      void renderQueue();
    }, 60);
  });
  onLost((labels) => announce(labels.map((label) => `${say("refused")}: ${label}`).join(" · "), true));
  try {
    const { state } = await fetchKey(link);
    if (state === "ended") {
      await forget(owner);
      const login = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
      if (!link && document.body.hasAttribute("data-offline-page")) location.assign(login);
    }
    setOnline(state !== "offline");
    await renderQueue();
  } catch {
    // Nothing can be kept here (private browsing, no room): each form is sent at once, and what can't be is said.
    if (!link) announce(say("not-kept"), true);
    return;
  }
  onConnectionChange(() => {
    void renderQueue();
    if (isOnline) void flush();
  });
  void flush();
  if (link) void moveEarlierQueue().then(flush);
  window.addEventListener("online", () => void flush());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void flush();
  });
  setInterval(() => void flush(), PAUSE);
}

/** On the first visit already: what can be written here can be written without a network from now on. */
async function keepPage(): Promise<void> {
  if (!document.body.matches("[data-offline-page], [data-unit]")) return;
  await navigator.serviceWorker.ready;
  const pages = await caches.open("pages");
  if (!(await pages.match(location.href, { ignoreVary: true }))) await pages.add(location.href);
}

async function leave(): Promise<void> {
  if ((await pending(person)).total) {
    await flush();
    const unsent = (await pending(person, Infinity)).mine;
    if (unsent.length) {
      if (!confirm(say("unsent", unsent.length))) return;
      saveToFile(itemsOf(unsent));
    }
  }
  await forget(person);
  localStorage.setItem(LEFT, person);
  await endSession();
}

/** End the session; without a network the device is locked at once, and the session ends when there is one. */
async function endSession(): Promise<void> {
  try {
    const headers = { "X-CSRFToken": cookie("csrftoken") };
    const answer = await fetch("/accounts/logout/", { method: "POST", headers });
    if (!answer.ok) throw new Error(String(answer.status));
    localStorage.removeItem(LEFT);
    location.assign("/accounts/login/");
  } catch {
    const main = document.querySelector("main");
    main?.replaceChildren();
    document.querySelectorAll(".menu, .where, .drill-bar").forEach((one) => one.remove());
    announce(say("left"));
    main?.append(say("left"));
    window.addEventListener("online", () => void endSession(), { once: true });
    if (isOnline) setTimeout(() => void endSession(), 15_000);
  }
}
