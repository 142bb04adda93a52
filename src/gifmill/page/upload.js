/** Uploads of chosen photos, one after the other. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { announce } from "./announcer.js";
import { thumbnailFrom, withBitmap } from "./canvas-images.js";
import { effectsOnScreen } from "./card-grid.js";
import { parseOptions } from "./gif-options.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { resizeForUpload } from "./image-resize.js";
import { formatMegabytes } from "./locale.js";
import { followLocation } from "./navigation.js";
import { retryWhenOnline } from "./offline-retry.js";
import { addPhotos, removePhoto } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { cardEntry, changePhoto, currentPhoto, photoOf } from "./photo-state.js";
import { acceptStatus } from "./photo-status.js";
import { chosenOptions } from "./platforms.js";
import { loadRegistry } from "./registry.js";
import { getState, subscribe } from "./state.js";
import { pushUrl, replaceUrl } from "./url-state.js";

/** Stages of a photo that has not left the queue: the next photo waits. */
const BUSY_STAGES = ["preparing", "uploading", "waiting", "interrupted"];

/** Codes of problems that concern the photo, not one of its GIFs. Source: errors.py. */
const PHOTO_PROBLEMS = ["not_a_photo", "unsupported_photo", "photo_too_large", "too_many_pixels", "damaged_photo", "invalid_photo", "intake_failed"];

subscribe(({ photos }) => photos, uploadNext);
subscribe(({ photos }) => photos, refuseFailed);

/** Add chosen files to the queue, and show the first one. Photos whose upload was interrupted are tried again after them. */
export function addFiles(files) {
  alerts.clear();
  for (const { key, stage } of getState().photos) if (stage === "interrupted") changePhoto(key, { stage: "queued" });
  addPhotos(files.map((file) => ({ name: file.name, file, options: chosenOptions(), uploaded: 0, stage: "queued" })));
}

function uploadNext(photos) {
  if (photos.some(({ stage }) => BUSY_STAGES.includes(stage))) return;
  const queued = photos.filter(({ stage }) => stage === "queued");
  const next = queued.find(({ key }) => key === getState().current) ?? queued[0];
  if (next) upload(next.key);
}

async function upload(key) {
  const { signal } = sessionOf(key);
  changePhoto(key, { stage: "preparing" });
  try {
    const [resized, config] = await Promise.all([prepare(key), retryWhenOnline(loadRegistry, signal)]);
    signal.throwIfAborted();
    const { file, name } = photoOf(key);
    if (resized.size > config.max_photo_bytes) {
      return await refusePhoto(key, t.fileTooLarge(name), t.fileTooLargeText(...[resized.size, config.max_photo_bytes].map(formatMegabytes)));
    }
    changePhoto(key, { stage: "uploading", resized: resized !== file });
    const status = await api.uploadPhoto(resized, firstOrder(key), (uploaded) => changePhoto(key, { uploaded }), signal);
    if (currentPhoto()?.key === key) pushUrl({ photo: status.view ?? status.id }, { name, id: status.id });
    acceptStatus(key, status);
  } catch (error) {
    if (!signal.aborted) await handleUploadError(key, error);
  }
}

/** The file to upload, made once: a further attempt uploads the same. The decoded photo gives the thumbnail. */
function prepare(key) {
  const session = sessionOf(key);
  const { file } = photoOf(key);
  const show = (bitmap) => changePhoto(key, { size: { width: bitmap.width, height: bitmap.height }, thumbnail: thumbnailFrom(bitmap) });
  session.file ??= resizeForUpload(file, show).then(async (resized) => {
    if (!photoOf(key)?.thumbnail) await withBitmap(file, show); // small files are not decoded there
    return resized;
  });
  return session.file;
}

/** What the upload orders: the small GIFs of the cards on the screen. */
function firstOrder(key) {
  const effects = effectsOnScreen();
  const { options } = cardEntry(photoOf(key), effects[0]);
  return { effects: effects.join(), ...parseOptions(options) };
}

async function handleUploadError(key, error) {
  if (!(error instanceof api.ApiError)) throw error;
  const { permanent, busy, retryAfterS } = error;
  const again = () => upload(key);
  if (permanent) return refusePhoto(key, t.cannotBeUsed(photoOf(key).name), errorText(error));
  changePhoto(key, { stage: busy ? "waiting" : "interrupted" });
  if (busy) {
    announce(t.busyAnnouncement(retryAfterS));
    alerts.showBusy(t.busy, t.photoKept, retryAfterS, again);
  } else alerts.showError(errorTitle(error), `${errorText(error)} ${t.photoKept}`, t.tryAgain, again);
}

/** Refuse photos of which all GIFs failed because of the photo: an upload with a form is checked only after it. */
function refuseFailed(photos) {
  const concernsPhoto = ({ state, problem }) => state === "failed" && PHOTO_PROBLEMS.includes(problem?.code);
  for (const { key, name, gifs } of photos) {
    const [first, ...others] = Object.values(gifs);
    if (!first || ![first, ...others].every(concernsPhoto)) continue;
    if (getState().current === key) replaceUrl();
    refusePhoto(key, t.cannotBeUsed(name), errorText(first.problem));
  }
}

/** Remove a photo that cannot be used, return to what was shown before it, and say why. */
export async function refusePhoto(key, title, text) {
  const wasShown = getState().current === key;
  removePhoto(key);
  if (wasShown) await followLocation();
  alerts.showError(title, text, t.choose, () => document.querySelector("#choose-photo").click());
}

/** Cancel the upload of a photo. */
export async function cancelUpload(key) {
  removePhoto(key);
  await followLocation();
}
