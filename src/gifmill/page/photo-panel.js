/** The panel beside the GIFs: the photo on its wheel, upload and rendering progress, and the time until deletion. */

import { announce, announced } from "./announcer.js";
import { MOSAIC_BLOCKS, copyToCanvas, squareMosaic, squareThumbnail } from "./canvas-images.js";
import { isComing } from "./gif-options.js";
import { progressText, t } from "./i18n.js";
import { formatPercent, formatTimeLeft } from "./locale.js";
import { drawWheel } from "./photo-wheel.js";
import { drawRuler } from "./ruler.js";

const HOUR_MS = 3_600_000;
const DAY_H = 24;
const ANNOUNCE_INTERVAL_MS = 2_000; // ten GIFs within two seconds are not worth ten announcements

const $ = (selector) => document.querySelector(selector);

let thumbnail;
let filledSlots; // slots of the wheel that show the photo's mosaics
let message;
let needsNetwork = false;
let lastAnnouncedAt = 0; // time of the last progress announcement
let gifThumbnails = []; // of finished GIFs, in the order of the cards

/** Show a message, and announce `spoken`; with `online`, the message about the lost network replaces it while offline. */
export function setMessage(text, spoken = text, online = false) {
  [message, needsNetwork] = [{ text, spoken }, online];
  drawMessage();
}

/** Show a message about something that needs the network. */
export const setNetworkMessage = (text) => setMessage(text, text, true);

function drawMessage() {
  const { text, spoken } = needsNetwork && !navigator.onLine ? { text: t.offline, spoken: t.offline } : message;
  $("#progress-text").textContent = text;
  document.title = `${text} \u2013 gifmill`;
  announce(spoken);
}

for (const event of ["online", "offline"]) addEventListener(event, () => { if (needsNetwork) drawMessage(); });

/** Clear the panel for another photo. */
export function reset(name) {
  [thumbnail, filledSlots, gifThumbnails, lastAnnouncedAt] = [undefined, 0, [], 0];
  $("#photo-name").textContent = name;
  $("#photo-size").textContent = "";
  $("#photo-image").replaceChildren();
  for (const part of ["#platform-note", "#expiry", "#cancel-upload", "#delete-photo", "#pause-all"]) $(part).hidden = true;
  $("#panel-wheel").removeAttribute("data-rendering");
  draw();
}

const draw = () => drawWheel($("#panel-disc"), (i) =>
  gifThumbnails[i] ?? (thumbnail && i < filledSlots ? squareMosaic(thumbnail, MOSAIC_BLOCKS[i]) : undefined));

/** Draw the photo in the hub, and its mosaics in as many slots as the uploaded ratio (0 to 1) fills. */
export function drawPhoto(canvas, uploaded = 1) {
  const slots = Math.max(1, Math.ceil(uploaded * MOSAIC_BLOCKS.length));
  if (thumbnail === canvas && filledSlots === slots) return;
  [thumbnail, filledSlots] = [canvas, slots];
  if (!$("#photo-image").hasChildNodes()) {
    const copy = copyToCanvas(thumbnail);
    copy.setAttribute("role", "img");
    copy.setAttribute("aria-label", t.yourPhoto);
    $("#photo-image").append(copy);
  }
  draw();
}

/** Show a finished GIF in its slot. */
export function drawGif(i, poster) {
  gifThumbnails[i] = squareThumbnail(poster);
  draw();
}

/** Show the uploaded ratio, 0 to 1. Not announced, as it changes all the time. */
export const drawUpload = (uploaded) => { $("#photo-size").textContent = uploaded < 1 ? t.uploaded(formatPercent(uploaded)) : ""; };

/** Show the photo's size, if it is known. */
export const drawPhotoSize = (size) => { $("#photo-size").textContent = size ? t.photoSize(size.width, size.height) : ""; };

/** Show which platform the GIFs are for; an empty text hides the line. */
export function drawPlatform(text) {
  $("#platform-note").hidden = !text;
  $("#platform-note").textContent = text;
}

/** Offer to cancel the upload while it runs. */
export function setUploading(on) {
  if (!on && document.activeElement === $("#cancel-upload")) $("#gifs-title").focus({ preventScroll: true });
  $("#cancel-upload").hidden = !on;
}

/** Limit how often progress is announced: this text, or the last one again. */
function throttled(text) {
  if (Date.now() - lastAnnouncedAt < ANNOUNCE_INTERVAL_MS) return announced();
  lastAnnouncedAt = Date.now();
  return text;
}

export function drawProgress(gifs, paused) {
  const rendering = gifs.some(isComing);
  const text = progressText(gifs);
  setMessage(text, rendering ? throttled(text) : text, rendering);
  setUploading(false);
  $("#panel-wheel").toggleAttribute("data-rendering", rendering && !paused);
  $("#pause-all").hidden = !gifs.some(({ state }) => state === "ready");
  $("#pause-all span").textContent = paused ? t.playAll : t.pauseAll;
  $("#pause-all use").setAttribute("href", paused ? "#i-play" : "#i-pause");
  $("#delete-photo").hidden = false;
}

export function drawExpiry(leftMs) {
  $("#expiry").hidden = false;
  $("#expiry-text").textContent = t.deletedIn(formatTimeLeft(leftMs));
  drawRuler($("#expiry-ruler"), DAY_H, Math.min(DAY_H, Math.ceil(leftMs / HOUR_MS)));
}
