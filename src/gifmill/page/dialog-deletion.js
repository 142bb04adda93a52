/** Deletion of the photo from the dialog of one of its GIFs: the question before it, and its progress. */

import { keepFocus, showError } from "./dialog-status.js";
import { errorText, t } from "./i18n.js";
import { deletePhoto, showDeleteError } from "./photo-deletion.js";
import { photoOf } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";

const $ = (selector) => document.querySelector(selector);
const question = $("#dialog-question");

subscribe(({ dialog }) => dialog?.isAsking, draw);
subscribe(isDeleting, draw);

function isDeleting({ dialog, photos } = getState()) {
  return Boolean(dialog && photoOf(dialog.key, { photos })?.isDeleting);
}

function draw() {
  const isAsking = Boolean(getState().dialog?.isAsking);
  $("#dialog-question-text").textContent = isDeleting() ? t.deleting : t.confirmDelete;
  for (const button of question.querySelectorAll("button")) button.hidden = isDeleting();
  question.hidden = !isAsking && !isDeleting();
  $("#dialog-message").hidden = !question.hidden;
  keepFocus();
}

const setAsking = (isAsking) => update({ dialog: { ...getState().dialog, isAsking } });

/** Ask before the photo is deleted: that deletes more than the shown GIF. */
export function askToDelete() {
  if (isDeleting()) return;
  setAsking(true);
  $("#keep-gif").focus();
}

/** Delete nothing. */
export function keepPhoto() {
  setAsking(false);
  $('#more [data-action="delete"]').focus();
}

/** Delete the photo of the dialog. */
export function deleteNow() {
  const { key } = getState().dialog;
  deletePhoto(key, (error, again) => {
    if (getState().dialog?.key === key) showError(`${errorText(error)} ${t.nothingDeleted}`, t.tryAgain, again);
    else showDeleteError(error, again);
  });
  setAsking(false);
}

question.onkeydown = (event) => {
  if (event.key !== "Escape" || isDeleting()) return;
  event.preventDefault(); // the dialog stays open
  event.stopPropagation();
  keepPhoto();
};
