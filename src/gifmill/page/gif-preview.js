/** The picture in the dialog: an enlarged GIF that can be paused, its frames on a ruler, and its file facts. */

import { MOSAIC_BLOCKS, copyToCanvas, mosaic } from "./canvas-images.js";
import { setHidden } from "./dialog-status.js";
import { $ } from "./dom.js";
import { isPreview } from "./gif-options.js";
import { createGifPlayer } from "./gif-player.js";
import { t } from "./i18n.js";
import { formatBytes, formatNumber, formatSeconds } from "./locale.js";
import { flashNote, platformOf, reductionDetails, reductionNote } from "./platforms.js";
import { getState, subscribe } from "./state.js";

const FILL_MS = 400; // the ruler fills in this time, for any number of frames
const MAX_TICK_MS = 30;
const MAX_TRUE_SIZE_PX = 128; // larger ones are shown at about their size anyway

const isPaused = () => getState().dialog.paused;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const picture = $("#preview-picture");
const frames = $("#preview-frames");
const player = createGifPlayer(picture, frames);
const PAUSE = '[data-action="pause"]';

let interim; // what is shown until there is a GIF: {url, poster?: a still of it, image?: playing}
let alt; // the alternative text of the shown GIF

/** Empty the ruler while another GIF is rendered; the shown one stays. */
subscribe(({ dialog }) => dialog?.isLoading, (isLoading, wasLoading) => {
  frames.toggleAttribute("data-loading", Boolean(isLoading));
  if (wasLoading && !isLoading && player.shown && !reducedMotion.matches) animateTicks();
});

subscribe(({ dialog }) => dialog?.paused, (paused) => { if (paused !== undefined) drawPaused(paused); });

export const shownBlob = () => player.shown?.blob;

/** Remove the GIF; the frame takes the photo's shape. */
export function clear({ thumbnail, stored }) {
  const shape = thumbnail ?? stored;
  player.clear();
  dropInterim();
  if (shape) $("#preview-frame").style.setProperty("--aspect-ratio", Math.min(2, Math.max(0.75, shape.width / shape.height)));
  $("#preview-facts").replaceChildren();
  for (const selector of ["#preview-note", "#preview-reductions", "#true-size", PAUSE]) $(selector).hidden = true;
}

/** Show the photo's finest mosaic until there is a GIF. */
export function drawPhoto({ thumbnail }) {
  if (thumbnail) picture.replaceChildren(mosaic(thumbnail, MOSAIC_BLOCKS.at(-1)));
}

/** Show the small GIF of the card until there is one of full size. */
export function drawSmall({ url }, poster) {
  interim = { url, poster: copyToCanvas(poster) };
  drawInterim();
}

/** Show the small GIF, or one that arrives; while paused, a still of it if there is one. */
function drawInterim() {
  const { url, poster } = interim;
  if (!isPaused()) interim.image ??= Object.assign(new Image(), { src: url, alt: "" });
  picture.replaceChildren(...[isPaused() ? poster : interim.image].filter(Boolean));
  $(PAUSE).hidden = false;
}

function dropInterim() {
  interim?.image?.removeAttribute("src"); // ends the request
  interim = undefined;
}

/**
 * Replace the picture with a finished GIF. An empty picture shows it while it arrives.
 *
 * @param text its alternative text
 * @param signal aborts when another GIF is to be shown
 * @returns whether it is shown now
 */
export async function draw(entry, text, signal) {
  if (!picture.firstElementChild) {
    interim = { url: entry.url };
    drawInterim();
  }
  if (!await player.show(entry, signal)) return false;
  interim = undefined;
  alt = text;
  drawFacts();
  drawNotes(entry);
  describeImage();
  return true;
}

function drawPaused(paused) {
  const button = $(PAUSE);
  button.setAttribute("aria-label", paused ? t.play : t.pause);
  button.querySelector("use").setAttribute("href", paused ? "#i-play" : "#i-pause");
  if (interim) drawInterim();
  player.setPaused(paused);
  if (player.shown) describeImage();
}

/** Describe the shown image, playing or not, limit it to its own size, and show that size too if it is small. */
function describeImage() {
  const { entry, image, poster } = player.shown;
  const { naturalWidth: width, naturalHeight: height } = image;
  image.alt = alt;
  poster.setAttribute("role", "img");
  poster.setAttribute("aria-label", alt);
  picture.style.setProperty("--natural-width", `${width}px`);
  $(PAUSE).hidden = false;
  const isSmall = platformOf(entry) && Math.max(width, height) <= MAX_TRUE_SIZE_PX;
  $("#true-size").hidden = !isSmall;
  if (isSmall) $("#true-size-picture").replaceChildren(isPaused() ? copyToCanvas(poster) : copyOf(image));
}

const copyOf = ({ src, className }) => Object.assign(new Image(), { src, className, alt: "" });

function animateTicks() {
  const ticks = frames.querySelectorAll("line");
  const stepMs = Math.min(MAX_TICK_MS, FILL_MS / ticks.length);
  ticks.forEach((tick, i) => tick.animate({ stroke: ["var(--border-faint)", "var(--border-faint)"] }, i * stepMs));
}

function drawFacts() {
  const { entry, delays, image: { naturalWidth: width, naturalHeight: height } } = player.shown;
  const facts = [
    [t.fileSize, formatBytes(entry.bytes)],
    [t.pixels, `${width} × ${height}`],
    [t.frames, formatNumber(delays.length)],
    [t.duration, formatSeconds(delays.reduce((sum, delay) => sum + delay, 0))],
  ];
  $("#preview-facts").replaceChildren(...facts.map((pair) => {
    const group = document.createElement("div");
    pair.forEach((text, i) => group.append(Object.assign(document.createElement(i ? "dd" : "dt"), { textContent: text })));
    return group;
  }));
}

/** Explain how the GIF differs from the request, or that it is a small one; the numbers of what was reduced on demand. */
function drawNotes(entry) {
  const { note } = entry;
  const text = isPreview(entry) ? t.smallVersion : flashNote(note);
  $("#preview-note").textContent = text;
  $("#preview-note").hidden = !text;
  $("#preview-reductions summary").textContent = reductionNote(note);
  $("#preview-reductions p").textContent = reductionDetails(note);
  setHidden($("#preview-reductions"), !reductionNote(note));
}
