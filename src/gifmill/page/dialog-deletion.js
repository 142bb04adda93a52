/** Deletion of the photo from the dialog of one of its GIFs: the question before it, its progress, and why it failed. */

import { keepFocus } from "./dialog-status.js";
import { $ } from "./dom.js";
import { errorText, t } from "./i18n.js";
import { deletePhoto, showDeleteError } from "./photo-deletion.js";
import { photoOf } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";

const question = $("#dialog-question");

subscribe(({ dialog }) => dialog?.deletion, draw);
subscribe(isDeleting, draw);

function isDeleting({ dialog, photos } = getState()) {
  return Boolean(dialog && photoOf(dialog.key, { photos })?.isDeleting);
}

function draw() {
  const { deletion } = getState().dialog ?? {};
  const isRunning = isDeleting();
  const problem = isRunning ? undefined : deletion?.problem;
  question.hidden = !deletion && !isRunning;
  question.toggleAttribute("data-error", Boolean(problem));
  $("#dialog-question-text").textContent = t.confirmDelete;
  $("#dialog-question-text").hidden = isRunning || Boolean(problem); // hidden, it is still the name of the group
  $("#deletion-status").textContent = isRunning ? t.deleting : problem ?? "";
  for (const button of question.querySelectorAll("button")) button.hidden = isRunning;
  $('[data-action="delete-now"]').textContent = problem ? t.tryAgain : t.deleteNow;
  $("#dialog-message").hidden = !question.hidden;
  keepFocus();
}

const setDeletion = (deletion) => update({ dialog: { ...getState().dialog, deletion } });

/** Ask before the photo is deleted: that deletes more than the shown GIF. */
export function askToDelete() {
  if (isDeleting()) return;
  setDeletion({});
  $("#keep-gif").focus();
}

/** Delete nothing. */
export function keepPhoto() {
  setDeletion(undefined);
  $('#more [data-action="delete"]').focus();
}

/** Delete the photo of the dialog. */
export function deleteNow() {
  const { key } = getState().dialog;
  deletePhoto(key, (error, again) => {
    if (getState().dialog?.key === key) setDeletion({ problem: `${errorText(error)} ${t.nothingDeleted}` });
    else showDeleteError(error, again);
  });
}

question.onkeydown = (event) => {
  if (event.key !== "Escape" || isDeleting()) return;
  event.preventDefault(); // the dialog stays open
  event.stopPropagation();
  keepPhoto();
};
