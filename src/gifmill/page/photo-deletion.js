/** Deleting a photo with all its GIFs. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { announce } from "./announcer.js";
import { choosePhoto } from "./file-input.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { removePhoto } from "./photo-list.js";
import { changePhoto, currentPhoto, photoOf } from "./photo-state.js";
import { pushUrl } from "./url-state.js";

/** Delete an own photo from the server and from this device. `onError` takes the error of a failed request. */
export async function deletePhoto(key, onError = showDeleteError) {
  const { id, isDeleting } = photoOf(key) ?? {};
  if (!id || isDeleting) return;
  changePhoto(key, { isDeleting: true });
  try {
    await api.deletePhoto(id);
  } catch (error) {
    changePhoto(key, { isDeleting: false });
    if (!error.notFound) return onError(error, () => deletePhoto(key, onError));
  }
  const wasShown = currentPhoto()?.key === key;
  if (photoOf(key)) removePhoto(key);
  if (wasShown) {
    pushUrl();
    alerts.showDeleted(t.deleted, t.deletedText, t.choose, choosePhoto);
  }
  announce(t.deletedAnnouncement);
}

/** Show in the banner why a photo was not deleted; `again` deletes it. */
export function showDeleteError(error, again) {
  alerts.showError(errorTitle(error), `${errorText(error)} ${t.nothingDeleted}`, t.tryAgain, again);
}
