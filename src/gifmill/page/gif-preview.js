/** The preview in the dialog: an enlarged GIF that can be paused, its frames on a ruler, and its file facts. */

import { MOSAIC_BLOCKS, mosaic } from "./canvas-images.js";
import { createGifPlayer } from "./gif-player.js";
import { t } from "./i18n.js";
import { formatKilobytes, formatNumber, formatSeconds } from "./locale.js";
import { gifNote } from "./platforms.js";

const FILL_MS = 400; // the ruler fills in this time, for any number of frames
const MAX_TICK_MS = 30;

const $ = (selector) => document.querySelector(selector);
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

const player = createGifPlayer($("#preview-picture"), $("#preview-frames"));
let alt; // the alternative text of the shown GIF
let paused;

export const shownEntry = () => player.shown?.entry;

export const shownBlob = () => player.shown?.blob;

/** Empty the ruler while another GIF is rendered; the shown one stays. */
export const setLoading = () => $("#preview-frames").toggleAttribute("data-loading", true);

export function clear() {
  player.clear();
  $("#preview-picture").style.setProperty("--aspect-ratio", $("#card-grid").style.getPropertyValue("--aspect-ratio"));
  $("#preview-facts").replaceChildren();
  $("#preview-note").textContent = "";
  $('[data-action="pause"]').hidden = true;
}

/** Show the photo's finest mosaic until there is a GIF. */
export const drawPhoto = (thumbnail) => $("#preview-picture").replaceChildren(mosaic(thumbnail, MOSAIC_BLOCKS.at(-1)));

/** Show the small GIF of the card until there is one of full size. */
export const drawSmall = ({ url }) => $("#preview-picture").replaceChildren(Object.assign(new Image(), { src: url, alt: "" }));

/**
 * Replace the preview with a finished GIF.
 *
 * @param text its alternative text
 * @param signal aborts when another GIF is to be shown
 * @returns whether it is shown now
 */
export async function draw(entry, text, signal) {
  if (!await player.show(entry, signal)) return false;
  alt = text;
  const frames = $("#preview-frames");
  const wasLoading = frames.hasAttribute("data-loading");
  frames.removeAttribute("data-loading");
  if (wasLoading && !reducedMotion.matches) animateTicks(frames);
  drawFacts();
  nameImage();
  return true;
}

export const isPaused = () => paused;

export function setPaused(on) {
  paused = on;
  const button = $('[data-action="pause"]');
  button.setAttribute("aria-label", on ? t.play : t.pause);
  button.querySelector("use").setAttribute("href", on ? "#i-play" : "#i-pause");
  player.setPaused(on);
  if (player.shown) nameImage();
}

/** Describe the shown image, playing or not, and limit it to its own size. */
function nameImage() {
  const host = $("#preview-picture");
  const { image, poster } = player.shown;
  image.alt = alt;
  poster.setAttribute("role", "img");
  poster.setAttribute("aria-label", alt);
  host.style.setProperty("--natural-width", `${image.naturalWidth}px`);
  $('[data-action="pause"]').hidden = false;
}

function animateTicks(frames) {
  const ticks = frames.querySelectorAll("line");
  const stepMs = Math.min(MAX_TICK_MS, FILL_MS / ticks.length);
  ticks.forEach((tick, i) => tick.animate({ stroke: ["var(--border-faint)", "var(--border-faint)"] }, i * stepMs));
}

function drawFacts() {
  const { entry, delays, image: { naturalWidth: width, naturalHeight: height } } = player.shown;
  const facts = [
    [t.fileSize, formatKilobytes(entry.bytes)],
    [t.pixels, `${width} × ${height}`],
    [t.frames, formatNumber(delays.length)],
    [t.duration, formatSeconds(delays.reduce((sum, delay) => sum + delay, 0))],
  ];
  $("#preview-facts").replaceChildren(...facts.map((pair) => {
    const group = document.createElement("div");
    pair.forEach((text, i) => group.append(Object.assign(document.createElement(i ? "dd" : "dt"), { textContent: text })));
    return group;
  }));
  $("#preview-note").textContent = gifNote(entry.note);
}
