/**
 * The GIF in the dialog, from its order to the picture, and the changes of its options. Of several changes, only the last
 * one counts. The state has:
 *
 * dialog: undefined, or
 * - key, effect: the photo and the effect of the GIF
 * - values: every option by name, as text, as the controls show them
 * - ordered: the options of the last order, as text; past: those of the orders before it, oldest first
 * - memory: what `changeOption` needs
 * - shown?: the entry whose GIF is shown
 * - isLoading: whether another GIF than the shown one is ordered, made or fetched; isFetching: whether it is fetched
 * - isPicking: whether a point is being chosen on the photo
 * - deletion?: while the visitor is asked to confirm the deletion of the photo; {problem?: why the last attempt failed}
 * - paused: whether this GIF is paused, as the others are or by itself
 */

import * as api from "./api.js";
import * as preview from "./gif-preview.js";
import { showBusy, showError, showStatus } from "./dialog-status.js";
import { effectNamed, failsAgain, formatOptions, isFinished, optionsOf } from "./gif-options.js";
import { changeGif, showOrderError } from "./gif-orders.js";
import { errorText, gifAltText, t } from "./i18n.js";
import { changeOption } from "./option-changes.js";
import { showGone } from "./photo-list.js";
import { cardEntry, currentPhoto, finishedEntry, fullEntry, isOwn, photoOf } from "./photo-state.js";
import { getState, update, waitFor } from "./state.js";

const DEBOUNCE_MS = 250; // a dragged slider changes many times: the order waits until it stops
const TYPING_DEBOUNCE_MS = 700; // between two letters
const LEFT = "another GIF is shown, or none"; // abort reason

let debounceTimer; // set while a change has not been ordered yet
let latest = new AbortController(); // for the latest request: results of earlier ones are ignored
let busyError; // set while a change waits for a busy server

const current = () => getState().dialog;
const change = (changes) => update({ dialog: { ...current(), ...changes } });

/** Show the GIF of an effect; order it first if that has not been done. */
export function showGif(effect) {
  const { paused = getState().paused } = current() ?? {};
  leaveGif();
  const photo = currentPhoto();
  const entry = fullEntry(photo, effect);
  update({
    dialog: {
      ...{ key: photo.key, effect, values: optionsOf(entry), ordered: entry.options, past: [], memory: {} },
      ...{ shown: undefined, isLoading: true, isFetching: entry.state === "ready", isPicking: false, paused },
    },
  });
  const small = cardEntry(photo, effect);
  const poster = photo.posters?.[effect];
  preview.clear(photo);
  if (poster && small.state === "ready") preview.drawSmall(small, poster);
  else if (entry.state !== "ready") preview.drawPhoto(photo);
  if (["unordered", "wanted"].includes(entry.state) && isOwn(photo)) order();
  else showEntry(entry, false);
}

/**
 * End what runs for the GIF before another one or none is shown: order a waiting change, and let the page retry one that a
 * busy server rejected. The caller replaces `dialog`, as cards would wait for a GIF that is about to be shown.
 */
export function leaveGif() {
  const { key, effect, values } = current() ?? {};
  if (!key) return;
  if (key === getState().current) { // otherwise, the visitor has left the photo
    if (debounceTimer) order();
    if (busyError) reportFailure(key, effect, values, busyError);
  }
  debounceTimer = clearTimeout(debounceTimer);
  supersede(LEFT);
  showStatus("");
}

function supersede(reason) {
  latest.abort(reason);
  latest = new AbortController();
  busyError = undefined;
}

// ---- changes ---------------------------------------------------------------------------------------------------

/** Change an option; the GIF is ordered after a pause in the changes. */
export function setOption(name, value, isTyping = false) {
  const { effect, values, memory } = current();
  if (values[name] === value) return;
  supersede();
  change({ ...changeOption(effect, { values, memory }, name, value), isLoading: true, isFetching: false });
  showStatus("");
  clearTimeout(debounceTimer);
  debounceTimer = setTimeout(order, isTyping ? TYPING_DEBOUNCE_MS : DEBOUNCE_MS);
}

/** Return to the options before the last change. */
export function undo() {
  const { effect, values, ordered, past } = current();
  const isOrdered = formatOptions(effect, values) === ordered;
  const options = isOrdered ? past.at(-1) : ordered;
  change({ values: optionsOf({ effect, options }), ordered: options, past: isOrdered ? past.slice(0, -1) : past, memory: {} });
  order();
}

/** Return to the options of all GIFs of the photo. */
export function reset() {
  const { effect } = current();
  change({ values: optionsOf({ effect, options: defaultOptions() }), memory: {} });
  order();
}

const defaultOptions = () => formatOptions(current().effect, photoOf(current().key).options);

/** Which of `undo` and `reset` would change something. */
export function possibleReturns({ effect, values, ordered, past, key }) {
  const options = formatOptions(effect, values);
  const photo = photoOf(key);
  const canReset = Boolean(photo) && isOwn(photo) && options !== formatOptions(effect, photo.options);
  return { canUndo: options !== ordered || past.length > 0, canReset };
}

// ---- orders ----------------------------------------------------------------------------------------------------

async function order() {
  debounceTimer = clearTimeout(debounceTimer);
  supersede();
  const { signal } = latest;
  const { key, effect, values, ordered, past } = current();
  const options = formatOptions(effect, values);
  change({ isLoading: true, ordered: options, past: options === ordered ? past : [...past, ordered] });
  showStatus(getState().online ? t.rendering : t.offline);
  try {
    const entry = await changeGif(key, effect, options);
    if (!signal.aborted) await showEntry(entry, true);
  } catch (error) {
    if (!signal.aborted) handleError(error);
    else if (signal.reason === LEFT && photoOf(key) && error.name !== "AbortError") reportFailure(key, effect, values, error);
  }
}

/** Let the page report a change that failed after the dialog has left its GIF. */
function reportFailure(key, effect, values, error) {
  showOrderError(key, effect, error, () => changeGif(key, effect, formatOptions(effect, values)));
}

function handleError(error) {
  if (!(error instanceof api.ApiError)) throw error;
  if (error.notFound) return showGone(current().key);
  if (error.busy) {
    busyError = error;
    return showBusy(error.retryAfterS, order);
  }
  if (error.permanent) keepPrevious(errorText(error)); // the visitor can undo the change
  else keepPrevious(errorText(error), t.tryAgain, order);
}

/** Keep the previous GIF, as the requested one is not available. */
function keepPrevious(text, ...remedy) {
  const { shown } = current();
  change({ isLoading: false, isFetching: false });
  showError(shown ? `${text} ${t.previousShown}` : text, ...remedy);
}

// ---- the finished GIF ------------------------------------------------------------------------------------------

/** Wait until a GIF is ready or has failed, and show it. */
async function showEntry(first, isNew) {
  const { signal } = latest;
  const { key } = current();
  try {
    if (!isFinished(first)) showStatus(getState().online ? t.rendering : t.offline);
    const entry = await waitFor((state) => finishedEntry(key, first, state), signal);
    signal.throwIfAborted(); // the dialog may have been closed before this line
    if (entry.state === "ready") return await fetchAndShow(entry, isNew, signal);
    if (failsAgain(entry)) keepPrevious(errorText(entry.problem));
    else keepPrevious(errorText(entry.problem), t.tryAgain, order);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function fetchAndShow(entry, isNew, signal) {
  change({ isLoading: true, isFetching: true });
  if (!isNew) showStatus(t.fetching);
  try {
    if (!await preview.draw(entry, gifAltText(effectNamed(entry.effect), entry.url), signal)) return;
  } catch {
    if (signal.aborted) return;
    change({ isFetching: false });
    return showError(t.loadFailed, t.tryAgain, () => fetchAndShow(entry, isNew, latest.signal));
  }
  change({ shown: entry, isLoading: false, isFetching: false });
  showStatus(isNew ? t.changed(entry.effect) : "");
}
