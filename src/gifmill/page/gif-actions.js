/** Actions for the GIF in the dialog: download, share and copy its link; and delete the photo with all its GIFs. */

import * as preview from "./gif-preview.js";
import { showError } from "./dialog-status.js";
import { gifFileName } from "./gif-options.js";
import { errorText, t } from "./i18n.js";
import { deletePhoto } from "./photo-deletion.js";

const $ = (selector) => document.querySelector(selector);
const buttons = document.querySelectorAll('.gif-actions > :not([data-action="delete"])'); // deleting is always possible

let photoName;

/** Offer the actions for a GIF's entry. */
export function draw(entry, name) {
  photoName = name;
  for (const button of buttons) button.inert = false;
  const link = $("#download");
  link.hidden = entry.state !== "ready";
  $('[data-action="share"]').hidden = !preview.shownBlob() || !navigator.canShare?.({ files: [shownFile()] });
  if (link.hidden) return;
  link.href = entry.url;
  link.download = gifFileName(photoName, entry);
  link.querySelector("span").textContent = entry.url.endsWith(".webp") ? t.downloadWebp : t.downloadGif;
}

/** Disable the actions while another GIF is rendered: the shown GIF and its address do not match the controls. */
export function disable() {
  for (const button of buttons) button.inert = true;
}

/** Share the shown GIF; returns false if that failed, and true if the visitor cancelled. */
export async function share() {
  try {
    await navigator.share({ files: [shownFile()] });
  } catch (error) {
    return error.name === "AbortError";
  }
  return true;
}

/** Ask for confirmation, then delete the photo: that deletes more than the shown GIF, and the button is near frequently used ones. */
export function confirmDelete(key) {
  const onError = (error, again) => showError(`${errorText(error)} ${t.nothingDeleted}`, t.tryAgain, again);
  showError(t.confirmDelete, t.deleteNow, () => deletePhoto(key, onError));
}

function shownFile() {
  const blob = preview.shownBlob();
  return new File([blob], gifFileName(photoName, preview.shownEntry()), { type: blob.type });
}
