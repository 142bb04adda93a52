/** One card of the grid: an effect's mosaic, then its GIF, with texts and buttons. */

import { announce } from "./announcer.js";
import { ApiError } from "./api.js";
import { MOSAIC_BLOCKS, decodeThumbnail, mosaic } from "./canvas-images.js";
import { drawSend } from "./card-send.js";
import { $ } from "./dom.js";
import { exceedsByteLimit, failsAgain, isComing, optionsOf } from "./gif-options.js";
import { retryGif, wantGif } from "./gif-orders.js";
import { createGifPlayer } from "./gif-player.js";
import { errorText, t } from "./i18n.js";
import { formatBytes } from "./locale.js";
import { openGif } from "./navigation.js";
import { sessionOf } from "./photo-sessions.js";
import { changePhoto, photoOf } from "./photo-state.js";
import { gifNote, platformOf } from "./platforms.js";
import { getState } from "./state.js";

const FIRST_MOSAIC = 2; // index in MOSAIC_BLOCKS that a pending card starts with
const LAST_MOSAIC = 11;
const MIN_RATIO = 0.5; // a taller or wider picture is cropped on its card, as it would fill the screen or leave nothing to see
const MAX_RATIO = 2.5;

/** Effects whose first frame is the photo itself: it becomes the thumbnail of a photo without a file. */
const PHOTO_FIRST = ["shake", "zoom", "recursive", "cyclic"];

const template = $("#card-template").content.firstElementChild;

/** Whether GIFs are paused: by the visitor, or as the dialog covers them. */
export const isStill = ({ paused, open } = getState()) => paused || Boolean(open);

/** Whether a GIF for the dialog is fetched or about to be: those of cards wait, as a slow network would share its speed among them. */
export const dialogIsFirst = ({ open, dialog }) => Boolean(open) && (!dialog || dialog.isFetching);

/** Set the shape of a card or of all. */
export const setRatio = ({ style }, { width, height }) =>
  style.setProperty("--aspect-ratio", Math.min(MAX_RATIO, Math.max(MIN_RATIO, width / height)));

/**
 * Create a card without an entry:
 *
 * - node, part(name): its element, and a part of that
 * - key, gif: of the photo; the entry that is shown; fullBytes?: the size of the GIF of full size, if it is ready
 * - isNear?: whether it is near the viewport
 * - mosaicIndex: of the mosaic that it shows without a GIF
 * - player?: the player of its GIF; loading?: {gif, abort()} while one is fetched; loadError?: why it could not be shown
 * - prepared?, isSending?: state of card-send.js
 */
export function createCard(key, effect) {
  const node = template.cloneNode(true);
  const card = { node, key, gif: { effect }, mosaicIndex: FIRST_MOSAIC, part: (name) => node.querySelector(`.card-${name}`) };
  node.dataset.effect = effect;
  card.part("title").textContent = effect;
  card.part("open").onclick = () => {
    if (card.gif.state === "unordered") wantGif(key, card.gif); // a screen reader need not scroll to it
    else if (!isComing(card.gif)) openGif(effect);
  };
  card.part("retry").setAttribute("aria-label", t.tryAgainWith(effect));
  card.part("retry").querySelector("span").textContent = t.tryAgain;
  card.part("retry").onclick = () => {
    card.part("open").focus();
    if (card.loadError) load(card);
    else retryGif(key, card.gif);
  };
  for (const event of ["pointerenter", "pointerleave", "focusin", "focusout"]) node.addEventListener(event, () => showPlayhead(card));
  return card;
}

/** Stop the download and the player of a removed card. */
export function clearCard({ player, loading }) {
  loading?.abort();
  player?.clear();
}

/** Show the playhead on the card under the pointer or with the focus. On all cards, they would cost more than the GIFs. */
const showPlayhead = ({ node, player }) => player?.setPlayhead(node.matches(":hover, :focus-within"));

/** Order the GIF of a card near the viewport, or fetch it. */
export function approach(card) {
  if (!card.isNear) return;
  if (card.gif.state === "unordered") wantGif(card.key, card.gif);
  else if (card.gif.state === "ready") load(card);
}

/**
 * Show another entry on a card; an unchanged one changes nothing.
 *
 * @param fullBytes of the GIF of full size, if it is ready: the size of a small GIF says nothing about the file
 */
export function showEntry(card, gif, fullBytes) {
  const before = card.gif;
  const isSame = gif.options === before.options && gif.state === before.state && gif.url === before.url;
  if (isSame && fullBytes === card.fullBytes) return;
  if (isSame) card.fullBytes = fullBytes;
  else {
    card.loading?.abort();
    Object.assign(card, { gif, fullBytes, loadError: undefined });
    card.part("message").textContent = "";
  }
  draw(card);
  approach(card);
}

// ---- drawing ---------------------------------------------------------------------------------------------------

/** Draw the mosaic of a card without a GIF. */
export function drawMosaic({ key, player, mosaicIndex, part }) {
  const { thumbnail } = photoOf(key);
  if (thumbnail && !player) part("picture").replaceChildren(mosaic(thumbnail, MOSAIC_BLOCKS[mosaicIndex]));
}

/** Refine the mosaic of a pending card by one step. */
export function refineMosaic(card) {
  if (card.mosaicIndex >= LAST_MOSAIC) return;
  card.mosaicIndex += 1;
  drawMosaic(card);
}

function draw(card) {
  const { node, gif, loadError, part } = card;
  const isMissing = gif.state === "unordered" || isComing(gif);
  node.dataset.state = loadError ? "failed" : isMissing ? "pending" : gif.state;
  part("open").setAttribute("aria-disabled", isComing(gif));
  part("note").textContent = "";
  if (node.dataset.state === "ready") return drawReady(card);
  if (isMissing) {
    part("meta").textContent = isComing(gif) ? t.pending : t.unordered;
    card.mosaicIndex = FIRST_MOSAIC;
  } else drawFailed(card);
  if (card.player) return; // the previous GIF stays until the changed one is ready
  if (optionsOf(gif).crop === "square") setRatio(node, { width: 1, height: 1 });
  else node.style.removeProperty("--aspect-ratio");
  node.querySelector(".frame-ruler").replaceChildren();
  part("picture").replaceChildren();
  drawMosaic(card);
}

function drawFailed(card) {
  const { gif, loadError, part } = card;
  card.player?.clear();
  card.player = undefined;
  card.mosaicIndex = MOSAIC_BLOCKS.length - 1;
  part("meta").textContent = exceedsByteLimit(gif) ? t.tooLarge : t.failed;
  part("retry").hidden = failsAgain(gif);
  part("note").textContent = loadError ?? errorText(gif.problem);
}

function drawReady(card) {
  const { gif, fullBytes, player, part } = card;
  const platform = platformOf(gif);
  const size = fullBytes ? formatBytes(fullBytes) : "";
  part("meta").textContent = size && platform ? t.sizeOf(size, formatBytes(platform.max_bytes)) : size;
  part("note").textContent = gifNote(gif.note);
  if (player) drawSend(card);
}

// ---- the finished GIF ------------------------------------------------------------------------------------------

/** Fetch and show the finished GIF of a card. */
async function load(card) {
  const { gif, key } = card;
  if (dialogIsFirst(getState())) return;
  const isLoading = card.loading?.gif === gif && !card.loading.signal.aborted; // an aborted one may not have ended yet
  if (card.player?.shown?.entry === gif || isLoading) return;
  card.loading?.abort();
  const loading = card.loading = Object.assign(new AbortController(), { gif });
  const signal = AbortSignal.any([loading.signal, sessionOf(key).signal]);
  try {
    await fetchAndShow(card, signal);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof DOMException)) throw error; // the network, or a file that is no picture
    if (signal.aborted) return;
    card.loadError = error.status ? errorText(error) : t.loadFailed;
    draw(card);
    if (card.node.contains(document.activeElement)) announce(card.loadError); // the visitor has tried again
  } finally {
    if (card.loading === loading) card.loading = undefined;
  }
}

async function fetchAndShow(card, signal) {
  const { gif, key, node, part } = card;
  const player = card.player ?? createGifPlayer(part("picture"), node.querySelector(".frame-ruler"));
  player.setPaused(isStill());
  player.setPlayhead(node.matches(":hover, :focus-within"));
  if (!await player.show(gif, signal)) return;
  Object.assign(card, { player, loadError: undefined });
  draw(card);
  setRatio(node, player.shown.poster);
  changePhoto(key, { posters: { ...photoOf(key).posters, [gif.effect]: player.shown.poster } });
  if (photoOf(key).thumbnail || !PHOTO_FIRST.includes(gif.effect)) return;
  const thumbnail = await decodeThumbnail(player.shown.blob);
  if (!signal.aborted && thumbnail) changePhoto(key, { thumbnail });
}
