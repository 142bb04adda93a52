/** The preview in the dialog: an enlarged GIF that can be paused, its frames on a ruler, and its file facts. */

import { decodeFrame, frameDelays, posterFrame } from "./animation-frames.js";
import { fetchGif } from "./api.js";
import { HAS_ALPHA, MOSAIC_BLOCKS, mosaic } from "./canvas-images.js";
import { t } from "./i18n.js";
import { formatKilobytes, formatNumber, formatSeconds } from "./locale.js";
import { gifNote } from "./platforms.js";
import { drawFrameRuler } from "./ruler.js";

const FILL_MS = 400; // the ruler fills in this time, for any number of frames
const MAX_TICK_MS = 30;

const $ = (selector) => document.querySelector(selector);
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The shown GIF: {entry, alt, blob, delays, width, hasAlpha, ruler}. */
let shown;
let paused;

export const shownEntry = () => shown?.entry;

export const shownBlob = () => shown?.blob;

/** Empty the ruler while another GIF is rendered; the shown one stays. */
export const setLoading = () => $("#preview-frames").toggleAttribute("data-loading", true);

export function clear() {
  shown = undefined;
  $("#preview-picture").style.setProperty("--aspect-ratio", $("#card-grid").style.getPropertyValue("--aspect-ratio"));
  for (const part of ["#preview-picture", "#preview-frames", "#preview-facts"]) $(part).replaceChildren();
  $("#preview-note").textContent = "";
  $('[data-action="pause"]').hidden = true;
}

/** Show the photo's finest mosaic until there is a GIF. */
export const drawPhoto = (thumbnail) => $("#preview-picture").replaceChildren(mosaic(thumbnail, MOSAIC_BLOCKS.at(-1)));

/**
 * Replace the preview with a finished GIF.
 *
 * @param alt its alternative text
 * @param signal aborts when another GIF is to be shown
 * @returns whether it is shown now
 */
export async function draw(entry, alt, signal) {
  const blob = await fetchGif(entry.url, signal);
  const delays = frameDelays(new Uint8Array(await blob.arrayBuffer()));
  const image = Object.assign(new Image(), { src: entry.url });
  const [{ classList }] = await Promise.all([decodeFrame(blob, posterFrame(delays)), image.decode()]); // avoids a gap between the two GIFs
  if (signal.aborted) return false;
  const frames = $("#preview-frames");
  const wasLoading = frames.hasAttribute("data-loading");
  shown = { entry, alt, blob, delays, width: image.naturalWidth, hasAlpha: classList.contains(HAS_ALPHA), ruler: drawFrameRuler(frames, delays) };
  frames.removeAttribute("data-loading");
  if (wasLoading && !reducedMotion.matches) animateTicks(frames);
  drawFacts(image);
  await drawImage(image);
  return true;
}

export const isPaused = () => paused;

export function setPaused(on) {
  paused = on;
  const button = $('[data-action="pause"]');
  button.setAttribute("aria-label", on ? t.play : t.pause);
  button.querySelector("use").setAttribute("href", on ? "#i-play" : "#i-pause");
  if (shown) drawImage();
}

/** Browsers cannot pause a GIF: a paused preview shows the poster frame. */
async function drawImage(loadedImage) {
  const current = shown;
  const wasPaused = paused;
  const poster = posterFrame(current.delays);
  const host = $("#preview-picture");
  const image = wasPaused
    ? await decodeFrame(current.blob, poster)
    : loadedImage ?? Object.assign(new Image(), { src: current.entry.url });
  if (current !== shown || wasPaused !== paused) return;
  image.classList.toggle(HAS_ALPHA, current.hasAlpha);
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", current.alt);
  host.style.setProperty("--natural-width", `${current.width}px`);
  host.replaceChildren(image);
  $('[data-action="pause"]').hidden = false;
  if (wasPaused) current.ruler.pauseAt(poster);
  else current.ruler.play();
}

function animateTicks(frames) {
  const ticks = frames.querySelectorAll("line");
  const stepMs = Math.min(MAX_TICK_MS, FILL_MS / ticks.length);
  ticks.forEach((tick, i) => tick.animate({ stroke: ["var(--border-faint)", "var(--border-faint)"] }, i * stepMs));
}

function drawFacts({ naturalWidth: width, naturalHeight: height }) {
  const { entry, delays } = shown;
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
