/** The toolbar of the wall: all GIFs of the photo as one ZIP. */

import * as alerts from "./alert-banner.js";
import { announce } from "./announcer.js";
import { ApiError } from "./api.js";
import { delay } from "./delay.js";
import { $ } from "./dom.js";
import { NotMadeError, fullGif } from "./full-gif.js";
import { fileStem, gifFileName } from "./gif-options.js";
import { errorText, t } from "./i18n.js";
import { leavePhoto } from "./photo-list.js";
import { sessionOf } from "./photo-sessions.js";
import { cardEntries, currentPhoto, fullEntry, photoOf, shownEffects } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";
import { saveZip } from "./zip-export.js";

const button = $("#save-all");

let saving; // an AbortController while a ZIP is made

subscribe(currentPhoto, draw);
subscribe(({ zip }) => zip, draw);
draw();

function draw() {
  const { zip, current } = getState();
  const photo = currentPhoto();
  button.hidden = !zip && !(photo?.stage === "accepted" && cardEntries(photo).some(({ state }) => state === "ready"));
  button.querySelector("span").textContent = zip ? progressOf(zip, current) : t.saveAll;
}

const progressOf = ({ key, number, total }, current) => (key === current ? t.savingAll : t.savingOther)(number, total);

button.onclick = () => (getState().zip ? saving.abort() : saveAll(getState().current));

/** Save all GIFs of a photo as one ZIP, also if the visitor goes to another photo meanwhile. */
async function saveAll(key) {
  if (getState().zip) return;
  alerts.clear(); // its button may save a ZIP too
  const photo = photoOf(key);
  const effects = shownEffects(photo).filter((effect) => fullEntry(photo, effect).state !== "failed");
  const missing = shownEffects(photo).filter((effect) => !effects.includes(effect));
  saving = new AbortController();
  const signal = AbortSignal.any([saving.signal, sessionOf(key).signal]);
  update({ zip: { key, number: 1, total: effects.length } });
  try {
    if (!await saveZip(fullGifs(key, effects, missing, signal), `${fileStem(photo.name)}.zip`, signal)) return;
    announce(t.zipSaved);
    if (missing.length) alerts.showHint(t.zipSaved, t.zipWithout(missing.join(", ")));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError || error instanceof DOMException)) throw error; // the network, or the disk
    const text = error instanceof ApiError ? errorText(error) : t.zipNotWritten;
    if (getState().current === key) alerts.showError(t.zipFailed, text, t.tryAgain, () => saveAll(key));
    else alerts.showHint(t.zipFailed, text);
  } finally {
    update({ zip: undefined });
    if (getState().current !== key) leavePhoto(key);
  }
}

/**
 * The files of full size, as {name, blob}. The next one is ordered and fetched while one is saved. Effects whose GIF cannot
 * be made are added to `missing`.
 */
async function* fullGifs(key, effects, missing, signal) {
  const { name } = photoOf(key);
  let next;
  for (const [i, effect] of effects.entries()) {
    update({ zip: { ...getState().zip, number: i + 1 } });
    const gif = next ?? fullGifWhenFree(key, effect, signal);
    next = effects[i + 1] && fullGifWhenFree(key, effects[i + 1], signal);
    next?.catch(() => {}); // it is awaited in its turn
    try {
      const { entry, blob } = await gif;
      yield { name: gifFileName(name, entry), blob };
    } catch (error) {
      const cannotBeMade = error instanceof NotMadeError || (error.permanent && !error.notFound);
      if (!cannotBeMade) throw error;
      missing.push(effect);
    }
  }
}

/** Fetch a GIF of full size; if the server is busy, order it again after the time that it asks for. */
async function fullGifWhenFree(key, effect, signal) {
  for (;;) {
    try {
      return await fullGif(key, effect, signal);
    } catch (error) {
      if (!error.busy) throw error;
      await delay(error.retryAfterS * 1_000, signal);
    }
  }
}
