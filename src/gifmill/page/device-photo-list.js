/** The list of the visitor's photos on the start page: open, forget or delete them. */

import { announce } from "./announcer.js";
import { $ } from "./dom.js";
import { t } from "./i18n.js";
import { formatClock } from "./locale.js";
import { deletePhoto } from "./photo-deletion.js";
import { removePhoto } from "./photo-list.js";
import { isUnfinished, photoOf } from "./photo-state.js";
import { selectPhoto } from "./photo-strip.js";
import { createTiles, ownPhotos } from "./photo-tiles.js";
import { getState, subscribe, update } from "./state.js";
import { cancelUpload } from "./upload.js";

const ALL = "all";

const list = $("#device-photo-list");

let askedFrom; // the button that gets the focus back after a question

/** The photos of the list; the GIFs view has a strip of its own. */
const shownPhotos = () => (getState().view === "gifs" ? [] : ownPhotos(getState()));

/** The photo whose removal is to be confirmed here; the photo panel has a question of its own. */
function askedHere({ view, removing }) {
  return view === "gifs" ? undefined : removing;
}

/** Photos that this device keeps: an unfinished one is not on the server. */
const forgettable = () => ownPhotos(getState()).filter((photo) => !isUnfinished(photo));

const drawTiles = createTiles(list, {
  onOpen: selectPhoto,
  onRemove: (key) => (isUnfinished(photoOf(key)) ? cancelUpload(key) : ask(key)),
  canRemove: () => true,
  hasNotes: true,
  focusWithout,
});

subscribe(({ photos }) => photos, draw);
subscribe(askedHere, drawQuestion);
subscribe(({ view }) => view, () => {
  update({ removing: undefined });
  draw();
});
draw();

function draw() {
  const photos = shownPhotos();
  const { removing } = getState();
  const focused = $("#device-photos").querySelector(":focus");
  $("#device-photos").hidden = !photos.length;
  $("#forget-all").hidden = forgettable().length < 2;
  drawTiles(photos);
  if (focused && !focused.checkVisibility()) focusWithout();
  if (removing && removing !== ALL && !photoOf(removing)) update({ removing: undefined });
}

/** Focus what is left when the list, or the focused part of it, has gone. */
function focusWithout() {
  ($("#device-photos").hidden ? $("#file") : $("#device-photos-title")).focus();
}

// ---- forgetting and deleting -----------------------------------------------------------------------------------

function ask(what) {
  askedFrom = document.activeElement;
  update({ removing: what });
}

function drawQuestion(removing) {
  const question = $("#photo-question");
  const hadFocus = question.contains(document.activeElement);
  question.hidden = !removing;
  if (!removing) {
    if (hadFocus) (askedFrom?.isConnected && askedFrom.checkVisibility() ? askedFrom : $("#file")).focus();
    return;
  }
  const isOne = removing !== ALL;
  $("#photo-question-text").textContent = isOne ? questionAbout(photoOf(removing)) : questionAboutAll();
  question.querySelector('[data-action="delete"]').hidden = !isOne;
  question.querySelector('[data-action="forget"]').textContent = isOne ? t.forget : t.forgetAll;
  $("#photo-question-text").focus(); // not a button: pressing Enter twice must not delete
}

const questionAbout = ({ name, expires }) => t.removeQuestion(name, formatClock(expires));

const questionAboutAll = () => t.forgetAllQuestion(forgettable().length, formatClock(Math.max(...forgettable().map(({ expires }) => expires))));

const ACTIONS = {
  cancel: () => {},
  delete: (key) => deletePhoto(key),
  forget(what) {
    const photos = what === ALL ? forgettable() : [photoOf(what)];
    for (const { key } of photos) removePhoto(key);
    announce(t.forgotten(photos.length));
  },
};

$("#forget-all").onclick = () => ask(ALL);
$("#photo-question").onclick = ({ target }) => {
  const action = ACTIONS[target.closest("[data-action]")?.dataset.action];
  if (!action) return;
  const { removing } = getState();
  update({ removing: undefined });
  action(removing);
};
$("#photo-question").onkeydown = ({ key }) => { if (key === "Escape") update({ removing: undefined }); };
