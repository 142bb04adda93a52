/** The photos of this page: which of them is shown, and which are kept on this device. */

import { devicePhotos, forgetPhoto, isOnDevice, keepPhoto, onOtherTab } from "./device-photos.js";
import { endSession } from "./photo-sessions.js";
import { changePhoto, currentPhoto, isChecked, isOwn, isUnfinished, photoOf, photoRecord } from "./photo-state.js";
import { getState, update } from "./state.js";

const EXPIRY_CHECK_MS = 60_000;

/** The record of an own photo that is not shown: what this device keeps, and the options of changed GIFs. */
const keptRecord = ({ key, id, view, name, expires, options, changed = {}, icon, isStored }) =>
  photoRecord({ key, id, view, name, expires, options, changed, icon, isStored, stage: "kept" });

/** What remains of a photo that nothing runs for. */
const keptRecords = (photo) => (photo.id && (!photo.isStored || isOnDevice(photo)) ? [keptRecord(photo)] : []);

/** Keep the photos of this device in the state, also when another tab changes them and when they expire. */
export function followDevicePhotos() {
  readDevicePhotos();
  onOtherTab(readDevicePhotos);
  setInterval(readDevicePhotos, EXPIRY_CHECK_MS);
}

function readDevicePhotos() {
  const { photos } = getState();
  const stored = devicePhotos();
  const isThere = ({ id, expires, isStored }) => expires > Date.now() && (!isStored || stored.some((photo) => photo.id === id));
  const left = photos.filter((photo) => photo.stage !== "kept" || isThere(photo));
  const added = stored.filter(({ id, view }) => !photos.some((photo) => photo.id === id || photo.view === view));
  if (!added.length && left.length === photos.length) return;
  update({ photos: [...left, ...added.map((photo) => keptRecord({ key: photo.view, isStored: true, ...photo }))] });
}

/** Keep an own photo on this device, or change what is kept of it. */
export const keepOnDevice = (key) => changePhoto(key, { isStored: keepPhoto(photoOf(key)) });

/**
 * The photos of the state after the visitor has left one. An upload continues, and so do the updates of a photo that the
 * server may still reject, or whose GIFs are being saved as a ZIP. Of any other own photo, only what this device keeps
 * remains. Somebody else's is dropped, and so is one that was forgotten in another tab.
 */
function photosAfterLeaving(photo) {
  const { photos, zip } = getState();
  if (!photo) return photos;
  const isRunning = isUnfinished(photo) || mayBeRejected(photo) || zip?.key === photo.key;
  const left = isRunning ? [{ ...photo, wanted: [] }] : keptRecords(photo); // its cards are not shown any more
  if (!isRunning) endSession(photo.key);
  return photos.flatMap((each) => (each.key === photo.key ? left : [each]));
}

const mayBeRejected = (photo) => photo.stage === "accepted" && isOwn(photo) && !isChecked(photo);

/** Free what an uploaded photo that is not shown needs no more. */
export const leavePhoto = (key) => update({ photos: photosAfterLeaving(photoOf(key)) });

/** Show a photo of the state, or one of those that are added to it. */
export function showPhoto(key, added = []) {
  const { current } = getState();
  if (current === key) return;
  const photos = [...photosAfterLeaving(currentPhoto()), ...added]
    .map((photo) => (photo.key === key && photo.stage === "kept" ? { ...photo, stage: "loading" } : photo));
  update({ photos, current: key, open: undefined, view: "gifs" });
}

/** Add photos after all others, and show the first one. */
export function addPhotos(list) {
  const added = list.map(photoRecord);
  showPhoto(added[0].key, added);
}

/** Show the view "start" or "gone". */
export const showStart = (view = "start") =>
  update({ photos: photosAfterLeaving(currentPhoto()), current: undefined, open: undefined, view });

/** Remove a photo from the page and from this device; it stays on the server. */
export function removePhoto(key) {
  const photo = photoOf(key);
  endSession(key);
  if (photo?.view) forgetPhoto(photo);
  const { photos, current } = getState();
  update({ photos: photos.filter((each) => each.key !== key), ...(current === key && { current: undefined, open: undefined, view: "start" }) });
}

/** Keep a photo that is not shown in the list with the problem why the server refused it, and nothing on this device. */
export function markRefused(key, problem) {
  const photo = photoOf(key);
  endSession(key);
  if (photo.view) forgetPhoto(photo);
  const { name, icon, options } = photo;
  const refused = photoRecord({ key, name, icon, options, problem, uploaded: 0, stage: "refused" });
  update({ photos: getState().photos.map((each) => (each.key === key ? refused : each)) });
}

/** Show that a photo does not exist any more. While it is deleted here, its updates and orders may find that out first. */
export function showGone(key) {
  if (!photoOf(key) || photoOf(key).isDeleting) return;
  const isShown = getState().current === key;
  removePhoto(key);
  if (isShown) update({ view: "gone" });
}
