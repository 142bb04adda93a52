/** The wall: a card for each effect, changed in place so that focus stays where it is. */

import { picture } from "./api.js";
import { noteInWords, placeOf } from "./platforms.js";
import { GRAIN, delaysOf, mosaic, stillOf, tellingFrame } from "./canvas-images.js";
import { reasonOf, t } from "./i18n.js";
import { drawFrames } from "./ruler.js";
import { bytesInWords, doesNotFit, kilobytes, stem } from "./locale.js";

const COARSE = 2; // the place in GRAIN where a photo that waits begins
const FINE = 11;
const GRIND_MS = 180;

const wall = document.querySelector("#wall");
const template = document.querySelector("#card").content.firstElementChild;
const cards = new Map();
let paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
let photo;
let tell;
let grinding;

/** A GIF is fetched once its card comes near: all fifteen are some 20 MB, and a phone shows four at a time. */
const nearby = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (!isIntersecting) continue;
    nearby.unobserve(target);
    load(cards.get(target.dataset.effect));
  }
}, { rootMargin: "50% 0px" });

export const isPaused = () => paused;

export const entries = () => [...cards.values()].map(({ gif }) => gif);

export const entryOf = (effect) => cards.get(effect)?.gif;

/** What is saved, by name: "holiday-glitch.gif". */
export const fileNameOf = (name, { effect, url }) => `${stem(name)}-${effect}.${url.split(".").at(-1)}`;

/**
 * Begin anew.
 *
 * @param shown {name, life, face}: the photo; its face may come later
 * @param gifs entries of a status document, one an effect
 * @param hooks {open(effect), again(entry): make it once more, ready(effect, still), lost(): a GIF that is ready did not arrive}
 */
export function begin(shown, gifs, hooks) {
  clear();
  [photo, tell] = [shown, hooks];
  for (const gif of gifs) {
    const node = template.cloneNode(true);
    const card = { node, gif, grain: COARSE, part: (name) => node.querySelector(`.card-${name}`) };
    node.dataset.effect = gif.effect;
    card.part("name").textContent = gif.effect;
    card.part("open").onclick = () => { if (card.gif.state !== "pending") tell.open(gif.effect); };
    card.part("retry").setAttribute("aria-label", t.tryAgainWith(gif.effect));
    card.part("retry").querySelector("span").textContent = t.tryAgain;
    card.part("retry").onclick = () => { card.part("open").focus(); tell.again(card.gif); };
    card.part("save").setAttribute("aria-label", t.downloadOf(gif.effect));
    cards.set(gif.effect, card);
    wall.append(node);
    draw(card);
  }
}

export function clear() {
  grinding = clearInterval(grinding);
  nearby.disconnect();
  cards.clear();
  wall.replaceChildren();
}

/** Back to the card that was opened. */
export const focus = (effect) => cards.get(effect)?.part("open").focus();

/** The photo's face has come, or its shape: cards take on its proportions. */
export function shape(width, height) {
  // A panorama would leave no card and a tower fill the screen: within the limits they do not fill theirs.
  const ratio = width / height;
  const shape = Math.min(2, Math.max(0.75, ratio));
  wall.style.setProperty("--shape", shape);
  wall.style.setProperty("--across", Math.min(1, ratio / shape));
  wall.style.setProperty("--down", Math.min(1, shape / ratio));
  for (const card of cards.values()) if (card.gif.state !== "ready") drawMosaic(card);
}

/** A card shows another GIF of its effect, or the same one in another state; what says nothing new changes nothing. */
export function update(gif) {
  const card = cards.get(gif.effect);
  if (!card || (card.gif.options === gif.options && card.gif.state === gif.state && card.gif.url === gif.url)) return;
  card.gif = gif;
  draw(card);
  if (gif.state === "pending") grind();
}

/** While GIFs are made, let the mosaics of those that wait get finer. */
export function grind() {
  grinding ??= setInterval(() => {
    const waiting = [...cards.values()].filter(({ gif, movie }) => gif.state === "pending" && !movie);
    if (!waiting.length) grinding = clearInterval(grinding);
    for (const card of waiting) {
      if (paused || card.grain >= FINE) continue;
      card.grain += 1;
      drawMosaic(card);
    }
  }, GRIND_MS);
}

export function pause(on) {
  paused = on;
  for (const card of cards.values()) if (card.movie) drawMovie(card);
}

function drawMosaic(card) {
  if (photo.face && !card.movie) card.part("picture").replaceChildren(mosaic(photo.face, GRAIN[card.grain]));
}

function draw(card) {
  const { node, gif, part } = card;
  node.dataset.state = gif.state;
  part("open").setAttribute("aria-disabled", gif.state === "pending");
  part("says").textContent = "";
  if (gif.state === "ready") return drawReady(card);
  if (gif.state === "failed") {
    card.movie = undefined;
    part("fact").textContent = doesNotFit(gif) ? t.doesNotFit : t.gotStuck;
    part("retry").hidden = doesNotFit(gif); // nor would it the next time
    part("says").textContent = reasonOf(gif.problem);
    card.grain = GRAIN.length - 1;
  } else {
    part("fact").textContent = t.waiting;
    card.grain = COARSE;
  }
  if (card.movie) return; // what was changed stays until the new one is there
  node.querySelector(".frames").replaceChildren();
  part("picture").replaceChildren();
  drawMosaic(card);
}

function drawReady({ node, gif, part }) {
  const place = placeOf(gif);
  part("fact").textContent = place ? t.sizeOf(kilobytes(gif.bytes), bytesInWords(place.max_bytes)) : kilobytes(gif.bytes);
  part("says").textContent = noteInWords(gif.note);
  part("save").href = gif.url;
  part("save").download = fileNameOf(photo.name, gif);
  nearby.observe(node);
}

async function load(card) {
  const { gif } = card;
  const { signal } = photo.life;
  if (gif.state !== "ready") return; // it has been changed meanwhile
  try {
    const blob = await picture(gif.url, signal);
    const delays = delaysOf(new Uint8Array(await blob.arrayBuffer()));
    if (card.gif !== gif) return;
    card.movie = { blob, delays, middle: tellingFrame(delays), play: drawFrames(card.node.querySelector(".frames"), delays) };
    await drawMovie(card);
    const still = await stillOf(blob, card.movie.middle);
    if (card.gif === gif && !signal.aborted) tell.ready(gif.effect, still);
  } catch {
    if (card.gif !== gif || signal.aborted) return;
    update({ ...gif, state: "failed", url: null, problem: { detail: t.didNotArrive } });
    tell.lost();
  }
}

/** A GIF cannot be paused: one that stands still is a picture of its most telling frame. */
async function drawMovie(card) {
  const { gif, movie } = card;
  const wanted = paused;
  const picture = wanted ? await stillOf(movie.blob, movie.middle) : new Image();
  if (card.movie !== movie || wanted !== paused) return;
  if (!wanted) Object.assign(picture, { src: gif.url, alt: "" }); // the card's name says it
  card.part("picture").replaceChildren(picture);
  if (wanted) movie.play.rest(movie.middle);
  else movie.play.play();
}
