/** Lazy loading of the lists of photos: the start page needs one if there are photos, the GIFs of a photo if there are several. */

import { loadStyles } from "./load-styles.js";
import { getState, subscribe } from "./state.js";

let loading;

subscribe(({ photos }) => photos, load);
subscribe(({ view }) => view, load);
load();

function load() {
  const { photos, view } = getState();
  const needed = view === "gifs" ? 2 : 1;
  if (photos.length < needed || loading) return;
  const parts = [loadStyles("photo-lists.css"), import("./photo-strip.js"), import("./device-photo-list.js")];
  loading = Promise.all(parts).catch(() => { loading = undefined; }); // loaded again when a photo changes
}
