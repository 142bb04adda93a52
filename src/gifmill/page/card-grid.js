/** The grid of cards, one for each effect. Cards are updated in place, so that they keep the focus. */

import { fetchGif } from "./api.js";
import { HAS_ALPHA, MOSAIC_BLOCKS, mosaic } from "./canvas-images.js";
import { exceedsByteLimit, gifFileName, isComing } from "./gif-options.js";
import { errorText, t } from "./i18n.js";
import { formatBytes, formatKilobytes } from "./locale.js";
import { gifNote, platformOf } from "./platforms.js";
import { drawFrameRuler } from "./ruler.js";

const FIRST_MOSAIC = 2; // index in MOSAIC_BLOCKS that a pending card starts with
const LAST_MOSAIC = 11;
const MOSAIC_STEP_MS = 180;

/** The first GIF needs it, not the first load. */
const loadFrames = () => import("./animation-frames.js");

const grid = document.querySelector("#card-grid");
const template = document.querySelector("#card-template").content.firstElementChild;
const cards = new Map();
let paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
let photo;
let callbacks;
let refining;

const lazy = "IntersectionObserver" in window;

/** Order and fetch a GIF when its card comes near the viewport: all are some 20 MB, and a phone shows four at a time. */
const nearViewport = lazy ? new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (!isIntersecting) continue;
    nearViewport.unobserve(target);
    approach(cards.get(target.dataset.effect));
  }
}, { rootMargin: "50% 0px" }) : { observe: ({ dataset }) => approach(cards.get(dataset.effect)), disconnect() {} };

function approach(card) {
  if (card.gif.state === "unordered") callbacks.order(card.gif.effect);
  else load(card);
}

/** The effects whose cards are on the screen, and the first one: a small screen may show none. */
export const effectsOnScreen = () =>
  [...cards.values()].filter(({ node }, i) => !lazy || i === 0 || isOnScreen(node)).map(({ gif }) => gif.effect);

function isOnScreen(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

export const isPaused = () => paused;

export const entries = () => [...cards.values()].map(({ gif }) => gif);

export const entryOf = (effect) => cards.get(effect)?.gif;

/**
 * Fill the grid.
 *
 * @param shownPhoto {name, controller, thumbnail}: the thumbnail may come later
 * @param gifs entries of a status document, one for each effect; the states "unordered" and "wanted" are the page's own
 * @param handlers {order(effect), open(effect), retry(entry), ready(effect, poster), loadFailed()}: a finished GIF could
 *   not be loaded
 */
export function fill(shownPhoto, gifs, handlers) {
  clear();
  [photo, callbacks] = [shownPhoto, handlers];
  for (const gif of gifs) {
    const node = template.cloneNode(true);
    const card = { node, gif, mosaicIndex: FIRST_MOSAIC, part: (name) => node.querySelector(`.card-${name}`) };
    node.dataset.effect = gif.effect;
    card.part("title").textContent = gif.effect;
    card.part("open").onclick = () => {
      if (card.gif.state === "unordered") callbacks.order(gif.effect); // a screen reader need not scroll to it
      else if (!isComing(card.gif)) callbacks.open(gif.effect);
    };
    card.part("retry").setAttribute("aria-label", t.tryAgainWith(gif.effect));
    card.part("retry").querySelector("span").textContent = t.tryAgain;
    card.part("retry").onclick = () => { card.part("open").focus(); callbacks.retry(card.gif); };
    card.part("download").setAttribute("aria-label", t.downloadOf(gif.effect));
    cards.set(gif.effect, card);
    grid.append(node);
    draw(card);
  }
}

export function clear() {
  refining = clearInterval(refining);
  nearViewport.disconnect();
  cards.clear();
  grid.replaceChildren();
}

/** Focus the card of an effect. */
export const focusCard = (effect) => cards.get(effect)?.part("open").focus();

/** Give the cards the photo's aspect ratio, and draw its mosaics. */
export function setAspectRatio(width, height) {
  // A panorama would leave no card and a tower fill the screen: beyond these limits the image does not fill its card.
  const imageRatio = width / height;
  const cardRatio = Math.min(2, Math.max(0.75, imageRatio));
  grid.style.setProperty("--aspect-ratio", cardRatio);
  grid.style.setProperty("--image-width", Math.min(1, imageRatio / cardRatio));
  grid.style.setProperty("--image-height", Math.min(1, cardRatio / imageRatio));
  for (const card of cards.values()) if (card.gif.state !== "ready") drawMosaic(card);
}

/** Update the card of a GIF's effect; an unchanged entry changes nothing. */
export function update(gif) {
  const card = cards.get(gif.effect);
  if (!card || (card.gif.options === gif.options && card.gif.state === gif.state && card.gif.url === gif.url)) return;
  card.gif = gif;
  draw(card);
  if (gif.state === "pending") refineMosaics();
}

/** Refine the mosaics of pending cards step by step. */
export function refineMosaics() {
  refining ??= setInterval(() => {
    const pending = [...cards.values()].filter(({ gif, animation }) => gif.state === "pending" && !animation);
    if (!pending.length) refining = clearInterval(refining);
    for (const card of pending) {
      if (paused || card.mosaicIndex >= LAST_MOSAIC) continue;
      card.mosaicIndex += 1;
      drawMosaic(card);
    }
  }, MOSAIC_STEP_MS);
}

export function setPaused(on) {
  paused = on;
  for (const card of cards.values()) if (card.animation) drawAnimation(card);
}

function drawMosaic(card) {
  if (photo.thumbnail && !card.animation) card.part("picture").replaceChildren(mosaic(photo.thumbnail, MOSAIC_BLOCKS[card.mosaicIndex]));
}

function draw(card) {
  const { node, gif, part } = card;
  const waiting = gif.state === "unordered" || isComing(gif);
  node.dataset.state = waiting ? "pending" : gif.state;
  part("open").setAttribute("aria-disabled", waiting);
  if (gif.state === "unordered") nearViewport.observe(node);
  part("note").textContent = "";
  if (gif.state === "ready") return drawReady(card);
  if (gif.state === "failed") {
    card.animation = undefined;
    part("meta").textContent = exceedsByteLimit(gif) ? t.tooLarge : t.failed;
    part("retry").hidden = exceedsByteLimit(gif); // it would fail again
    part("note").textContent = errorText(gif.problem);
    card.mosaicIndex = MOSAIC_BLOCKS.length - 1;
  } else {
    part("meta").textContent = t.pending;
    card.mosaicIndex = FIRST_MOSAIC;
  }
  if (card.animation) return; // the previous GIF stays until the changed one is ready
  node.querySelector(".frame-ruler").replaceChildren();
  part("picture").replaceChildren();
  drawMosaic(card);
}

function drawReady({ node, gif, part }) {
  const platform = platformOf(gif);
  part("meta").textContent = platform ? t.sizeOf(formatKilobytes(gif.bytes), formatBytes(platform.max_bytes)) : formatKilobytes(gif.bytes);
  part("note").textContent = gifNote(gif.note);
  part("download").href = gif.url;
  part("download").download = gifFileName(photo.name, gif);
  nearViewport.observe(node);
}

async function load(card) {
  const { gif } = card;
  const { signal } = photo.controller;
  if (gif.state !== "ready") return; // changed meanwhile
  try {
    const [{ decodeFrame, frameDelays, posterFrame }, blob] = await Promise.all([loadFrames(), fetchGif(gif.url, signal)]);
    const delays = frameDelays(new Uint8Array(await blob.arrayBuffer()));
    if (card.gif !== gif) return;
    card.animation = { blob, poster: posterFrame(delays), ruler: drawFrameRuler(card.node.querySelector(".frame-ruler"), delays) };
    await drawAnimation(card);
    const poster = await decodeFrame(blob, card.animation.poster);
    if (card.gif !== gif || signal.aborted) return;
    card.animation.hasAlpha = poster.classList.contains(HAS_ALPHA);
    card.part("picture").firstElementChild?.classList.toggle(HAS_ALPHA, card.animation.hasAlpha);
    callbacks.ready(gif.effect, poster);
  } catch {
    if (card.gif !== gif || signal.aborted) return;
    update({ ...gif, state: "failed", url: null, problem: { detail: t.loadFailed } });
    callbacks.loadFailed();
  }
}

/** Browsers cannot pause a GIF: a paused card shows the poster frame. */
async function drawAnimation(card) {
  const { gif, animation } = card;
  const wasPaused = paused;
  const image = wasPaused ? await (await loadFrames()).decodeFrame(animation.blob, animation.poster) : new Image();
  if (card.animation !== animation || wasPaused !== paused) return;
  if (!wasPaused) {
    Object.assign(image, { src: gif.url, alt: "" }); // the card's title names it
    image.classList.toggle(HAS_ALPHA, !!animation.hasAlpha); // not known before the poster frame is decoded
  }
  card.part("picture").replaceChildren(image);
  if (wasPaused) animation.ruler.pauseAt(animation.poster);
  else animation.ruler.play();
}
