/** The toolbar of the wall: all GIFs of the photo as one ZIP. */

import * as alerts from "./alert-banner.js";
import { announce } from "./announcer.js";
import { ApiError } from "./api.js";
import { fullGif } from "./full-gif.js";
import { fileStem, gifFileName } from "./gif-options.js";
import { errorText, t } from "./i18n.js";
import { sessionOf } from "./photo-sessions.js";
import { cardEntries, currentPhoto, fullEntry, photoOf, shownEffects } from "./photo-state.js";
import { getState, subscribe } from "./state.js";
import { saveZip } from "./zip-export.js";

const button = document.querySelector("#save-all");
const label = button.querySelector("span");

let saving; // an AbortController while a ZIP is made

subscribe(currentPhoto, draw);

function draw(photo) {
  button.hidden = !saving && !(photo?.stage === "accepted" && cardEntries(photo).some(({ state }) => state === "ready"));
}

button.onclick = () => (saving ? saving.abort() : saveAll(getState().current));

async function saveAll(key) {
  const missing = [];
  saving = new AbortController();
  const signal = AbortSignal.any([saving.signal, sessionOf(key).signal]);
  const show = (text) => { label.textContent = text; };
  try {
    const { name } = photoOf(key);
    if (!await saveZip(fullGifs(key, signal, missing, show), `${fileStem(name)}.zip`, signal)) return;
    announce(t.zipSaved);
    if (missing.length) alerts.showHint(t.zipSaved, t.zipWithout(missing.join(", ")));
  } catch (error) {
    if (!signal.aborted) alerts.showError(t.zipFailed, error instanceof ApiError ? errorText(error) : error.message, t.tryAgain, () => saveAll(key));
  } finally {
    saving = undefined;
    show(t.saveAll);
    draw(currentPhoto());
  }
}

/** The files of full size, as {name, url}; the next one is ordered while one is saved. Those that cannot be made are `missing`. */
async function* fullGifs(key, signal, missing, show) {
  const { name } = photoOf(key);
  const effects = shownEffects(photoOf(key)).filter((effect) => fullEntry(photoOf(key), effect).state !== "failed");
  missing.push(...shownEffects(photoOf(key)).filter((effect) => !effects.includes(effect)));
  let coming;
  for (const [i, effect] of effects.entries()) {
    show(t.savingAll(i + 1, effects.length));
    const gif = coming ?? fullGif(key, effect, signal);
    coming = effects[i + 1] && fullGif(key, effects[i + 1], signal);
    coming?.catch(() => {}); // it is awaited in its turn
    try {
      const { entry } = await gif;
      yield { name: gifFileName(name, entry), url: entry.url };
    } catch (error) {
      if (!error.permanent || error.notFound) throw error;
      missing.push(effect);
    }
  }
}

draw(currentPhoto());
