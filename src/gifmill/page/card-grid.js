/** The grid of cards, one for each effect. Cards are updated in place, so that they keep the focus. */

import { MOSAIC_BLOCKS, decodeThumbnail, mosaic } from "./canvas-images.js";
import { drawSend } from "./card-send.js";
import { cardEffects, exceedsByteLimit, isComing, optionsOf } from "./gif-options.js";
import { retryGif, wantGif } from "./gif-orders.js";
import { createGifPlayer } from "./gif-player.js";
import { errorText, t } from "./i18n.js";
import { formatBytes, formatKilobytes } from "./locale.js";
import { openGif } from "./navigation.js";
import { sessionOf } from "./photo-sessions.js";
import { cardEntry, changePhoto, fullEntry, photoOf, shownEffects } from "./photo-state.js";
import { applyStatus } from "./photo-status.js";
import { gifNote, platformOf } from "./platforms.js";
import { getState, subscribe } from "./state.js";

const FIRST_MOSAIC = 2; // index in MOSAIC_BLOCKS that a pending card starts with
const LAST_MOSAIC = 11;
const MOSAIC_STEP_MS = 180;
const FIRST_ORDER = 3; // GIFs that an upload orders when no card is on the screen
const MIN_RATIO = 0.5; // a taller or wider picture is cropped on its card, as it would fill the screen or leave nothing to see
const MAX_RATIO = 2.5;

/** Effects whose first frame is the photo itself: it becomes the thumbnail of a photo without a file. */
const PHOTO_FIRST = ["recursive", "cyclic"];

const grid = document.querySelector("#card-grid");
const template = document.querySelector("#card-template").content.firstElementChild;
const cards = new Map(); // by effect: {node, key of the photo, gif: its entry, mosaicIndex, isNear?, player?, loading?}
let refining;

subscribe(({ photos, current, registry }) => registry && photoOf(current, { photos }), drawCards);
subscribe(dialogIsFirst, (isFirst) => { if (!isFirst) for (const card of cards.values()) if (card.isNear) approach(card); });
subscribe(isStill, (still) => { for (const { player } of cards.values()) player?.setPaused(still); });

/** Whether the GIFs rest: the visitor has paused them, or the dialog covers them. */
function isStill({ paused, open } = getState()) {
  return paused || Boolean(open);
}

// ---- near the viewport -----------------------------------------------------------------------------------------

/** Order and fetch a GIF when its card comes near the viewport, and give it up when it is scrolled past before it arrives. */
const nearViewport = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    const card = cards.get(target.dataset.effect);
    card.isNear = isIntersecting;
    if (isIntersecting) approach(card);
    else card.loading?.abort();
  }
}, { rootMargin: "50% 0px" });

/** Show the playhead on the card under the pointer or with the focus. On all cards, they would cost more than the GIFs. */
function showPlayhead(card) {
  card.player?.setPlayhead(card.node.matches(":hover, :focus-within"));
}

function approach(card) {
  if (card.gif.state === "unordered") wantGif(card.key, card.gif);
  else if (card.gif.state === "ready") load(card);
}

/** The effects whose cards are on the screen, and at least the first one; without cards, the first effects. */
export function effectsOnScreen() {
  const shown = [...cards.values()].filter(({ node }, i) => i === 0 || isOnScreen(node)).map(({ gif }) => gif.effect);
  return shown.length ? shown : cardEffects([]).slice(0, FIRST_ORDER);
}

function isOnScreen(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

// ---- cards -----------------------------------------------------------------------------------------------------

function drawCards(photo, previous) {
  const effects = photo ? shownEffects(photo) : [];
  const isSame = photo?.key === previous?.key && effects.join() === [...cards.keys()].join();
  if (!isSame) {
    clear();
    for (const effect of effects) addCard(photo, effect);
  }
  if (!photo) return;
  if (photo.thumbnail !== previous?.thumbnail || photo.stored !== previous?.stored || !isSame) drawPhoto(photo);
  for (const card of cards.values()) update(card, cardEntry(photo, card.gif.effect), fullEntry(photo, card.gif.effect).bytes);
}

function clear() {
  refining = clearInterval(refining);
  nearViewport.disconnect();
  for (const { player, loading } of cards.values()) {
    loading?.abort();
    player?.clear();
  }
  cards.clear();
  grid.replaceChildren();
}

function addCard({ key }, effect) {
  const node = template.cloneNode(true);
  const card = { node, key, gif: { effect }, mosaicIndex: FIRST_MOSAIC, part: (part) => node.querySelector(`.card-${part}`) };
  node.dataset.effect = effect;
  card.part("title").textContent = effect;
  card.part("open").onclick = () => {
    if (card.gif.state === "unordered") wantGif(key, card.gif); // a screen reader need not scroll to it
    else if (!isComing(card.gif)) openGif(effect);
  };
  card.part("retry").setAttribute("aria-label", t.tryAgainWith(effect));
  card.part("retry").querySelector("span").textContent = t.tryAgain;
  card.part("retry").onclick = () => { card.part("open").focus(); retryGif(key, card.gif); };
  cards.set(effect, card);
  grid.append(node);
  nearViewport.observe(node);
  for (const event of ["pointerenter", "pointerleave", "focusin", "focusout"]) node.addEventListener(event, () => showPlayhead(card));
}

/** Focus the card of an effect. */
export const focusCard = (effect) => cards.get(effect)?.part("open").focus();

/** Give the cards the photo's aspect ratio, and draw its mosaics. */
function drawPhoto({ thumbnail, stored }) {
  const shape = thumbnail ?? stored;
  if (!shape) return;
  setRatio(grid, shape);
  for (const card of cards.values()) if (card.gif.state !== "ready") drawMosaic(card);
}

const setRatio = ({ style }, { width, height }) =>
  style.setProperty("--aspect-ratio", Math.min(MAX_RATIO, Math.max(MIN_RATIO, width / height)));

/**
 * Show another entry on a card; an unchanged one changes nothing.
 *
 * @param fullBytes of the GIF of full size, if it is ready: the size of a small GIF says nothing about the file
 */
function update(card, gif, fullBytes) {
  const before = card.gif;
  const isSame = gif.options === before.options && gif.state === before.state && gif.url === before.url;
  if (isSame && fullBytes === card.fullBytes) return;
  Object.assign(card, isSame ? { fullBytes } : { gif, fullBytes });
  if (!isSame) card.part("message").textContent = "";
  draw(card);
  if (gif.state === "pending") refineMosaics();
  if (card.isNear) approach(card);
}

function drawMosaic(card) {
  const { thumbnail } = photoOf(card.key);
  if (thumbnail && !card.player) card.part("picture").replaceChildren(mosaic(thumbnail, MOSAIC_BLOCKS[card.mosaicIndex]));
}

/** Refine the mosaics of pending cards step by step. */
function refineMosaics() {
  refining ??= setInterval(() => {
    const pending = [...cards.values()].filter(({ gif, player }) => gif.state === "pending" && !player);
    if (!pending.length) refining = clearInterval(refining);
    for (const card of pending) {
      if (getState().paused || card.mosaicIndex >= LAST_MOSAIC) continue;
      card.mosaicIndex += 1;
      drawMosaic(card);
    }
  }, MOSAIC_STEP_MS);
}

function draw(card) {
  const { node, gif, part } = card;
  const waiting = gif.state === "unordered" || isComing(gif);
  node.dataset.state = waiting ? "pending" : gif.state;
  part("open").setAttribute("aria-disabled", waiting);
  part("note").textContent = "";
  if (gif.state === "ready") return drawReady(card);
  if (gif.state === "failed") {
    card.player = undefined;
    part("meta").textContent = exceedsByteLimit(gif) ? t.tooLarge : t.failed;
    part("retry").hidden = exceedsByteLimit(gif); // it would fail again
    part("note").textContent = errorText(gif.problem);
    card.mosaicIndex = MOSAIC_BLOCKS.length - 1;
  } else {
    part("meta").textContent = t.pending;
    card.mosaicIndex = FIRST_MOSAIC;
  }
  if (card.player) return; // the previous GIF stays until the changed one is ready
  if (optionsOf(gif).crop === "square") setRatio(node, { width: 1, height: 1 });
  else node.style.removeProperty("--aspect-ratio");
  node.querySelector(".frame-ruler").replaceChildren();
  part("picture").replaceChildren();
  drawMosaic(card);
}

function drawReady({ gif, fullBytes, part }) {
  const platform = platformOf(gif);
  const size = fullBytes ? formatKilobytes(fullBytes) : "";
  part("meta").textContent = size && platform ? t.sizeOf(size, formatBytes(platform.max_bytes)) : size;
  part("note").textContent = gifNote(gif.note);
}

/** Whether a GIF for the dialog is on its way: those of cards wait, as a slow network would share its speed among them. */
function dialogIsFirst({ open, dialog }) {
  return Boolean(open) && (!dialog || dialog.isFetching);
}

/** Fetch and show the finished GIF of a card. */
async function load(card) {
  const { gif, key } = card;
  if (dialogIsFirst(getState())) return;
  const isLoading = card.loading?.gif === gif && !card.loading.signal.aborted; // one that was given up may not have ended yet
  if (card.player?.shown?.entry === gif || isLoading) return;
  card.loading?.abort();
  const loading = card.loading = Object.assign(new AbortController(), { gif });
  const signal = AbortSignal.any([loading.signal, sessionOf(key).signal]);
  try {
    const player = card.player ?? createGifPlayer(card.part("picture"), card.node.querySelector(".frame-ruler"));
    player.setPaused(isStill());
    player.setPlayhead(card.node.matches(":hover, :focus-within"));
    if (!await player.show(gif, signal)) return;
    card.player = player;
    setRatio(card.node, player.shown.poster);
    drawSend(card);
    changePhoto(key, { posters: { ...photoOf(key).posters, [gif.effect]: player.shown.poster } });
    if (!photoOf(key).thumbnail && PHOTO_FIRST.includes(gif.effect)) {
      const thumbnail = await decodeThumbnail(player.shown.blob);
      if (photoOf(key) && thumbnail) changePhoto(key, { thumbnail });
    }
  } catch {
    if (signal.aborted || card.gif !== gif) return;
    applyStatus(key, { gifs: [{ ...gif, state: "failed", url: null, problem: { detail: t.loadFailed } }] });
  } finally {
    if (card.loading === loading) card.loading = undefined;
  }
}
