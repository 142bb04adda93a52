/** The page's address: it names the photo, its changed GIFs and the open one. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { retryWhenOnline } from "./offline-retry.js";
import { addPhotos, showGone, showPhoto, showStart } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, currentPhoto, photoOf, shownEffects } from "./photo-state.js";
import { acceptStatus } from "./photo-status.js";
import { loadRegistry } from "./registry.js";
import { getState, subscribe, update } from "./state.js";
import { pushUrl, readUrl, replaceUrl } from "./url-state.js";

/** Keep changed GIFs in the address. */
subscribe(currentPhoto, (photo, before) => {
  if (photo?.key === before?.key && photo?.changed !== before?.changed && photo.stage === "accepted") writeLocation();
});

/** Write the state into the current history entry. */
export function writeLocation() {
  const photo = currentPhoto();
  if (!photo?.view) return replaceUrl();
  replaceUrl({ photo: photo.view, changed: photo.changed, open: getState().open }, { ...history.state, ...entryData(photo) });
}

/** What the history entry of a photo holds besides the address. Its id only where local storage cannot hold it. */
const entryData = ({ name, id, isStored }) => ({ name, ...(id && !isStored && { id }) });

/** Add a history entry for a photo that the server has accepted. */
export function pushPhoto(key) {
  const photo = photoOf(key);
  pushUrl({ photo: photo.view, changed: photo.changed }, entryData(photo));
}

/** Show what the address names: a photo with its changed and open GIFs, or the start. */
export async function followLocation() {
  const { photo: view, open, changed } = readUrl();
  if (!view) return showStart();
  const known = getState().photos.find((photo) => [photo.view, photo.id].includes(view));
  if (known?.stage === "accepted" && getState().current === known.key) return followOpen(open);
  if (known) showPhoto(known.key);
  else addPhotos([{ view, name: history.state?.name ?? t.unnamedPhoto, id: history.state?.id, stage: "loading" }]);
  return loadPhoto(getState().current, changed, open);
}

/** Show an own photo that has been uploaded before. */
export function openPhoto(key) {
  if (getState().current === key) return;
  showPhoto(key);
  pushPhoto(key);
  loadPhoto(key, photoOf(key).changed, undefined);
}

async function loadPhoto(key, changed, open) {
  const { id, view } = photoOf(key);
  const { signal } = sessionOf(key);
  changePhoto(key, { stage: "loading" });
  try {
    const attempt = (retrySignal) => Promise.all([loadRegistry(), api.fetchStatus(id ?? view, retrySignal)]);
    const [, status] = await retryWhenOnline(attempt, signal);
    signal.throwIfAborted();
    changePhoto(key, { changed });
    acceptStatus(key, status);
    followOpen(open);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof api.ApiError)) throw error;
    if (error.notFound) return showGone(key);
    changePhoto(key, { stage: "unloaded" });
    alerts.showError(errorTitle(error), errorText(error), t.tryAgain, () => loadPhoto(key, changed, open));
  }
}

/** Open or close the dialog as the address says; what is invalid is dropped from the address. */
function followOpen(effect) {
  update({ open: shownEffects(currentPhoto()).includes(effect) ? effect : undefined });
  writeLocation();
}

/** Open a GIF with a history entry of its own, so that Back closes it. */
export function openGif(effect) {
  const { view, changed } = currentPhoto();
  pushUrl({ photo: view, changed, open: effect }, { ...history.state, opened: true });
  update({ open: effect });
}

/** Show another GIF in the open dialog. */
export function stepTo(effect) {
  update({ open: effect });
  writeLocation();
}

/** Close the dialog: back to the entry before it, if there is one. */
export function closeGif() {
  if (!getState().open) return;
  update({ open: undefined });
  if (!currentPhoto() || !readUrl().open) return;
  if (history.state?.opened) history.back();
  else writeLocation();
}
