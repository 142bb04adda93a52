/** The dialog of one GIF: it opens and closes with the state, and steps from GIF to GIF. */

import * as actions from "./gif-actions.js";
import * as changes from "./gif-changes.js";
import * as preview from "./gif-preview.js";
import "./option-controls.js";
import { announceMissed } from "./announcer.js";
import { focusCard } from "./card-grid.js";
import { copyText } from "./clipboard.js";
import { askToDelete, deleteNow, keepPhoto } from "./dialog-deletion.js";
import { keepFocus, setHidden, showStatus } from "./dialog-status.js";
import { $ } from "./dom.js";
import { effectCaption } from "./effect-captions.js";
import { effectNamed } from "./gif-options.js";
import { t } from "./i18n.js";
import { closeGif, stepTo } from "./navigation.js";
import { currentPhoto, isOwn, photoOf, shownEffects } from "./photo-state.js";
import { startPicking, stopPicking } from "./point-picker.js";
import { shownText } from "./shell-commands.js";
import { getState, subscribe, update } from "./state.js";
import { listenToSwipes } from "./swipe.js";
import { restoreFocus } from "./views.js";

const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };
const USES_ARROWS = "input, select, textarea, [role=slider]";

const dialog = $("#gif-dialog");

subscribe(({ open }) => open, showOpenGif);
subscribe((state) => state.dialog, (shown, previous) => {
  if (!shown) return;
  if (shown.effect !== previous?.effect || shown.key !== previous.key) drawHeader(shown);
  drawReturns(shown);
});

/** Open the dialog with the GIF of this effect, switch to it, or close the dialog. */
export function showOpenGif(effect) {
  if (effect === getState().dialog?.effect) return;
  if (!effect) return close();
  changes.showGif(effect);
  if (dialog.open) return keepFocus();
  dialog.showModal();
  $("#dialog-title").focus();
}

function close() {
  const { effect, key } = getState().dialog ?? {};
  if (!effect) return;
  const isCurrent = key === getState().current; // otherwise, the visitor has left the photo
  changes.leaveGif();
  preview.clear({});
  if (isCurrent) closeGif({ dialog: undefined });
  else update({ dialog: undefined });
  dialog.close();
  if (isCurrent) focusCard(effect);
  restoreFocus();
  announceMissed();
}

function positionOf(effect) {
  const all = shownEffects(currentPhoto());
  return t.position(all.indexOf(effect) + 1, all.length);
}

function drawHeader({ key, effect }) {
  $("#dialog-title").textContent = effect;
  $("#dialog-caption").textContent = effectCaption(effectNamed(effect));
  const announced = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: `${effect}, ` });
  $("#dialog-position").replaceChildren(...dialog.open ? [announced] : [], positionOf(effect)); // opened, the dialog reads its title
  $(".dialog-body").scrollTop = 0;
  const isForeign = !isOwn(photoOf(key));
  for (const selector of ["#option-controls", "#developers"]) $(selector).hidden = isForeign;
  $("#make-own").hidden = !isForeign;
}

/** Offer to undo changes where that is possible. */
function drawReturns(shown) {
  const { canUndo, canReset } = changes.possibleReturns(shown);
  setHidden($("#undo"), !canUndo);
  setHidden($("#reset"), !canReset);
}

// ---- buttons, keys and gestures --------------------------------------------------------------------------------

function step(by) {
  const all = shownEffects(currentPhoto());
  stepTo(all.at((all.indexOf(getState().open) + by) % all.length));
}

function togglePaused() {
  const { dialog: shown } = getState();
  update({ dialog: { ...shown, paused: !shown.paused } });
}

const ACTIONS = {
  close,
  previous: () => step(-1),
  next: () => step(1),
  pause: togglePaused,
  share: actions.share,
  mp4: actions.makeMp4,
  "copy-gif": actions.copyGif,
  "copy-link": actions.copyLink,
  "copy-command": async () => showStatus(await copyText(shownText()) ? t.commandCopied : t.copyRefused),
  "pick-point": startPicking,
  "stop-picking": stopPicking,
  undo: changes.undo,
  reset: changes.reset,
  delete: askToDelete,
  "keep-photo": keepPhoto,
  "delete-now": deleteNow,
  "make-own": () => $("#another-photo").click(),
};

function isOnBackdrop({ target, clientX: x, clientY: y }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (x < left || x > right || y < top || y > bottom);
}

let pressedOnBackdrop = false; // a text selection that starts in the dialog may end on the backdrop

dialog.onpointerdown = (event) => { pressedOnBackdrop = isOnBackdrop(event); };
dialog.onclick = (event) => {
  ACTIONS[event.target.closest("[data-action]")?.dataset.action]?.();
  if (pressedOnBackdrop && isOnBackdrop(event)) close();
};

dialog.onkeydown = (event) => {
  const { key, altKey, ctrlKey, metaKey, target } = event;
  if (!ARROWS[key] || altKey || ctrlKey || metaKey || target.closest(USES_ARROWS)) return;
  event.preventDefault(); // the body would scroll
  step(ARROWS[key] * (getComputedStyle(dialog).direction === "rtl" ? -1 : 1));
};
listenToSwipes($("#preview-picture"), step);

dialog.onclose = close; // with Escape, or the Back gesture of a phone
$("#option-controls").onsubmit = (event) => event.preventDefault();
