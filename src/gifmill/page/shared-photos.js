/** Photos that another app, or the page in another language, shares with this page: sw.js and this module cache them. */

import { t } from "./i18n.js";
import { showHint, takeFiles } from "./photo-intake.js";

const SHARED_CACHE = "shared"; // sw.js, which can import no module, stores photos in the same way

/** Store photos for the page that loads next, at `?shared`. Rejects where the browser has no cache. */
export async function storeSharedPhotos(photos) {
  const cache = await caches.open(SHARED_CACHE);
  for (const [i, photo] of photos.entries()) await cache.put(`/share/${i}/${encodeURIComponent(photo.name)}`, new Response(photo));
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
  const requests = await cache.keys(); // in the order of their storage
  const photos = await Promise.all(requests.map(async (request) => {
    const blob = await (await cache.match(request)).blob();
    return new File([blob], decodeURIComponent(request.url.split("/").at(-1)), { type: blob.type });
  }));
  await caches.delete(SHARED_CACHE);
  return photos;
}
