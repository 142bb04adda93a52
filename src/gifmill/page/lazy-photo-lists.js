/** Lazy loading of the lists of photos: the start page needs one if there are photos, the GIFs of a photo if there are several. */

import { loadStyles } from "./load-styles.js";
import { once } from "./once.js";
import { getState, subscribe } from "./state.js";

const loadLists = once(() => Promise.all([loadStyles("photo-lists.css"), import("./photo-strip.js"), import("./device-photo-list.js")]));

subscribe(({ photos }) => photos, loadIfNeeded);
subscribe(({ view }) => view, loadIfNeeded);
loadIfNeeded();

function loadIfNeeded() {
  const { photos, view } = getState();
  const needed = ["start", "gone"].includes(view) ? 1 : 2;
  if (photos.length >= needed) loadLists().catch(() => {}); // loaded again when a photo changes
}
