/** The page as an installed app: the service worker, and photos that another page or app shares with this one. */

import * as alerts from "./alert-banner.js";
import { t } from "./i18n.js";

const SHARED_CACHE = "shared"; // sw.js uses it too

/** Register the service worker after the page has loaded, as it fetches every file again. */
export async function registerServiceWorker() {
  if (document.readyState !== "complete") await new Promise((resolve) => { addEventListener("load", resolve); });
  navigator.serviceWorker?.register("sw.js").catch(() => {}); // where it is forbidden, only offline use is missing
}

/** Store a photo for the page that loads next, at `?shared`. Rejects where the browser has no cache. */
export async function storeSharedPhoto(photo) {
  const headers = { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name), "X-Others": 0 };
  await (await caches.open(SHARED_CACHE)).put("/share", new Response(photo, { headers }));
}

/** @param onPhoto takes a shared photo, and how many others were ignored; not called if nothing was shared */
export async function receiveSharedPhoto(onPhoto) {
  const shared = await takeFromCache().catch(() => undefined); // some browsers have no cache
  const url = new URL(location);
  if (!url.searchParams.has("shared")) return;
  url.searchParams.delete("shared");
  history.replaceState(history.state, "", url); // a reload does not share again
  if (shared) onPhoto(shared.photo, shared.others);
  else alerts.showHint(t.shareLost, t.shareLostText);
}

/** Take the photo out of the cache for good: no photo stays in this browser, even if the upload fails. */
async function takeFromCache() {
  if (!("caches" in window)) return undefined; // the page was loaded without HTTPS
  const response = await (await caches.open(SHARED_CACHE)).match("/share");
  const photo = response && (await response.blob());
  await caches.delete(SHARED_CACHE);
  if (!photo) return undefined;
  const name = decodeURIComponent(response.headers.get("X-Name"));
  return { photo: new File([photo], name, { type: photo.type }), others: Number(response.headers.get("X-Others")) };
}
