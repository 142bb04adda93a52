/** The page's address: it names the photo, the options of its GIFs and the open one. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { areOptions, formatOptions, parseOptions } from "./gif-options.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { retryWhenOnline } from "./offline-retry.js";
import { addPhotos, showGone, showPhoto, showStart } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, commonOptions, currentPhoto, photoOf, shownEffects } from "./photo-state.js";
import { acceptStatus } from "./photo-status.js";
import { loadRegistry } from "./registry.js";
import { getState, subscribe, update } from "./state.js";
import { pushUrl, readUrl, replaceUrl } from "./url-state.js";

/** Keep the options of GIFs in the address. */
subscribe(currentPhoto, (photo, before) => {
  if (photo?.key !== before?.key || photo?.stage !== "accepted") return;
  if (photo.changed !== before.changed || photo.options !== before.options) writeLocation();
});

/** What the address of a photo holds: options of all its GIFs, those of changed ones, and the open one. */
const addressOf = ({ view, options, changed }, open) => ({ photo: view, all: formatOptions(undefined, options), changed, open });

/** Write the state into the current history entry. */
function writeLocation() {
  const photo = currentPhoto();
  if (!photo?.view) return replaceUrl();
  replaceUrl(addressOf(photo, getState().open), { ...history.state, ...entryData(photo) });
}

/** What the history entry of a photo holds besides the address. Its id only where local storage cannot hold it. */
const entryData = ({ name, id, isStored }) => ({ name, ...(id && !isStored && { id }) });

/** Add a history entry for a photo that the server has accepted. */
export function pushPhoto(key) {
  const photo = photoOf(key);
  pushUrl(addressOf(photo), entryData(photo));
}

/** Show what the address names: a photo with its changed and open GIFs, or the start. */
export async function followLocation() {
  const { photo: view, all, open, changed } = readUrl();
  if (!view) return showStart();
  const known = getState().photos.find((photo) => [photo.view, photo.id].includes(view));
  if (!known) {
    addPhotos([{ view, name: history.state?.name ?? t.unnamedPhoto, id: history.state?.id, stage: "loading" }]);
    return loadPhoto(getState().current, { all, changed, open });
  }
  showPhoto(known.key);
  if (photoOf(known.key).stage === "accepted") return followOpen(open);
  const { options } = known.expires ? known : {}; // without it, the photo has not been loaded yet
  return loadPhoto(known.key, { options, all, changed, open });
}

/** Show an own photo that has been uploaded before. */
export function openPhoto(key) {
  if (getState().current === key) return;
  showPhoto(key);
  pushPhoto(key);
  const { stage, options, changed } = photoOf(key);
  if (stage !== "accepted") loadPhoto(key, { options, changed });
}

/**
 * Load the status of a photo. If the address changes meanwhile, the next load replaces this one.
 *
 * @param known {options?, all?, changed, open?}: the options of all GIFs if this device knows them, or those in the address
 */
async function loadPhoto(key, known) {
  const session = sessionOf(key);
  session.load?.abort();
  session.load = new AbortController();
  const signal = AbortSignal.any([session.signal, session.load.signal]);
  const { view } = photoOf(key);
  changePhoto(key, { stage: "loading" });
  try {
    const attempt = (retrySignal) => Promise.all([loadRegistry(), api.fetchStatus(view, retrySignal)]);
    const [, status] = await retryWhenOnline(attempt, signal);
    signal.throwIfAborted();
    acceptStatus(key, status, { ...optionsFrom(known, status.gifs), wanted: [] }); // cards wanted GIFs with other options
    followOpen(known.open);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof api.ApiError)) throw error;
    if (error.notFound) return showGone(key);
    changePhoto(key, { stage: "unloaded" });
    alerts.showError(errorTitle(error), errorText(error), t.tryAgain, () => loadPhoto(key, known));
  }
}

/** The options of a photo's GIFs. What is invalid is dropped, as a link may be truncated; old links have no options of all GIFs. */
function optionsFrom({ options, all, changed }, gifs) {
  const valid = Object.fromEntries(Object.entries(changed).filter(([effect, text]) => areOptions(text, effect)));
  if (options) return { options, changed: valid };
  if (all !== undefined && areOptions(all)) return { options: parseOptions(all), changed: valid };
  return { options: Object.keys(valid).length ? {} : commonOptions(gifs), changed: valid };
}

/** Open or close the dialog as in the address; what is invalid is dropped from the address. */
function followOpen(effect) {
  update({ open: shownEffects(currentPhoto()).includes(effect) ? effect : undefined });
  writeLocation();
}

/** Open a GIF with a history entry of its own, so that Back closes it. */
export function openGif(effect) {
  pushUrl(addressOf(currentPhoto(), effect), { ...history.state, opened: true });
  update({ open: effect });
}

/** Show another GIF in the open dialog. */
export function stepTo(effect) {
  update({ open: effect });
  writeLocation();
}

/**
 * Close the dialog: back to the entry before it, if there is one.
 *
 * @param changes other parts of the state that change with it
 */
export function closeGif(changes) {
  const { open } = getState();
  update({ ...changes, open: undefined });
  if (!open || !currentPhoto() || !readUrl().open) return;
  if (history.state?.opened) history.back();
  else writeLocation();
}
