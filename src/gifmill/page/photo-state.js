/** Records of photos in the page's state, and the entries of GIFs that cards and the dialog show. Records are immutable. */

import { cardEffects, formatOptions, gifKey, isFinished, parseOptions, previewOptions } from "./gif-options.js";
import { getState, update } from "./state.js";

let added = 0; // photos of this page so far, for their keys

/** Stages of a photo that the server has not accepted yet. */
const UNFINISHED_STAGES = ["queued", "preparing", "uploading", "waiting", "interrupted", "refused"];

/**
 * Make the record of a photo:
 *
 * - key: names the record on this page; `view` is not known before the upload
 * - stage: "queued", "preparing", "uploading", "waiting" (for a busy server), "interrupted" (by the network), "refused"
 *   (by the server), "accepted"; an own photo that is not shown is "kept"; from there or from an address, a photo is
 *   "loading" before it is "accepted", or else "unloaded"
 * - name, file?, uploaded (ratio, 0 to 1), size? ({width, height} of the file), stored? (of the photo on the server),
 *   thumbnail? (a canvas), icon? (a small picture as a data URL, null if there can be none)
 * - problem?: why the upload is waiting, interrupted or refused, {title, text, retryAt?}
 * - id?: the right to order, change and delete; without it, the photo is somebody else's
 * - isStored?: whether local storage has the photo; otherwise the history entry holds its id
 * - view?, expires?: the id in links, and when the photo is deleted, in ms since 1970
 * - options: the options of all GIFs, by name
 * - changed: the options of changed GIFs as text, by effect
 * - gifs: entries of the photo's status, by `gifKey`
 * - isStalled?: whether the server has stopped to answer while GIFs are made
 * - isDeleting?: whether it is being deleted: its updates and orders may notice that before the request returns
 * - posters?: the poster frames of loaded GIFs, by effect
 * - wanted: keys of GIFs that are ordered as soon as possible, in this order; blockedOrders?: why none is ordered at
 *   present, {title, text, until}
 */
export const photoRecord = (properties) => ({
  ...{ key: `photo-${added += 1}`, uploaded: 1, options: {}, changed: {}, gifs: {}, wanted: [] },
  ...properties,
});

/** The photo with this key, if it is still in the state. */
export const photoOf = (key, { photos } = getState()) => photos.find((photo) => photo.key === key);

/** The photo whose GIFs are shown, if there is one. */
export const currentPhoto = (state = getState()) => photoOf(state.current, state);

/** Change some properties of a photo; nothing happens if the visitor has removed it. */
export function changePhoto(key, changes) {
  update({ photos: getState().photos.map((photo) => (photo.key === key ? { ...photo, ...changes } : photo)) });
}

/** Whether the server has not accepted the photo yet. */
export const isUnfinished = ({ stage }) => UNFINISHED_STAGES.includes(stage);

/** Whether the visitor may order, change and delete this photo's GIFs. */
export const isOwn = (photo) => Boolean(photo.id) || isUnfinished(photo);

/** Whether the server has read the photo. Before that, it may still reject one that was uploaded with a form. */
export const isChecked = ({ stored, gifs }) => Boolean(stored) || Object.values(gifs).some(({ state }) => state === "ready");

/** The options of an effect's GIF as text: those it was changed to, or those of all GIFs. */
export const fullOptions = ({ changed, options }, effect) => changed[effect] ?? formatOptions(effect, options);

/** The entry of a GIF with these options. The states "unordered" and "wanted" are the page's own. */
export function entryWith(photo, effect, options) {
  const key = gifKey({ effect, options });
  return photo.gifs[key] ?? { effect, options, state: photo.wanted.includes(key) ? "wanted" : "unordered" };
}

/**
 * The entry that an effect's card shows: the small GIF, or of somebody else's photo the smallest. A changed GIF is fetched
 * in full size, so that its card needs no small one.
 */
export function cardEntry(photo, effect) {
  if (!isOwn(photo)) return existingEntries(photo, effect)[0];
  const small = entryWith(photo, effect, previewOptions(effect, fullOptions(photo, effect)));
  const full = fullEntry(photo, effect);
  const isFetched = full.state === "ready" || (photo.changed[effect] && full.state !== "unordered");
  return small.state === "unordered" && isFetched ? full : small;
}

/** The entry that the dialog shows: the GIF of full size, or of somebody else's photo the largest. */
export function fullEntry(photo, effect) {
  if (!isOwn(photo)) return existingEntries(photo, effect).at(-1);
  return entryWith(photo, effect, fullOptions(photo, effect));
}

/** The finished GIFs of an effect, smallest first; those with the options in the link are preferred. */
function existingEntries(photo, effect) {
  const ready = Object.values(photo.gifs).filter((gif) => gif.effect === effect && gif.state === "ready");
  const full = fullOptions(photo, effect);
  const linked = ready.filter(({ options }) => [full, previewOptions(effect, full)].includes(options));
  return (linked.length ? linked : ready).toSorted((a, b) => a.bytes - b.bytes);
}

/** The effects that have a card: of somebody else's photo, those that it has finished GIFs of. */
export const shownEffects = (photo) =>
  cardEffects(Object.values(photo.gifs)).filter((effect) => isOwn(photo) || cardEntry(photo, effect));

/** A GIF's entry once it is ready or has failed; undefined until then, or if the photo is not in the state any more. */
export function finishedEntry(key, { effect, options }, state) {
  const photo = photoOf(key, state);
  const entry = photo && entryWith(photo, effect, options);
  return entry && isFinished(entry) ? entry : undefined;
}

/** The entries of all cards, in the order of the wall. */
export const cardEntries = (photo) => shownEffects(photo).map((effect) => cardEntry(photo, effect));

/** The options most of a photo's GIFs have in common, for a photo whose options this device does not know. */
export function commonOptions(gifs) {
  const frequency = (text) => gifs.filter(({ options }) => options === text).length;
  const [text] = gifs.map(({ options }) => options).toSorted((a, b) => frequency(b) - frequency(a));
  const { for: platform } = parseOptions(text ?? "default");
  return platform ? { for: platform } : {};
}
