/** The page as an installed app: the service worker, and photos that another page or app has left for this one. */

import * as notices from "./alert-banner.js";
import { t } from "./i18n.js";

const SHARED = "shared"; // the cache where sw.js leaves it too

/** Register the service worker, once all that is seen has loaded: it fetches everything anew. */
export async function install() {
  if (document.readyState !== "complete") await new Promise((resolve) => { addEventListener("load", resolve); });
  navigator.serviceWorker?.register("sw.js").catch(() => {}); // where it is forbidden, only opening offline is missed
}

/** Leave a photo for the page that comes next, at `?shared`. Rejects where the browser keeps nothing. */
export async function leave(photo) {
  const headers = { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name), "X-Others": 0 };
  await (await caches.open(SHARED)).put("/share", new Response(photo, { headers }));
}

/** @param hand is given the photo, and how many others there were; not called where nothing was shared */
export async function collect(hand) {
  const left = await takenFromCache().catch(() => undefined); // where a browser keeps nothing
  const address = new URL(location);
  if (!address.searchParams.has("shared")) return;
  address.searchParams.delete("shared");
  history.replaceState(history.state, "", address); // a reload shares nothing anew
  if (left) hand(left.photo, left.others);
  else notices.hint(t.shareLost, t.shareLostText);
}

/** Out of it for good, whatever becomes of it: nothing of a photo stays in this browser. */
async function takenFromCache() {
  if (!("caches" in window)) return undefined; // it came without HTTPS
  const answer = await (await caches.open(SHARED)).match("/share");
  const photo = answer && (await answer.blob());
  await caches.delete(SHARED);
  if (!photo) return undefined;
  const name = decodeURIComponent(answer.headers.get("X-Name"));
  return { photo: new File([photo], name, { type: photo.type }), others: Number(answer.headers.get("X-Others")) };
}
