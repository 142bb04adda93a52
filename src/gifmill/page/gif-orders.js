/** Orders of GIFs: those of cards near the viewport one by one, those of the dialog at once. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { announce } from "./announcer.js";
import { formatOptions, gifKey, gifOf, parseOptions } from "./gif-options.js";
import { errorText, t } from "./i18n.js";
import { retryWhenOnline } from "./offline-retry.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, currentPhoto, entryWith, isChecked, photoOf } from "./photo-state.js";
import { showGone } from "./photo-list.js";
import { applyStatus } from "./photo-status.js";
import { getState, subscribe, waitFor } from "./state.js";

const RETRY_S = 10; // after an order that failed for a reason which may pass
const MAX_FAILURES = 3; // of the orders of one GIF: its card has a button that tries again

subscribe(({ photos }) => photos, (photos) => photos.forEach(({ key }) => orderWanted(key)));
subscribe((state) => currentPhoto(state)?.blockedOrders, drawBlockedOrders);

/** Whether the server takes orders of the photo: not while it may still reject it. */
const canOrder = (photo) => Boolean(photo?.id && isChecked(photo));

/** Order one GIF, once the server has checked the photo; returns its entry in the new status. */
export async function orderGif(key, effect, options) {
  const session = sessionOf(key);
  await waitFor((state) => canOrder(photoOf(key, state)) || undefined, session.signal);
  const { id } = photoOf(key);
  const status = await retryWhenOnline((signal) => api.orderGif(id, effect, parseOptions(options), signal), session.signal);
  session.signal.throwIfAborted();
  applyStatus(key, status);
  const entry = entryWith(photoOf(key), effect, options);
  session.updates?.addPending(entry);
  return entry;
}

/** Order a GIF as soon as the server can take it, unless that has been done already. */
export function wantGif(key, { effect, options, state }) {
  if (state !== "unordered") return;
  changePhoto(key, { wanted: [...photoOf(key).wanted, gifKey({ effect, options })] });
}

/** Order wanted GIFs one by one: a quick visitor scrolls past more than the server accepts at once. */
async function orderWanted(key) {
  if (!nextWanted(key)) return;
  const session = sessionOf(key);
  if (session.isOrdering) return;
  session.isOrdering = true;
  try {
    for (let gif = nextWanted(key); gif && !session.signal.aborted; gif = nextWanted(key)) await orderOrBlock(key, gif, session);
  } finally {
    session.isOrdering = false;
  }
}

/** The next GIF to order. */
function nextWanted(key) {
  const photo = photoOf(key);
  if (!photo?.wanted.length || !canOrder(photo) || photo.isDeleting || photo.blockedOrders) return undefined;
  return gifOf(photo.wanted[0]);
}

async function orderOrBlock(key, gif, session) {
  try {
    if (!photoOf(key).gifs[gifKey(gif)]) await orderGif(key, gif.effect, gif.options); // the upload may have ordered it meanwhile
  } catch (error) {
    if (session.signal.aborted) return;
    if (!(error instanceof api.ApiError)) throw error;
    if (error.notFound) return showGone(key);
    if (error.busy) return blockOrders(key, gif.effect, error);
    if (!error.permanent && countFailure(session, gif, error) < MAX_FAILURES) return postpone(key, gif, error);
    applyStatus(key, { gifs: [{ ...gif, state: "failed", problem: error }] });
  }
  if (photoOf(key)) changePhoto(key, { wanted: othersWanted(key, gif) });
}

const othersWanted = (key, gif) => photoOf(key).wanted.filter((each) => each !== gifKey(gif));

/** Count how often the server has failed to take an order of this GIF. A server that does not respond says nothing about the GIF. */
function countFailure(session, gif, { status }) {
  const name = gifKey(gif);
  const failures = (session.failures?.[name] ?? 0) + (status ? 1 : 0);
  session.failures = { ...session.failures, [name]: failures };
  return failures;
}

/** Order a GIF after all others, as the server may fail for this one only. */
function postpone(key, gif, error) {
  const others = othersWanted(key, gif);
  if (others.length < photoOf(key).wanted.length) changePhoto(key, { wanted: [...others, gifKey(gif)] });
  blockOrders(key, gif.effect, error);
}

// ---- a server that takes no orders -----------------------------------------------------------------------------

/** Order nothing more until the server may take orders again: also if the banner with the countdown is replaced. */
function blockOrders(key, effect, error) {
  const waitS = error.busy ? error.retryAfterS : RETRY_S;
  const texts = error.busy ? { title: t.busy, text: t.gifWaits(effect) } : { title: t.gifFailed(effect), text: errorText(error) };
  const blockedOrders = { ...texts, until: Date.now() + waitS * 1_000 };
  changePhoto(key, { blockedOrders });
  if (getState().current === key) announce(error.busy ? t.busyAnnouncement(waitS) : `${texts.title} ${texts.text}`);
  setTimeout(unblockOrders, waitS * 1_000, key, blockedOrders);
}

function unblockOrders(key, blockedOrders) {
  if (photoOf(key)?.blockedOrders === blockedOrders) changePhoto(key, { blockedOrders: undefined });
}

function drawBlockedOrders(blockedOrders) {
  if (!blockedOrders) return;
  const { title, text, until } = blockedOrders;
  const { current } = getState();
  alerts.showBusy(title, text, until, () => unblockOrders(current, blockedOrders));
}

// ---- single orders ---------------------------------------------------------------------------------------------

/** Order a failed GIF again. */
export const retryGif = (key, gif) => tryToOrder(key, gif.effect, () => orderGif(key, gif.effect, gif.options));

/**
 * Order the GIF of full size with these options, show it on the card too, and return the entry. Responses may
 * overtake each other: only the last change of an effect counts.
 */
export async function changeGif(key, effect, options) {
  const session = sessionOf(key);
  session.requested = { ...session.requested, [effect]: options };
  const known = photoOf(key).gifs[gifKey({ effect, options })];
  const gif = known && known.state !== "failed" ? known : await orderGif(key, effect, options);
  if (session.requested[effect] === options) {
    const { [effect]: before, ...others } = photoOf(key).changed;
    const isChanged = options !== formatOptions(effect, photoOf(key).options);
    changePhoto(key, { changed: isChanged ? { ...others, [effect]: options } : others });
  }
  return gif;
}

/** Run a task that orders a GIF; after a failure, show an alert that offers to try again. */
async function tryToOrder(key, effect, task) {
  try {
    await task();
  } catch (error) {
    if (photoOf(key) && error.name !== "AbortError") showOrderError(key, effect, error, task);
  }
}

/** Show why a GIF could not be ordered; `task` orders it again. */
export function showOrderError(key, effect, error, task) {
  if (!(error instanceof api.ApiError)) throw error;
  const again = () => tryToOrder(key, effect, task);
  if (error.notFound) showGone(key);
  else if (error.busy) {
    announce(t.busyAnnouncement(error.retryAfterS));
    alerts.showBusy(t.busy, t.gifWaits(effect), Date.now() + error.retryAfterS * 1_000, again);
  } else if (error.permanent) alerts.showHint(t.gifFailed(effect), errorText(error));
  else alerts.showError(t.gifFailed(effect), errorText(error), t.tryAgain, again);
}
