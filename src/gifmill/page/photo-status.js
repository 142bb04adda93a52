/** Status documents of photos on their way into the state, and the updates that follow. */

import { gifKey } from "./gif-options.js";
import { keepOnDevice, leavePhoto, showGone } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, commonOptions, photoOf } from "./photo-state.js";
import { getState } from "./state.js";
import { followStatus } from "./status-updates.js";

/**
 * Take the status of a photo that the server has accepted or found, and keep an own photo on this device. Updates of the
 * shown photo are followed; of others, such as a queued one, only what this device keeps remains.
 */
export function acceptStatus(key, status) {
  const { id, view = id } = status; // a server before the two capabilities sends only an id
  const { options, changed } = photoOf(key);
  const known = Object.keys({ ...options, ...changed }).length || !status.gifs.length ? options : commonOptions(status.gifs);
  changePhoto(key, { id, view, options: known, expires: Date.parse(status.expires), uploaded: 1, stage: "accepted" });
  applyStatus(key, status);
  if (!photoOf(key)) return; // refused, as all its GIFs have failed
  if (id) keepOnDevice(key);
  if (getState().current !== key) return leavePhoto(key);
  const session = sessionOf(key);
  session.updates = followStatus(status, {
    onStatus: (newer) => applyStatus(key, newer),
    onGif: (gif) => applyStatus(key, { gifs: [gif] }),
    onStalled: (isStalled) => { if (photoOf(key)?.isStalled !== isStalled) changePhoto(key, { isStalled }); },
    onGone: () => showGone(key),
  }, session.signal);
}

/** Apply entries of a photo's status, all or one. A pending entry was read before the push of a ready one. */
export function applyStatus(key, { photo: stored, gifs: entries }) {
  const photo = photoOf(key);
  if (!photo) return;
  const isNew = (entry) => entry.state !== "pending" || photo.gifs[gifKey(entry)]?.state !== "ready";
  const gifs = { ...photo.gifs, ...Object.fromEntries(entries.filter(isNew).map((entry) => [gifKey(entry), entry])) };
  changePhoto(key, { gifs, ...(stored && { stored }) });
}
