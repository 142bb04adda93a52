/** The wall: a card for each GIF, changed in place so that focus stays where it is. */

import { drawFrames } from "./ticks.js";
import { noteInWords, placeOf } from "./fit.js";
import { GRAIN, delaysOf, mosaic, stillOf } from "./pictures.js";
import { bytesInWords, capital, doesNotFit, kilobytes, stem } from "./words.js";

const COARSE = 2; // the place in GRAIN where a photo that waits begins
const FINE = 11;
const GRIND_MS = 180;

const wall = document.querySelector("#wall");
const template = document.querySelector("#card").content.firstElementChild;
const cards = new Map();
let paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
let photo;
let grinding;

/** "gif" or "webp", as the address of a finished one ends. */
const formatOf = ({ url }) => url.split(".").at(-1);

const keyOf = ({ effect, options }) => `${options}/${effect}`;

export const isPaused = () => paused;

export const gifs = () => [...cards.values()].map(({ gif }) => gif);

/**
 * Begin anew.
 *
 * @param shown {name, face}: the photo; its face may come later
 * @param entries GIFs as the status document has them
 * @param summaries what each effect does, by name
 * @param tell {again(entry): it is to be made once more, lost(): a GIF that is ready did not arrive}
 */
export function begin(shown, entries, summaries, tell) {
  clear();
  photo = shown;
  for (const gif of entries) {
    const node = template.cloneNode(true);
    const card = { node, gif, tell, grain: COARSE, part: (name) => node.querySelector(`.card-${name}`) };
    node.dataset.effect = gif.effect;
    card.part("name").textContent = gif.effect;
    card.part("says").dataset.summary = summaries[gif.effect] ?? "";
    card.part("retry").setAttribute("aria-label", `Try again: ${gif.effect}`);
    card.part("retry").onclick = () => { node.focus(); tell.again(card.gif); };
    card.part("save").setAttribute("aria-label", `Download ${gif.effect}`);
    cards.set(keyOf(gif), card);
    wall.append(node);
    draw(card);
  }
}

export function clear() {
  clearInterval(grinding);
  grinding = undefined;
  cards.clear();
  wall.replaceChildren();
}

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

/** One GIF has changed. An entry that says nothing new changes nothing. */
export function update(gif) {
  const card = cards.get(keyOf(gif));
  if (!card || (card.gif.state === gif.state && card.gif.url === gif.url)) return;
  card.gif = gif;
  draw(card);
}

/** While GIFs are made, let the mosaics of those that wait get finer. */
export function grind() {
  grinding ??= setInterval(() => {
    const waiting = [...cards.values()].filter(({ gif }) => gif.state === "pending");
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
  if (photo.face) card.part("picture").replaceChildren(mosaic(photo.face, GRAIN[card.grain]));
}

function draw(card) {
  const { node, gif, part } = card;
  node.dataset.state = gif.state;
  part("says").textContent = part("says").dataset.summary;
  part("note").textContent = noteInWords(gif.note);
  part("note").hidden = !gif.note;
  card.movie = undefined;
  node.querySelector(".frames").replaceChildren();
  if (gif.state === "ready") {
    const place = placeOf(gif);
    part("fact").textContent = `${kilobytes(gif.bytes)}${place ? ` of ${bytesInWords(place.max_bytes)}` : ""}`;
    part("save").href = gif.url;
    part("save").download = `${stem(photo.name)}-${gif.effect}.${formatOf(gif)}`;
    load(card);
    return;
  }
  if (gif.state === "failed") {
    part("fact").textContent = doesNotFit(gif) ? "does not fit" : "got stuck";
    part("retry").hidden = doesNotFit(gif); // nor would it the next time
    part("says").textContent = gif.problem?.detail || gif.problem?.title || "Nobody knows why.";
  } else {
    part("fact").textContent = "waiting";
    card.grain = COARSE;
  }
  part("picture").replaceChildren();
  drawMosaic(card);
}

async function load(card) {
  const { gif } = card;
  try {
    const answer = await fetch(gif.url);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const blob = await answer.blob();
    const delays = delaysOf(new Uint8Array(await blob.arrayBuffer()));
    if (card.gif !== gif) return;
    card.movie = { blob, delays, play: drawFrames(card.node.querySelector(".frames"), delays) };
    await drawMovie(card);
  } catch {
    if (card.gif !== gif) return;
    update({ ...gif, state: "failed", url: null, problem: { detail: "The GIF is made, but did not arrive. The connection broke." } });
    card.tell.lost();
  }
}

/** A GIF cannot be paused: one that stands still is a picture of its middle frame, which says most. */
async function drawMovie(card) {
  const { gif, movie } = card;
  const middle = Math.floor(movie.delays.length / 2);
  const wanted = paused;
  const picture = wanted ? await stillOf(movie.blob, middle) : new Image();
  if (card.movie !== movie || wanted !== paused) return;
  if (wanted) picture.setAttribute("role", "img");
  else picture.src = gif.url;
  const words = `Your photo as a ${formatOf(gif) === "webp" ? "WebP" : "GIF"}: ${card.part("says").textContent}`;
  picture.setAttribute(wanted ? "aria-label" : "alt", words);
  card.part("picture").replaceChildren(picture);
  if (wanted) movie.play.rest(middle);
  else movie.play.play();
}

export const summariesOf = ({ effects }) => Object.fromEntries(effects.map(({ name, summary }) => [name, capital(summary)]));
