/** GIFs of full size: what is saved, shared or copied. They are ordered when they are needed, as cards show small ones. */

import { ApiError, fetchGif } from "./api.js";
import { failsAgain, gifFileName } from "./gif-options.js";
import { orderGif } from "./gif-orders.js";
import { retryWhenOnline } from "./offline-retry.js";
import { sessionOf } from "./photo-sessions.js";
import { finishedEntry, fullEntry, isOwn, photoOf } from "./photo-state.js";
import { waitFor } from "./state.js";

/** A GIF that the server has tried to make in vain. */
export class NotMadeError extends ApiError {
  constructor(entry) {
    super(failsAgain(entry) ? 422 : 500, entry.problem ?? {});
  }
}

/**
 * Order an effect's GIF of full size unless that has been done, wait until it is ready, and fetch it.
 *
 * @param key of the photo
 * @param signal aborts the wait, and so does leaving the photo (optional)
 * @returns {entry, blob}
 * @throws ApiError if the GIF cannot be ordered or fetched; NotMadeError; the abort reason of the signal
 */
export async function fullGif(key, effect, signal = sessionOf(key).signal) {
  const either = AbortSignal.any([signal, sessionOf(key).signal]);
  const entry = await finishedGif(key, fullEntry(photoOf(key), effect), either);
  return { entry, blob: await retryWhenOnline((retrySignal) => fetchGif(entry.url, retrySignal), either) };
}

async function finishedGif(key, first, signal) {
  if (isOwn(photoOf(key)) && !["ready", "pending"].includes(first.state)) await orderGif(key, first.effect, first.options);
  const entry = await waitFor((state) => finishedEntry(key, first, state), signal);
  if (entry.state === "failed") throw new NotMadeError(entry);
  return entry;
}

/** The file of a full GIF, named after its photo. */
export const fileOf = (key, { entry, blob }) => new File([blob], gifFileName(photoOf(key).name, entry), { type: blob.type });

/** Whether this browser shares files of a type. */
export const canShare = (type = "image/gif") =>
  Boolean(navigator.canShare?.({ files: [new File([""], `gif.${type.split("/")[1]}`, { type })] }));

/**
 * Share a file.
 *
 * @returns "shared" or "cancelled"; "blocked" if the browser wants another tap, as the last one was too long ago;
 *   "failed" if sharing does not work
 */
export async function shareFile(file) {
  try {
    await navigator.share({ files: [file] });
    return "shared";
  } catch (error) {
    return { AbortError: "cancelled", NotAllowedError: "blocked" }[error.name] ?? "failed";
  }
}
