/** Photos that another app, or the page in another language, shares with this page: sw.js and this module cache them. */

import { t } from "./i18n.js";
import { showHint, takeFiles } from "./photo-intake.js";

const SHARED_CACHE = "shared"; // sw.js uses it too

/** Store photos for the page that loads next, at `?shared`. Rejects where the browser has no cache. */
export async function storeSharedPhotos(photos) {
  const cache = await caches.open(SHARED_CACHE);
  for (const [i, photo] of photos.entries()) {
    const headers = { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name) };
    await cache.put(`/share/${i}`, new Response(photo, { headers }));
  }
}

/** Add the photos that were shared before this page, at `?shared`, was loaded. */
export async function receiveSharedPhotos() {
  const photos = await takeFromCache().catch(() => []); // some browsers have no cache
  const url = new URL(location);
  url.searchParams.delete("shared");
  history.replaceState(history.state, "", url); // a reload does not share again
  if (photos.length) takeFiles(photos);
  else showHint(t.shareLost, t.shareLostText);
}

/** Take the photos out of the cache for good: none stays in this browser, even if the upload fails. */
async function takeFromCache() {
  if (!("caches" in window)) return []; // the page was loaded without HTTPS
  const cache = await caches.open(SHARED_CACHE);
  const responses = await Promise.all((await cache.keys()).map((request) => cache.match(request))); // in the order of their storage
  const photos = await Promise.all(responses.map(async (response) => {
    const type = response.headers.get("Content-Type");
    return new File([await response.blob()], decodeURIComponent(response.headers.get("X-Name")), { type });
  }));
  await caches.delete(SHARED_CACHE);
  return photos;
}
