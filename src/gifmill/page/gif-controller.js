/** The controller of a photo's GIFs: lays out their cards, follows their status, orders changes, opens and deletes them. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import * as cardGrid from "./card-grid.js";
import * as dialog from "./lazy-dialog.js";
import * as panel from "./photo-panel.js";
import * as platforms from "./platforms.js";
import { announce, announceMissed } from "./announcer.js";
import { decodeThumbnail } from "./canvas-images.js";
import { entriesToShow, formatOptions, gifKey, parseOptions } from "./gif-options.js";
import { errorText, errorTitle, t } from "./i18n.js";
import { retryWhenOnline } from "./offline-retry.js";
import { followStatus } from "./status-updates.js";
import { pushUrl, readUrl, replaceUrl } from "./url-state.js";
import { drawExpiry, drawThumbnail, photo, showStart } from "./views.js";

/** Fill the grid with a card for each entry, and show which platform they are for. */
export function layOut(target, entries) {
  dialog.load().catch(() => {}); // tried again when a GIF is opened
  cardGrid.fill(target, entries, {
    order: orderNearby,
    open,
    retry,
    ready: (effect, poster) => panel.drawGif(cardGrid.entries().findIndex((gif) => gif.effect === effect), poster),
    loadFailed: drawProgress,
  });
  panel.drawPlatform(platforms.platformNote(entries.length ? platforms.platformOf(entries[0]) : undefined));
}

export const drawProgress = () => panel.drawProgress(cardGrid.entries(), cardGrid.isPaused());

/** Show the status of a photo that the server has accepted, and follow its updates. */
export function acceptStatus(target, status) {
  Object.assign(target, { id: status.id, expires: Date.parse(status.expires), uploaded: 1 });
  if (target.thumbnail) panel.drawPhoto(target.thumbnail);
  else if (status.photo) cardGrid.setAspectRatio(status.photo.width, status.photo.height);
  applyStatus(target, status);
  drawExpiry();
  cardGrid.refineMosaics();
  const callbacks = {
    onStatus: (newer) => applyStatus(target, newer),
    onGif: (gif) => applyStatus(target, { gifs: [gif] }),
    onGone: () => { if (!target.deleting) showStart("gone"); },
  };
  target.updates = followStatus(status, callbacks, target.controller.signal);
  orderWanted(target);
}

/** Apply entries of a status, all or one, to the cards that show them. */
function applyStatus(target, { photo: storedSize, gifs }) {
  if (storedSize) drawPhotoSize(target, storedSize);
  for (const gif of gifs) {
    const outdated = gif.state === "pending" && target.gifs.get(gifKey(gif))?.state === "ready";
    if (outdated) continue; // the status was read before a push that it arrives after
    target.gifs.set(gifKey(gif), gif);
    if (cardGrid.entryOf(gif.effect)?.options === gif.options) cardGrid.update(gif);
    dialog.update(gif);
  }
  if (rejectPhoto(target)) return;
  drawProgress();
  borrowThumbnail(target);
  if (target.updates) orderWanted(target);
}

const MAX_STORED_PX = 1_080; // larger photos are stored in this size, so it says nothing about the original

function drawPhotoSize(target, stored) {
  target.stored = stored;
  const original = !target.file && Math.max(stored.width, stored.height) < MAX_STORED_PX ? stored : undefined;
  panel.drawPhotoSize(target.size ?? original);
}

const OF_ONE_GIF = ["render_failed", "cannot_fit", "missing_glyph"]; // other problems concern the photo

/** Return to the start if all GIFs failed because of the photo: an uploaded form is checked only after the upload. */
function rejectPhoto(target) {
  const gifs = cardGrid.entries().filter(({ state }) => !["unordered", "wanted"].includes(state));
  if (!gifs.length || gifs.some(({ state, problem }) => state !== "failed" || OF_ONE_GIF.includes(problem.code))) return false;
  replaceUrl();
  showStart();
  alerts.showError(t.cannotBeUsed(target.name), errorText(gifs[0].problem), t.choose, chooseFile);
  return true;
}

// The first frame of both is the photo itself: it becomes the thumbnail if the page has no file.
const PHOTO_FIRST = ["recursive", "cyclic"];

function borrowThumbnail(target) {
  const source = cardGrid.entries().find(({ effect, state }) => state === "ready" && PHOTO_FIRST.includes(effect));
  if (target.thumbnail || target.borrowing || !source) return;
  target.borrowing = true;
  const decoded = api.fetchGif(source.url, target.controller.signal).then(decodeThumbnail);
  decoded.then((thumbnail) => drawThumbnail(target, thumbnail), () => {}); // the GIF's card shows a failure
}

/** Order one GIF; returns its entry in the new status. */
async function order(target, effect, text) {
  const attempt = (signal) => api.orderGif(target.id, effect, parseOptions(text), signal);
  const status = await retryWhenOnline(attempt, target.controller.signal);
  if (target !== photo) throw new DOMException("The photo was left.", "AbortError");
  applyStatus(target, status);
  const gif = target.gifs.get(gifKey({ effect, options: text }));
  target.updates.expect(gif);
  return gif;
}

/** Order the GIF of a card that is near the viewport, once the server has the photo. */
function orderNearby(effect) {
  const gif = cardGrid.entryOf(effect);
  if (gif.state === "unordered") cardGrid.update({ ...gif, state: "wanted" });
  photo.wanted.add(effect);
  if (photo.id) orderWanted(photo);
}

/** Order wanted GIFs one by one: a quick visitor scrolls past more than the server accepts at once. */
async function orderWanted(target) {
  // The server knows no order of an upload that it has not checked yet.
  const isStored = target.stored || [...target.gifs.values()].some(({ state }) => state === "ready");
  if (target.ordering || !isStored) return;
  target.ordering = true;
  for (const effect of target.wanted) { // including those that are added meanwhile
    const gif = cardGrid.entryOf(effect);
    try {
      if (gif.state === "wanted") await order(target, effect, gif.options);
    } catch (error) {
      if (target !== photo || target.deleting) return;
      if (!error.permanent || error.notFound) {
        target.ordering = false;
        return showOrderError(effect, error, () => orderWanted(target));
      }
      applyStatus(target, { gifs: [{ ...gif, state: "failed", problem: error }] });
    }
    target.wanted.delete(effect);
  }
  target.ordering = false;
}

/** Show the GIF with these values on the effect's card, and keep them in the URL. */
async function change(effect, values) {
  const target = photo;
  const text = formatOptions(effect, values);
  target.requested.set(effect, text);
  const known = target.gifs.get(gifKey({ effect, options: text }));
  const gif = known && known.state !== "failed" ? known : await order(target, effect, text);
  if (target.requested.get(effect) !== text) return gif; // responses may overtake each other: only the last change counts
  target.changed.set(effect, text);
  cardGrid.update(gif);
  drawProgress();
  replaceUrl({ photo: target.id, changed: target.changed, open: readUrl().open });
  return gif;
}

/** Order a GIF; on failure, show an alert that offers to try again. */
async function tryToOrder(target, effect, ordering) {
  try {
    await ordering();
  } catch (error) {
    if (target === photo) showOrderError(effect, error, ordering);
  }
}

function showOrderError(effect, error, ordering) {
  if (!(error instanceof api.ApiError)) throw error;
  const target = photo;
  const again = () => tryToOrder(target, effect, ordering);
  if (error.notFound) showStart("gone");
  else if (error.busy) {
    announce(t.busyAnnouncement(error.retryAfterS));
    alerts.showBusy(t.busy, t.gifWaits(effect), error.retryAfterS, again);
  } else if (error.permanent) alerts.showHint(t.gifFailed(effect), errorText(error));
  else alerts.showError(t.gifFailed(effect), errorText(error), t.tryAgain, again);
}

const retry = (gif) => tryToOrder(photo, gif.effect, async () => cardGrid.update(await order(photo, gif.effect, gif.options)));

/** Open a GIF with a history entry of its own, so that Back closes it. */
function open(effect) {
  pushUrl({ photo: photo.id, changed: photo.changed, open: effect }, { ...history.state, opened: true });
  dialog.open(effect);
}

function openDialog(effect) {
  orderNearby(effect);
  dialog.open(effect);
}

dialog.init({
  get photo() { return photo; },
  entry: cardGrid.entryOf,
  effects: () => cardGrid.entries().map(({ effect }) => effect),
  change,
  changeFailed: (effect, values, error) => showOrderError(effect, error, () => change(effect, values)),
  gone: () => showStart("gone"),
  stepped(effect) {
    replaceUrl({ photo: photo.id, changed: photo.changed, open: effect });
    orderNearby(effect);
  },
  closed(effect) {
    cardGrid.focusCard(effect);
    announceMissed();
    if (!photo || !readUrl().open) return;
    if (history.state?.opened) history.back(); // to the entry before the dialog
    else replaceUrl({ photo: photo.id, changed: photo.changed });
  },
  link: () => location.href,
  deletePhoto,
});

const chooseFile = () => document.querySelector("#choose-photo").click();

const showDeleteError = (error) =>
  alerts.showError(errorTitle(error), `${errorText(error)} ${t.nothingDeleted}`, t.tryAgain, () => deletePhoto());

/** Delete the photo with all its GIFs. */
export async function deletePhoto(onError = showDeleteError) {
  const target = photo;
  target.deleting = true; // the socket may report it before the request returns
  try {
    await api.deletePhoto(target.id);
  } catch (error) {
    target.deleting = false;
    if (target === photo && !error.notFound) return onError(error);
  }
  if (target !== photo) return;
  pushUrl();
  showStart();
  alerts.showDeleted(t.deleted, t.deletedText, t.choose, chooseFile);
  announce(t.deletedAnnouncement);
}

/** Show a photo from the URL, as the server knows it. */
export function restorePhoto(target, status, { changed, open: openEffect }) {
  const entries = entriesToShow(status.gifs, changed);
  target.changed = new Map([...changed].filter(([effect, text]) => entries.some((gif) => gif.effect === effect && gif.options === text)));
  layOut(target, entries);
  acceptStatus(target, status);
  const shown = cardGrid.entryOf(openEffect) && openEffect;
  replaceUrl({ photo: target.id, changed: target.changed, open: shown }); // drops what is invalid
  if (shown) openDialog(shown);
}

/** Follow a changed URL of the same photo: open or close the dialog. Changed GIFs stay. */
export function followUrl({ open: openEffect }) {
  if (openEffect && cardGrid.entryOf(openEffect)) openDialog(openEffect);
  else if (document.querySelector("#gif-dialog").open) document.querySelector("#gif-dialog").close();
  replaceUrl({ photo: photo.id, changed: photo.changed, open: openEffect });
}
