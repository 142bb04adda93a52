/** Orders of GIFs: those of cards near the viewport one by one, those of the dialog at once. */

import * as alerts from "./alert-banner.js";
import * as api from "./api.js";
import { announce } from "./announcer.js";
import { formatOptions, gifKey, gifOf, parseOptions } from "./gif-options.js";
import { errorText, t } from "./i18n.js";
import { retryWhenOnline } from "./offline-retry.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, entryWith, isChecked, photoOf } from "./photo-state.js";
import { showGone } from "./photo-list.js";
import { applyStatus } from "./photo-status.js";
import { subscribe, waitFor } from "./state.js";

subscribe(({ photos }) => photos, (photos) => photos.forEach(({ key }) => orderWanted(key)));

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
  session.isOrdering = true; // also after an error, until the visitor or a countdown tries again
  for (let gif = nextWanted(key); gif; gif = nextWanted(key)) {
    if (!await orderOrFail(key, gif)) return;
    changePhoto(key, { wanted: photoOf(key).wanted.filter((each) => each !== gifKey(gif)) });
  }
  session.isOrdering = false;
}

/** The next GIF to order. */
function nextWanted(key) {
  const photo = photoOf(key);
  return photo?.wanted.length && canOrder(photo) ? gifOf(photo.wanted[0]) : undefined;
}

/** Order one wanted GIF; returns whether the next one may follow. */
async function orderOrFail(key, { effect, options }) {
  const known = photoOf(key).gifs[gifKey({ effect, options })];
  const { signal } = sessionOf(key); // if the visitor leaves the photo and returns, the next session has another one
  try {
    if (!known) await orderGif(key, effect, options); // the upload may have ordered it meanwhile
  } catch (error) {
    if (signal.aborted || !photoOf(key)) return false;
    if (!error.permanent || error.notFound) {
      showOrderError(key, effect, error, () => {
        sessionOf(key).isOrdering = false;
        return orderWanted(key);
      });
      return false;
    }
    applyStatus(key, { gifs: [{ effect, options, state: "failed", problem: error }] });
  }
  return Boolean(photoOf(key));
}

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
    alerts.showBusy(t.busy, t.gifWaits(effect), error.retryAfterS, again);
  } else if (error.permanent) alerts.showHint(t.gifFailed(effect), errorText(error));
  else alerts.showError(t.gifFailed(effect), errorText(error), t.tryAgain, again);
}
