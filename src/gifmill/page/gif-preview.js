/** The sheet's stage: one GIF, large, with its frames on a ruler and its facts. It can stand still. */

import { picture as fetched } from "./api.js";
import { noteInWords } from "./platforms.js";
import { GRAIN, delaysOf, mosaic, stillOf, tellingFrame } from "./canvas-images.js";
import { t } from "./i18n.js";
import { drawFrames } from "./ruler.js";
import { kilobytes, number, seconds } from "./locale.js";

const INK_MS = 400; // in which a ruler fills, however many its frames
const TICK_MS = 30; // the most for one of them

const $ = (selector) => document.querySelector(selector);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** What is shown: {entry, says, blob, delays, play}. */
let movie;
let paused;

export const shown = () => movie?.entry;

export const blob = () => movie?.blob;

/** The ruler empties: another GIF is on its way. The one that is there stays. */
export const empty = () => $("#sheet-frames").toggleAttribute("data-empty", true);

export function clear() {
  movie = undefined;
  $("#sheet-gif").style.setProperty("--shape", $("#wall").style.getPropertyValue("--shape")); // as on its card
  for (const part of ["#sheet-gif", "#sheet-frames", "#sheet-facts"]) $(part).replaceChildren();
  $("#sheet-note").textContent = "";
  $('[data-do="pause-one"]').hidden = true;
}

/** There is no GIF: the photo itself, as coarse as it waits. */
export const drawFace = (face) => $("#sheet-gif").replaceChildren(mosaic(face, GRAIN.at(-1)));

/**
 * Show a GIF that is ready, in place of what is there.
 *
 * @param says what it is, for those who do not see it
 * @param signal aborts once another one is wanted
 * @returns whether it is shown now
 */
export async function draw(entry, says, signal) {
  const data = await fetched(entry.url, signal);
  const delays = delaysOf(new Uint8Array(await data.arrayBuffer()));
  const picture = Object.assign(new Image(), { src: entry.url });
  await picture.decode(); // so that no gap is seen between the two
  if (signal.aborted) return false;
  const frames = $("#sheet-frames");
  const refilling = frames.hasAttribute("data-empty");
  movie = { entry, says, blob: data, delays, width: picture.naturalWidth, play: drawFrames(frames, delays) };
  frames.removeAttribute("data-empty");
  if (refilling && !calm.matches) refill(frames);
  drawFacts(picture);
  await drawPicture(picture);
  return true;
}

export const isPaused = () => paused;

export function pause(on) {
  paused = on;
  const button = $('[data-do="pause-one"]');
  button.setAttribute("aria-label", on ? t.play : t.pause);
  button.querySelector("use").setAttribute("href", on ? "#i-play" : "#i-pause");
  if (movie) drawPicture();
}

/** A GIF cannot be paused: one that stands still is a picture of its most telling frame. */
async function drawPicture(picture) {
  const mine = movie;
  const still = paused;
  const middle = tellingFrame(mine.delays);
  const host = $("#sheet-gif");
  const drawn = still ? await stillOf(mine.blob, middle) : picture ?? Object.assign(new Image(), { src: mine.entry.url });
  if (mine !== movie || still !== paused) return;
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", mine.says);
  host.style.setProperty("--pixels", `${mine.width}px`);
  host.replaceChildren(drawn);
  $('[data-do="pause-one"]').hidden = false;
  if (still) mine.play.rest(middle);
  else mine.play.play();
}

function refill(frames) {
  const ticks = frames.querySelectorAll("line");
  const step = Math.min(TICK_MS, INK_MS / ticks.length);
  ticks.forEach((tick, i) => tick.animate({ stroke: ["var(--line)", "var(--line)"] }, i * step));
}

function drawFacts({ naturalWidth: width, naturalHeight: height }) {
  const { entry, delays } = movie;
  const facts = [
    [t.fileSize, kilobytes(entry.bytes)],
    [t.pixels, `${width} × ${height}`],
    [t.frames, number(delays.length)],
    [t.length, seconds(delays.reduce((sum, delay) => sum + delay, 0))],
  ];
  $("#sheet-facts").replaceChildren(...facts.map((pair) => {
    const group = document.createElement("div");
    pair.forEach((words, i) => group.append(Object.assign(document.createElement(i ? "dd" : "dt"), { textContent: words })));
    return group;
  }));
  $("#sheet-note").textContent = noteInWords(entry.note);
}
