/** The grid of cards, one for each effect. A card that stays is not touched, so that it keeps the focus and its download. */

import { $ } from "./dom.js";
import { approach, clearCard, createCard, dialogIsFirst, drawMosaic, isStill, refineMosaic, setRatio, showEntry } from "./gif-card.js";
import { FIRST_EFFECTS, cardEffects } from "./gif-options.js";
import { cardEntries, fullEntry, photoOf } from "./photo-state.js";
import { getState, subscribe } from "./state.js";
import { restoreFocus } from "./views.js";

const MOSAIC_STEP_MS = 180;

const grid = $("#card-grid");
let cards = new Map(); // by effect, in the order of the grid
let refining;

subscribe(({ photos, current, registry }) => registry && photoOf(current, { photos }), drawCards);
subscribe(isStill, (still) => { for (const { player } of cards.values()) player?.setPaused(still); });
subscribe(dialogIsFirst, (isFirst) => {
  for (const card of cards.values()) {
    if (isFirst) card.loading?.abort();
    else approach(card);
  }
});

/** Order and fetch a GIF when its card comes near the viewport; abort the download when the card leaves before it ends. */
const nearViewport = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    const card = cards.get(target.dataset.effect);
    if (card?.node !== target) continue; // it has been removed
    card.isNear = isIntersecting;
    if (isIntersecting) approach(card);
    else card.loading?.abort();
  }
}, { rootMargin: "50% 0px" });

/** The effects whose cards are on the screen, and at least the first one; without cards, the first effects. */
export function effectsOnScreen() {
  const shown = [...cards].filter(([, { node }], i) => i === 0 || isOnScreen(node)).map(([effect]) => effect);
  return shown.length ? shown : cardEffects([]).slice(0, FIRST_EFFECTS.length);
}

function isOnScreen(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** Focus the card of an effect. */
export const focusCard = (effect) => cards.get(effect)?.part("open").focus();

function drawCards(photo, previous) {
  const isSamePhoto = photo?.key === previous?.key;
  if (!isSamePhoto) [...cards.keys()].forEach(removeCard);
  if (!photo) return;
  const entries = cardEntries(photo);
  arrangeCards(photo.key, entries.map(({ effect }) => effect));
  if (!isSamePhoto || photo.thumbnail !== previous.thumbnail || photo.stored !== previous.stored) drawPhoto(photo);
  for (const entry of entries) showEntry(cards.get(entry.effect), entry, fullEntry(photo, entry.effect).bytes);
  refineMosaics();
  if (!isSamePhoto) restoreFocus(); // it may have been on a card that has been removed
}

/** Add the cards that are missing, and remove those of effects that are not shown any more. */
function arrangeCards(key, effects) {
  for (const effect of cards.keys()) if (!effects.includes(effect)) removeCard(effect);
  if (effects.length === cards.size) return;
  cards = new Map(effects.map((effect) => [effect, cards.get(effect) ?? createCard(key, effect)]));
  for (const [i, { node }] of [...cards.values()].entries()) {
    if (grid.children[i] === node) continue;
    grid.insertBefore(node, grid.children[i] ?? null);
    nearViewport.observe(node);
  }
}

function removeCard(effect) {
  const card = cards.get(effect);
  clearCard(card);
  nearViewport.unobserve(card.node);
  card.node.remove();
  cards.delete(effect);
}

/** Give the cards the photo's aspect ratio, and draw its mosaics. */
function drawPhoto({ thumbnail, stored }) {
  const shape = thumbnail ?? stored;
  if (!shape) return;
  setRatio(grid, shape);
  for (const card of cards.values()) if (card.gif.state !== "ready" || card.loadError) drawMosaic(card);
}

/** Refine the mosaics of pending cards step by step. */
function refineMosaics() {
  const pendingCards = () => [...cards.values()].filter(({ gif, player }) => gif.state === "pending" && !player);
  if (refining || !pendingCards().length) return;
  refining = setInterval(() => {
    const pending = pendingCards();
    if (!pending.length) refining = clearInterval(refining);
    else if (!getState().paused) pending.forEach(refineMosaic);
  }, MOSAIC_STEP_MS);
}
