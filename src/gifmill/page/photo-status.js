/** Status documents of photos, which become parts of the state, and their updates. */

import { gifKey } from "./gif-options.js";
import { keepOnDevice, leavePhoto, showGone } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, isChecked, photoOf } from "./photo-state.js";
import { getState } from "./state.js";
import { followStatus } from "./status-updates.js";

/**
 * Take the status of a photo that the server has accepted or found, and keep an own photo on this device. Updates of the
 * shown photo are followed, and those of a queued one until the server has checked it. Then only what this device keeps
 * remains of it.
 *
 * @param changes of the photo's record, made at the same time: in between, cards would order GIFs that exist
 */
export function acceptStatus(key, status, changes = {}) {
  const { id = photoOf(key).id, view = id, expires } = status; // the status has no id if it was requested with the view
  const accepted = { id, view, expires: Date.parse(expires), uploaded: 1, stage: "accepted" };
  changePhoto(key, { ...changes, ...accepted, ...changesBy(photoOf(key), status) });
  if (photoOf(key)?.stage !== "accepted") return; // refused, as all its GIFs have failed
  if (id) keepOnDevice(key);
  if (isLeavable(key)) return leavePhoto(key);
  const session = sessionOf(key);
  session.updates = followStatus(status, {
    onStatus: (newer) => applyUpdate(key, newer),
    onGif: (gif) => applyUpdate(key, { gifs: [gif] }),
    onStalled: (isStalled) => { if (photoOf(key)?.isStalled !== isStalled) changePhoto(key, { isStalled }); },
    onGone: () => showGone(key),
  }, session.signal);
}

/** Whether a photo is not shown, and the server cannot reject it any more. */
const isLeavable = (key) => getState().current !== key && isChecked(photoOf(key));

function applyUpdate(key, status) {
  applyStatus(key, status);
  if (photoOf(key)?.stage === "accepted" && isLeavable(key)) leavePhoto(key);
}

/** Apply entries of a photo's status, all or one. */
export function applyStatus(key, status) {
  const photo = photoOf(key);
  if (photo) changePhoto(key, changesBy(photo, status));
}

/** The properties of a photo that its status changes. A pending entry was read before the push of a ready one. */
function changesBy(photo, { photo: stored, gifs: entries }) {
  const isNew = (entry) => entry.state !== "pending" || photo.gifs[gifKey(entry)]?.state !== "ready";
  const gifs = { ...photo.gifs, ...Object.fromEntries(entries.filter(isNew).map((entry) => [gifKey(entry), entry])) };
  return { gifs, ...(stored && { stored }) };
}
