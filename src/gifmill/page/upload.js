/** Uploads of chosen photos, one after the other. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { announce } from "./announcer.js";
import { copyToCanvas } from "./canvas-images.js";
import { effectsOnScreen } from "./card-grid.js";
import { choosePhoto } from "./file-input.js";
import { parseOptions } from "./gif-options.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { resizeForUpload } from "./image-resize.js";
import { formatMegabytes } from "./locale.js";
import { followLocation, pushPhoto } from "./navigation.js";
import { retryWhenOnline } from "./offline-retry.js";
import { addPhotos, markRefused, removePhoto, showPhoto } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { cardEntry, changePhoto, currentPhoto, photoOf } from "./photo-state.js";
import { acceptStatus } from "./photo-status.js";
import { uploadPhoto } from "./photo-upload.js";
import { chosenOptions } from "./platforms.js";
import { loadRegistry } from "./registry.js";
import { getState, subscribe, update } from "./state.js";
import { readUrl, replaceUrl } from "./url-state.js";

/** Stages of the photo that is uploaded now: the next one waits. */
const BUSY_STAGES = ["preparing", "uploading", "waiting"];

/** Codes of problems of the photo, not of one of its GIFs. Source: errors.py. */
const PHOTO_PROBLEMS = ["not_a_photo", "unsupported_photo", "photo_too_large", "too_many_pixels", "damaged_photo", "invalid_photo", "intake_failed"];

subscribe(({ photos }) => photos, uploadNext);
subscribe(({ photos }) => photos, (photos) => photos.forEach(refuseFailed));

/** Add chosen files to the queue, and show the first one. Photos whose upload was interrupted are tried again too. */
export function addFiles(files) {
  alerts.clear();
  retryInterrupted();
  addPhotos(files.map((file) => ({ name: file.name, file, options: chosenOptions(), uploaded: 0, stage: "queued" })));
}

const retryInterrupted = () => update({
  photos: getState().photos.map((photo) => (photo.stage === "interrupted" ? { ...photo, stage: "queued", problem: undefined } : photo)),
});

/** Upload the next queued photo, the shown one first. */
function uploadNext(photos) {
  if (photos.some(({ stage }) => BUSY_STAGES.includes(stage))) return;
  const queued = photos.filter(({ stage }) => stage === "queued");
  const next = queued.find(({ key }) => key === getState().current) ?? queued[0];
  if (next) upload(next.key);
}

async function upload(key) {
  const { signal } = sessionOf(key);
  changePhoto(key, { stage: "preparing", problem: undefined });
  try {
    const [resized, config] = await Promise.all([prepare(key), retryWhenOnline(loadRegistry, signal)]);
    signal.throwIfAborted();
    const { file, name } = photoOf(key);
    if (resized.size > config.max_photo_bytes) {
      return refusePhoto(key, t.fileTooLarge(name), t.fileTooLargeText(...[resized.size, config.max_photo_bytes].map(formatMegabytes)));
    }
    changePhoto(key, { stage: "uploading", resized: resized !== file });
    const status = await uploadPhoto(resized, firstOrder(key), (uploaded) => changePhoto(key, { uploaded }), signal);
    signal.throwIfAborted();
    acceptStatus(key, status);
    if (getState().current === key) pushPhoto(key);
  } catch (error) {
    if (!signal.aborted) await handleUploadError(key, error);
  }
}

/** The file to upload, made once: a further attempt uploads the same. The decoded photo gives the thumbnail. */
function prepare(key) {
  const session = sessionOf(key);
  const { file } = photoOf(key);
  const show = ({ width, height, thumbnail }) => changePhoto(key, { size: { width, height }, thumbnail: copyToCanvas(thumbnail) });
  session.file ??= resizeForUpload(file, show);
  return session.file;
}

/** The order in the upload: the small GIFs of the cards on the screen. */
function firstOrder(key) {
  const effects = effectsOnScreen();
  const { options } = cardEntry(photoOf(key), effects[0]);
  return { effects: effects.join(), ...parseOptions(options) };
}

async function handleUploadError(key, error) {
  if (!(error instanceof api.ApiError)) throw error;
  const { permanent, busy, retryAfterS } = error;
  if (permanent) return refusePhoto(key, t.cannotBeUsed(photoOf(key).name), errorText(error));
  if (busy) {
    const problem = { title: t.busy, text: t.photoKept, retryAt: Date.now() + retryAfterS * 1_000 };
    changePhoto(key, { stage: "waiting", problem });
    setTimeout(retryWaiting, retryAfterS * 1_000, key, problem); // the banner's countdown ends when another photo is shown
    announce(t.busyAnnouncement(retryAfterS));
  } else {
    changePhoto(key, { stage: "interrupted", problem: { title: errorTitle(error), text: `${errorText(error)} ${t.photoKept}` } });
    if (getState().current !== key) announce(t.photoIs(photoOf(key).name, t.notUploaded));
  }
  if (getState().current === key) showUploadProblem(key);
}

/** Refuse a photo if all its GIFs failed because of it: an upload with a form is checked only after it. */
function refuseFailed(photo) {
  const concernsPhoto = ({ state, problem }) => state === "failed" && PHOTO_PROBLEMS.includes(problem?.code);
  const gifs = Object.values(photo.gifs);
  if (photo.stage !== "accepted" || !gifs.length || !gifs.every(concernsPhoto)) return;
  if (readUrl().photo === photo.view) replaceUrl();
  refusePhoto(photo.key, t.cannotBeUsed(photo.name), errorText(gifs[0].problem));
}

/** Upload a photo again that waits for a busy server because of this problem; a later one has its own time. */
function retryWaiting(key, problem) {
  if (photoOf(key)?.problem === problem) upload(key);
}

/** Show why the upload of a photo does not continue, and a button that continues it. */
export function showUploadProblem(key) {
  const { stage, problem } = photoOf(key);
  if (!problem) return;
  const { title, text, retryAt } = problem;
  if (stage === "waiting") {
    alerts.showBusy(title, text, retryAt, () => retryWaiting(key, problem));
  } else if (stage === "interrupted") alerts.showError(title, text, t.tryAgain, retryInterrupted);
  else alerts.showError(title, text, t.remove, () => removePhoto(key));
}

/** Remove a photo that cannot be used from the view, and show the reason. A queued one stays in the list until the visitor removes it. */
function refusePhoto(key, title, text) {
  if (getState().current !== key) {
    markRefused(key, { title, text });
    return announce(title);
  }
  cancelUpload(key);
  queueMicrotask(() => alerts.showError(title, text, t.choose, choosePhoto)); // the view that is drawn next clears alerts
}

/** Cancel the upload of a photo; if it was shown, show another one that is not finished, or the photo before it. */
export function cancelUpload(key) {
  const isShown = getState().current === key;
  const next = getState().photos.find((photo) => photo.key !== key && [...BUSY_STAGES, "queued"].includes(photo.stage));
  if (isShown && next) showPhoto(next.key);
  removePhoto(key);
  if (isShown && !next) followLocation();
}
