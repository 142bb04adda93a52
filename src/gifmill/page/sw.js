/** The service worker: the page's files for offline use, and photos shared with the installed app. */

const SHELL_CACHE = "shell";
const SHARED_CACHE = "shared"; // shared-photos.js uses it too
const FILES = [ // written by `make reference`
  "/",
  "/alert-banner.js",
  "/all-options.js",
  "/animation-blocks.js",
  "/animation-decoder.js",
  "/animation-frames.js",
  "/announcer.js",
  "/api.js",
  "/base.css",
  "/byte-arrays.js",
  "/canvas-images.js",
  "/captions-de.js",
  "/captions-en.js",
  "/card-grid.js",
  "/card-send.js",
  "/clipboard.js",
  "/control-inputs.js",
  "/countdown.js",
  "/delay.js",
  "/device-photo-list.js",
  "/device-photos.js",
  "/dialog-deletion.js",
  "/dialog-status.js",
  "/dom.js",
  "/effect-captions.js",
  "/file-check.js",
  "/file-input.js",
  "/full-gif.js",
  "/gif-actions.js",
  "/gif-card.js",
  "/gif-changes.js",
  "/gif-decoder.js",
  "/gif-dialog.css",
  "/gif-dialog.js",
  "/gif-options.js",
  "/gif-orders.js",
  "/gif-player.js",
  "/gif-preview.js",
  "/gifs-view.css",
  "/gifs-view.js",
  "/i18n.js",
  "/icon-192.png",
  "/icon-512.png",
  "/icon-maskable.png",
  "/icon.svg",
  "/image-resize.js",
  "/lazy-dialog.js",
  "/lazy-photo-lists.js",
  "/load-styles.js",
  "/locale.js",
  "/main.js",
  "/manifest.webmanifest",
  "/mp4-export.js",
  "/mp4-muxer.js",
  "/navigation.js",
  "/offline-retry.js",
  "/once.js",
  "/option-changes.js",
  "/option-controls.js",
  "/page.css",
  "/photo-deletion.js",
  "/photo-icon.js",
  "/photo-intake.js",
  "/photo-list.js",
  "/photo-lists.css",
  "/photo-menu.js",
  "/photo-panel.js",
  "/photo-sessions.js",
  "/photo-state.js",
  "/photo-status.js",
  "/photo-strip.js",
  "/photo-tiles.js",
  "/photo-upload.js",
  "/photo-wheel.js",
  "/platform-rules.js",
  "/platforms.js",
  "/point-picker.js",
  "/problems-de.js",
  "/progress-text.js",
  "/registry-de.js",
  "/registry.js",
  "/resize-worker.js",
  "/ruler.js",
  "/samples/astronaut-effects.avif",
  "/samples/astronaut-preview.avif",
  "/samples/chelsea-effects.avif",
  "/samples/chelsea-preview.avif",
  "/samples/coffee-effects.avif",
  "/samples/coffee-preview.avif",
  "/samples/rocket-effects.avif",
  "/samples/rocket-preview.avif",
  "/save-file.js",
  "/shared-photos.js",
  "/shell-commands.js",
  "/state.js",
  "/status-updates.js",
  "/strings-de.js",
  "/strings-en.js",
  "/swipe.js",
  "/upload.js",
  "/url-state.js",
  "/user-text.js",
  "/views.js",
  "/wall-toolbar.js",
  "/webp-decoder.js",
  "/yuv.js",
  "/zip-export.js",
  "/zip-writer.js",
];

addEventListener("install", (event) => {
  skipWaiting(); // safe, as no page depends on the files of one version of the worker
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(FILES)));
});

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), deleteOldFiles()]));
});

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  if (method === "POST" && pathname === "/share") event.respondWith(receiveShare(event.request));
  if (method === "GET" && FILES.includes(pathname)) event.respondWith(networkFirst(event, pathname));
});

/** Delete cached files that are not part of the page any more. */
async function deleteOldFiles() {
  const cache = await caches.open(SHELL_CACHE);
  const old = (await cache.keys()).filter(({ url }) => !FILES.includes(new URL(url).pathname));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** Fetch a file; use the cached one while the network, or the server behind its proxy, is down. */
async function networkFirst(event, pathname) {
  const cached = await (await caches.open(SHELL_CACHE)).match(pathname);
  try {
    const response = await fetch(event.request);
    if (response.status === 200 && versionOf(response) !== versionOf(cached)) event.waitUntil(updateOnce());
    return response.status >= 500 && cached ? cached : response;
  } catch {
    return cached ?? Response.error();
  }
}

const versionOf = (response) => response?.headers.get("ETag") ?? response?.headers.get("Last-Modified");

let updating;

/** Update the cache after a file has changed; only one update runs at a time. */
function updateOnce() {
  updating ??= updateAll().catch(() => {}).finally(() => { updating = undefined; }); // the next visit tries again
  return updating;
}

/** Fetch all files before any is replaced, as a mix of two versions does not work. */
async function updateAll() {
  const responses = await Promise.all(FILES.map((path) => fetch(path, { cache: "no-cache" })));
  if (responses.some(({ status }) => status !== 200)) return;
  const cache = await caches.open(SHELL_CACHE);
  await Promise.all(responses.map((response, i) => cache.put(FILES[i], response)));
}

/** Cache shared photos until the page takes them. If they cannot be cached, the page reports that. */
async function receiveShare(request) {
  try {
    const files = (await request.formData()).getAll("photo").filter((each) => each instanceof File);
    const cache = await caches.open(SHARED_CACHE);
    for (const [i, photo] of files.entries()) await cache.put(`/share/${i}/${encodeURIComponent(photo.name)}`, new Response(photo));
  } catch {
    await caches.delete(SHARED_CACHE);
  }
  return Response.redirect("/?shared", 303);
}
