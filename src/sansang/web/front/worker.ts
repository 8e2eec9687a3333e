// What opens without a network? The post's page as it was last seen, and everything that it loads.
declare const CACHED: string[];
declare const VERSION: string;
const scope = self as unknown as ServiceWorkerGlobalScope;
const FILES = `files-${VERSION}`,
  PAGES = "pages";

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(FILES)
      .then((cache) => cache.addAll(CACHED))
      .then(() => scope.skipWaiting()),
  );
});
scope.addEventListener("activate", (event) => {
  const isOld = (name: string): boolean => name.startsWith("files-") && name !== FILES;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => scope.clients.claim()));
});
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/built/")) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  } else if (request.mode === "navigate" && /^\/((p\/[^/]+|u)\/[^/]+\/)?$/.test(url.pathname)) {
    event.respondWith(page(request));
  }
});

/** So long a page may take to begin (milliseconds); how long it then takes to come is the network's affair. */
const BEGINS = 6000;

async function page(request: Request): Promise<Response> {
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), BEGINS);
  try {
    const answer = await fetch(request, { signal: gone.signal });
    clearTimeout(timer);
    await keep(request, answer.clone());
    return answer;
  } catch (wrong) {
    const kept = await caches.match(request, { cacheName: PAGES, ignoreVary: true });
    if (kept) return kept;
    // Nothing is kept: better late than never.
    if (gone.signal.aborted) return fetch(request);
    throw wrong;
  }
}

/** A full disk is no reason to show nothing. */
async function keep(request: Request, answer: Response): Promise<void> {
  try {
    const pages = await caches.open(PAGES);
    if (answer.ok && !answer.redirected) void pages.put(request, answer).catch(() => undefined);
    // A link that has ended, a role that was taken back: nothing of it stays.
    else if (answer.status === 403 || answer.status === 404) await pages.delete(request, { ignoreVary: true });
  } catch {
    /* the page itself has come */
  }
}
