/** Photos and their GIFs: what the page loads with the first photo, or when its address names one. */

import "./card-grid.js";
import "./lazy-dialog.js";
import "./lazy-photo-lists.js";
import "./photo-icon.js";
import "./photo-menu.js";
import { followDevicePhotos } from "./photo-list.js";
import { drawExpiry } from "./photo-panel.js";
import { currentPhoto } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";
import { cancelUpload } from "./upload.js";

export { followLocation } from "./navigation.js";
export { addSample, showInputHint, takeFiles } from "./photo-intake.js";
export { receiveSharedPhotos, storeSharedPhotos } from "./shared-photos.js";

const $ = (selector) => document.querySelector(selector);

$("#cancel-upload").onclick = () => cancelUpload(getState().current);
$("#pause-all").onclick = () => update({ paused: !getState().paused });

/** A finished GIF needs it, not the upload. */
const loadToolbar = subscribe((state) => Boolean(Object.keys(currentPhoto(state)?.posters ?? {}).length), () => {
  loadToolbar();
  import("./wall-toolbar.js").catch(() => {});
});

setInterval(drawExpiry, 60_000);
followDevicePhotos();
