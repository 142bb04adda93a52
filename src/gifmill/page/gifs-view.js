/** Photos and their GIFs: what the page loads with the first photo, or when its address names one. */

import "./card-grid.js";
import { $ } from "./dom.js";
import { FIRST_EFFECTS, isComing } from "./gif-options.js";
import { prepareDialog } from "./lazy-dialog.js";
import "./lazy-photo-lists.js";
import "./photo-icon.js";
import "./photo-menu.js";
import { followDevicePhotos } from "./photo-list.js";
import { drawExpiry } from "./photo-panel.js";
import { cardEntries, currentPhoto } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";
import { cancelUpload } from "./upload.js";
import { readUrl } from "./url-state.js";

export { prepareWorker } from "./image-resize.js";
export { followLocation } from "./navigation.js";
export { addSample, showInputHint, takeFiles } from "./photo-intake.js";
export { receiveSharedPhotos, storeSharedPhotos } from "./shared-photos.js";

$("#cancel-upload").onclick = () => cancelUpload(getState().current);
$("#pause-all").onclick = () => update({ paused: !getState().paused });

/** Load the dialog and the toolbar once the first GIFs are shown: earlier, they would delay them. After a failure, the next GIF tries again. */
subscribe((state) => currentPhoto(state)?.posters, () => {
  if (!firstGifsAreShown(currentPhoto())) return;
  prepareDialog();
  import("./wall-toolbar.js").catch(() => {});
});

function firstGifsAreShown(photo) {
  const shown = Object.keys(photo?.posters ?? {}).length;
  return shown >= FIRST_EFFECTS.length || (shown > 0 && !cardEntries(photo).some(isComing));
}

if (readUrl().open) prepareDialog();
setInterval(drawExpiry, 60_000);
followDevicePhotos();
