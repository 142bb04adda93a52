/** Lazy loading of the lists of photos: a first visit needs none until a photo has been chosen. */

import { loadStyles } from "./load-styles.js";
import { getState, subscribe } from "./state.js";

let loading;

subscribe(({ photos }) => photos, load);
load(getState().photos);

function load({ length }) {
  if (!length || loading) return;
  const parts = [loadStyles("photo-lists.css"), import("./photo-strip.js"), import("./device-photo-list.js")];
  loading = Promise.all(parts).catch(() => { loading = undefined; }); // loaded again when a photo changes
}
