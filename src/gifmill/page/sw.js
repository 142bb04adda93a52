/** The service worker: the page's files for when there is no network, and photos shared with the installed app. */

const SHELL = "shell";
const SHARED = "shared"; // where pwa.js looks
const FILES = [
  "/",
  "/alert-banner.js",
  "/api.js",
  "/base.css",
  "/canvas-images.js",
  "/card-grid.js",
  "/dialog-status.js",
  "/file-input.js",
  "/gif-actions.js",
  "/gif-controller.js",
  "/gif-dialog.css",
  "/gif-dialog.js",
  "/gif-options.js",
  "/gif-preview.js",
  "/i18n.js",
  "/icon-192.png",
  "/icon-512.png",
  "/icon-maskable.png",
  "/icon.svg",
  "/image-resize.js",
  "/lazy-dialog.js",
  "/locale.js",
  "/main.js",
  "/manifest.webmanifest",
  "/offline-retry.js",
  "/option-controls.js",
  "/page.css",
  "/photo-panel.js",
  "/platforms.js",
  "/pwa.js",
  "/ruler.js",
  "/samples/astronaut.jpg",
  "/samples/chelsea.jpg",
  "/samples/coffee.jpg",
  "/samples/rocket.jpg",
  "/shell-commands.js",
  "/status-updates.js",
  "/strings-de.js",
  "/strings-en.js",
  "/url-state.js",
  "/views.js",
];

addEventListener("install", (event) => {
  skipWaiting(); // it keeps no version of its own that another one's page could miss
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)));
});

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), forget()]));
});

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  if (method === "POST" && pathname === "/share") event.respondWith(taken(event.request));
  if (method === "GET" && FILES.includes(pathname)) event.respondWith(fresh(event, pathname));
});

/** Files that the page has no more. */
async function forget() {
  const cache = await caches.open(SHELL);
  const old = (await cache.keys()).filter(({ url }) => !FILES.includes(new URL(url).pathname));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** The file as it is now, or as it was when there was a network, and a server behind its proxy. */
async function fresh(event, pathname) {
  const kept = await (await caches.open(SHELL)).match(pathname);
  try {
    const answer = await fetch(event.request);
    if (answer.status === 200 && versionOf(answer) !== versionOf(kept)) event.waitUntil(renewed());
    return answer.status >= 500 && kept ? kept : answer;
  } catch {
    return kept ?? Response.error();
  }
}

const versionOf = (answer) => answer?.headers.get("ETag") ?? answer?.headers.get("Last-Modified");

let renewing;

/** The page has changed: all of its files are fetched before any is replaced, for half of another version does not work. */
function renewed() {
  renewing ??= renew().catch(() => {}).finally(() => { renewing = undefined; }); // the next visit tries again
  return renewing;
}

async function renew() {
  const answers = await Promise.all(FILES.map((path) => fetch(path, { cache: "no-cache" })));
  if (answers.some(({ status }) => status !== 200)) return;
  const cache = await caches.open(SHELL);
  await Promise.all(answers.map((answer, i) => cache.put(FILES[i], answer)));
}

/** Keep the first of the photos, and let the page come for it. Where it cannot be kept, the page says so. */
async function taken(request) {
  try {
    const [photo, ...others] = (await request.formData()).getAll("photo");
    if (photo instanceof File) await keep(photo, others.length);
  } catch {
    await caches.delete(SHARED);
  }
  return Response.redirect("/?shared", 303);
}

async function keep(photo, others) {
  const headers = { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name), "X-Others": others };
  const cache = await caches.open(SHARED);
  await cache.put("/share", new Response(photo, { headers }));
}
