/** The photos of this page: which of them is shown, and which are kept on this device. */

import { devicePhotos, forgetPhoto, keepPhoto } from "./device-photos.js";
import { endSession } from "./photo-sessions.js";
import { currentPhoto, photoOf, photoRecord } from "./photo-state.js";
import { getState, update } from "./state.js";

/** The record of a photo of which only what this device keeps is known. */
const keptRecord = ({ key, id, view, name, expires, options, icon }) =>
  photoRecord({ key, id, view, name, expires, options, icon, stage: "loading" });

/** Read the photos of this device into the state. */
export const readDevicePhotos = () => update({ photos: devicePhotos().map((kept) => keptRecord({ key: kept.view, ...kept })) });

/**
 * The photos without one that the visitor leaves: an unfinished upload continues, of a photo of this device only what
 * is kept remains, and somebody else's is dropped.
 */
function photosWithout(left) {
  const { photos } = getState();
  if (!left || ["queued", "preparing", "uploading", "waiting", "interrupted"].includes(left.stage)) return photos;
  endSession(left.key);
  const kept = left.id ? [keptRecord(left)] : [];
  return photos.flatMap((photo) => (photo.key === left.key ? kept : [photo]));
}

/** Show a photo of the state. */
export function showPhoto(key) {
  const { current } = getState();
  if (current === key) return;
  update({ photos: photosWithout(currentPhoto()), current: key, open: undefined, view: "gifs" });
}

/** Add photos before all others, and show the first one. */
export function addPhotos(list) {
  const added = list.map(photoRecord);
  update({ photos: [...added, ...getState().photos] });
  showPhoto(added[0].key);
}

/** Show the view "start" or "gone". */
export const showStart = (view = "start") =>
  update({ photos: photosWithout(currentPhoto()), current: undefined, open: undefined, view });

/** Remove a photo from the page and from this device; it stays on the server. */
export function removePhoto(key) {
  endSession(key);
  const { photos, current } = getState();
  const { view } = photoOf(key) ?? {};
  if (view) forgetPhoto(view);
  update({ photos: photos.filter((photo) => photo.key !== key), ...(current === key && { current: undefined, open: undefined, view: "start" }) });
}

/** Show that a photo does not exist any more. */
export function showGone(key) {
  const isShown = getState().current === key;
  removePhoto(key);
  if (isShown) update({ view: "gone" });
}
