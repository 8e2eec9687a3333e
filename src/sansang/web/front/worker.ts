// What opens without a network? The post's page as it was last seen, and everything that it loads.
declare const CACHED: string[];
declare const VERSION: string;
const scope = self as unknown as ServiceWorkerGlobalScope;
const FILES = `files-${VERSION}`, PAGES = "pages";

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(CACHED)).then(() => scope.skipWaiting()));
});
scope.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("files-") && name !== FILES).map((name) => caches.delete(name)))).then(() => scope.clients.claim()));
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

async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(6000) });
    if (answer.ok && !answer.redirected) await (await caches.open(PAGES)).put(request, answer.clone());
    // A link that has ended, a role that was taken back: nothing of it stays.
    else if (answer.status === 403 || answer.status === 404) await (await caches.open(PAGES)).delete(request, { ignoreVary: true });
    return answer;
  } catch (wrong) {
    const kept = await caches.match(request, { cacheName: PAGES, ignoreVary: true });
    if (kept) return kept;
    throw wrong;
  }
}
