/** Photos and their GIFs: what the page loads with the first photo, or when its address names one. */

import "./card-grid.js";
import "./lazy-dialog.js";
import "./lazy-photo-lists.js";
import "./photo-icon.js";
import { deletePhoto } from "./photo-deletion.js";
import { followDevicePhotos } from "./photo-list.js";
import { drawExpiry } from "./photo-panel.js";
import { getState, update } from "./state.js";
import { cancelUpload } from "./upload.js";

export { followLocation } from "./navigation.js";
export { addSample, showInputHint, takeFiles } from "./photo-intake.js";
export { receiveSharedPhotos, storeSharedPhotos } from "./shared-photos.js";

const $ = (selector) => document.querySelector(selector);

$("#cancel-upload").onclick = () => cancelUpload(getState().current);
$("#delete-photo").onclick = () => deletePhoto(getState().current);
$("#pause-all").onclick = () => update({ paused: !getState().paused });
setInterval(drawExpiry, 60_000);
followDevicePhotos();
