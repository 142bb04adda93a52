/** The dialog: one enlarged GIF, with controls for its options. Of several changes, only the last one counts. */

import * as actions from "./gif-actions.js";
import * as api from "./api.js";
import * as controls from "./option-controls.js";
import * as options from "./gif-options.js";
import * as preview from "./gif-preview.js";
import * as commands from "./shell-commands.js";
import { announceMissed } from "./announcer.js";
import { focusCard } from "./card-grid.js";
import { showBusy, showError, showStatus } from "./dialog-status.js";
import { effectCaption } from "./effect-captions.js";
import { changeGif, showOrderError } from "./gif-orders.js";
import { errorText, gifAltText, t } from "./i18n.js";
import { closeGif, stepTo } from "./navigation.js";
import { showGone } from "./photo-list.js";
import { cardEntry, currentPhoto, entryWith, fullEntry, isOwn, photoOf, shownEffects } from "./photo-state.js";
import { getState, subscribe } from "./state.js";

const DEBOUNCE_MS = 250; // a dragged slider changes many times: the order waits until it rests
const LEFT = "another GIF is shown, or none"; // abort reason

const $ = (selector) => document.querySelector(selector);
const dialog = $("#gif-dialog");

let openEffect;
let photoKey; // of the photo whose GIF is open
let values; // of the controls, by option name
let debounceTimer; // set while a change has not been ordered yet
let latest = new AbortController(); // for the latest request: results of earlier ones are ignored
let busyError; // set while a change waits for a busy server
let awaited; // the pending entry to show once it is ready
let maxDirectBytes; // upload limit of the API

subscribe(({ open }) => open, follow);
subscribe(currentPhoto, showAwaited);

/** Open the dialog with the GIF of this effect, switch to it, or close the dialog. */
export function follow(effect) {
  if (openEffect === effect) return;
  if (!effect) return photoOf(photoKey) ? dialog.close() : leave();
  handOver();
  supersede(LEFT);
  const photo = currentPhoto();
  const all = shownEffects(photo);
  const entry = fullEntry(photo, effect);
  [openEffect, photoKey] = [effect, photo.key];
  $("#dialog-title").textContent = effect;
  $("#dialog-caption").textContent = effectCaption(options.effectNamed(effect));
  $("#dialog-position").textContent = t.position(all.indexOf(effect) + 1, all.length);
  preview.clear();
  actions.draw(entry, photo.name);
  drawControls(entry);
  if (!dialog.open) {
    preview.setPaused(getState().paused);
    dialog.showModal();
    $("#dialog-title").focus();
    showStatus("");
  } else showStatus(`${effect}, ${$("#dialog-position").textContent}`);
  $(".dialog-body").scrollTop = 0;
  const small = cardEntry(photo, effect);
  if (entry.state !== "ready" && small.state === "ready") preview.drawSmall(small);
  if (["unordered", "wanted"].includes(entry.state) && isOwn(photo)) order();
  else showEntry(entry);
  if (!maxDirectBytes) loadUploadLimit();
}

/** Show the awaited GIF once its entry in the state says that it is ready, or has failed. */
function showAwaited(photo) {
  if (!awaited || photo?.key !== photoKey) return;
  const entry = entryWith(photo, awaited.effect, awaited.options);
  if (["ready", "failed"].includes(entry.state)) showEntry(entry, true);
}

/** Close the dialog because the visitor leaves the photo. */
function leave() {
  openEffect = undefined;
  reset();
  dialog.close();
}

function reset() {
  debounceTimer = clearTimeout(debounceTimer);
  awaited = undefined;
  supersede(LEFT);
  preview.clear();
  showStatus("");
}

function supersede(reason) {
  latest.abort(reason);
  latest = new AbortController();
  busyError = undefined;
}

// ---- the shown GIF ---------------------------------------------------------------------------------------------

function drawControls(entry) {
  values = options.optionsOf(entry);
  const { stored } = photoOf(photoKey);
  controls.draw(openEffect, values, onChange, stored && Math.max(stored.width, stored.height));
  drawCommands();
}

const drawCommands = () => commands.draw(photoOf(photoKey), openEffect, values, maxDirectBytes);

async function loadUploadLimit() {
  try {
    maxDirectBytes = (await api.config()).max_direct_bytes;
  } catch {
    return; // the server will reject a curl upload that is too large
  }
  if (openEffect) drawCommands();
}

/** Show an entry in its state: pending, failed or ready. */
async function showEntry(entry, isNew = false) {
  awaited = undefined;
  if (!["ready", "failed"].includes(entry.state)) {
    awaited = entry;
    setLoading();
    return showStatus(t.rendering);
  }
  if (entry.state === "failed") {
    controls.drawSizeLimit();
    const remedy = options.exceedsByteLimit(entry) ? undoButton() : [t.tryAgain, order]; // it would exceed the limit again
    return keepPrevious(errorText(entry.problem), ...remedy);
  }
  const { signal } = latest;
  try {
    if (!await preview.draw(entry, gifAltText(options.effectNamed(entry.effect), entry.url), signal)) return;
  } catch {
    if (!signal.aborted) showError(t.loadFailed, t.tryAgain, () => showEntry(entry, isNew));
    return;
  }
  controls.drawSizeLimit(entry.bytes);
  actions.draw(entry, photoOf(photoKey).name);
  if (isNew) showStatus(t.changed(openEffect));
}

/** Keep the previous GIF, as the requested one is not available. */
function keepPrevious(text, ...remedy) {
  const previous = preview.shownEntry();
  if (previous) actions.draw(previous, photoOf(photoKey).name);
  else if (photoOf(photoKey).thumbnail) preview.drawPhoto(photoOf(photoKey).thumbnail);
  showError(previous ? `${text} ${t.previousShown}` : text, ...remedy);
}

function setLoading() {
  preview.setLoading();
  actions.disable();
}

// ---- changing options ------------------------------------------------------------------------------------------

function onChange(all) {
  values = all;
  supersede();
  awaited = undefined;
  setLoading();
  showStatus("");
  drawCommands();
  clearTimeout(debounceTimer);
  debounceTimer = setTimeout(order, DEBOUNCE_MS);
}

/** Before the dialog shows another GIF or closes: order a waiting change, and let the page retry one that a busy server rejected. */
function handOver() {
  if (debounceTimer) order();
  if (busyError) reportFailure(openEffect, values, busyError);
}

async function order() {
  debounceTimer = clearTimeout(debounceTimer);
  showStatus(navigator.onLine ? t.rendering : t.offline);
  setLoading();
  supersede();
  const { signal } = latest;
  const [key, effect, wanted] = [photoKey, openEffect, values];
  try {
    const entry = await changeGif(key, effect, options.formatOptions(effect, wanted));
    if (!signal.aborted) showEntry(entry, true);
  } catch (error) {
    if (!signal.aborted) handleError(error);
    else if (signal.reason === LEFT && photoOf(key)) reportFailure(effect, wanted, error);
  }
}

/** Let the page report a change that failed after the dialog has left its GIF. */
function reportFailure(effect, wanted, error) {
  const key = photoKey;
  showOrderError(key, effect, error, () => changeGif(key, effect, options.formatOptions(effect, wanted)));
}

function handleError(error) {
  if (!(error instanceof api.ApiError)) throw error;
  if (error.notFound) return showGone(photoKey);
  if (error.busy) {
    busyError = error;
    return showBusy(error.retryAfterS, order);
  }
  if (error.permanent) return keepPrevious(errorText(error), ...undoButton());
  keepPrevious(errorText(error), t.tryAgain, order);
}

/** The button that undoes the last change, if a GIF was shown before. */
function undoButton() {
  const previous = preview.shownEntry();
  return previous ? [t.undo, () => { drawControls(previous); order(); }] : [];
}

// ---- buttons and clicks ----------------------------------------------------------------------------------------

function step(by) {
  const all = shownEffects(currentPhoto());
  stepTo(all.at((all.indexOf(openEffect) + by) % all.length));
}

async function copy(text, doneText) {
  showStatus(await commands.copyText(text) ? doneText : t.copyRefused);
}

const ACTIONS = {
  close: () => dialog.close(),
  previous: () => step(-1),
  next: () => step(1),
  share: async () => { if (!await actions.share()) showStatus(t.shareFailed); },
  pause: () => preview.setPaused(!preview.isPaused()),
  "copy-command": () => copy(commands.shownText(), t.commandCopied),
  "copy-link": () => copy(location.href, t.linkCopied),
  delete: () => actions.confirmDelete(photoKey),
};

function isOnBackdrop({ target, clientX: x, clientY: y }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (x < left || x > right || y < top || y > bottom);
}

let pressedOnBackdrop = false; // a text selection that starts in the dialog may end on the backdrop

dialog.onpointerdown = (event) => { pressedOnBackdrop = isOnBackdrop(event); };
dialog.onclick = (event) => {
  ACTIONS[event.target.closest("[data-action]")?.dataset.action]?.();
  if (pressedOnBackdrop && isOnBackdrop(event)) dialog.close();
};

dialog.onclose = () => {
  if (!openEffect) return; // the visitor has left the photo
  handOver();
  const last = openEffect;
  openEffect = undefined;
  reset();
  closeGif();
  focusCard(last);
  announceMissed();
};

$("#option-controls").onsubmit = (event) => event.preventDefault();
