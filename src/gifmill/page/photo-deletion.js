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
  changePhoto(key, { isDeleting: true });
  try {
    await api.deletePhoto(photoOf(key).id);
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

function showDeleteError(error, again) {
  alerts.showError(errorTitle(error), `${errorText(error)} ${t.nothingDeleted}`, t.tryAgain, again);
}
