/** The page's views (start, a photo's GIFs, photo gone), and the photo that is shown. */

import * as alerts from "./alert-banner.js";
import * as cardGrid from "./card-grid.js";
import * as dialog from "./lazy-dialog.js";
import * as panel from "./photo-panel.js";
import { announce } from "./announcer.js";
import { fetchStatus } from "./api.js";
import { thumbnailFrom } from "./canvas-images.js";
import { t } from "./i18n.js";
import { drawWheel, fillWheel } from "./photo-wheel.js";

const $ = (selector) => document.querySelector(selector);

/**
 * The current photo: {name, controller, file?, options?, uploaded?, id?, thumbnail?, expires?}, `gifs` (entries of its
 * status, by options and effect), `changed` (options of changed GIFs, by effect), `requested` (those requested last) and
 * `wanted` (effects to order).
 * Aborting `controller` stops all tasks of the photo.
 */
export let photo;

function showView(view) {
  const { body, activeElement } = document;
  body.dataset.view = view;
  $("#start-view").hidden = view === "gifs";
  $("#gifs-view").hidden = view !== "gifs";
  const focusLost = activeElement !== body && !activeElement.checkVisibility();
  if (focusLost) (view === "gifs" ? $("#gifs-title") : $("#choose-photo")).focus({ preventScroll: true });
}

function leavePhoto() {
  photo?.controller.abort();
  photo = undefined;
  dialog.close();
  alerts.clear();
  cardGrid.clear();
}

/** Show the view "start" or "gone", and leave the photo. */
export function showStart(view = "start") {
  leavePhoto();
  showView(view);
  if (view === "gone") {
    wheelDrawing.abort();
    drawWheel($("#start-disc"));
  } else showSample($(".sample img"));
  announce(view === "gone" ? t.goneAnnouncement : "");
}

const SAMPLE_PX = 192; // enough for the finest mosaic

let wheelDrawing = new AbortController(); // aborts when the start's wheel shows another photo

/** Show a sample photo's mosaics on the wheel of the start. */
export async function showSample(image) {
  if (document.body.dataset.view === "gone") return;
  wheelDrawing.abort();
  const { signal } = wheelDrawing = new AbortController();
  const loaded = await image.decode().then(() => true, () => false); // without the image, the slots stay empty
  if (loaded && !signal.aborted) fillWheel($("#start-disc"), thumbnailFrom(image, SAMPLE_PX), signal);
}

/** Show a photo; only its name is required. */
export function showPhoto(name, more) {
  leavePhoto();
  photo = { name, controller: new AbortController(), gifs: new Map(), changed: new Map(), requested: new Map(), wanted: new Set(), ...more };
  panel.reset(name);
  showView("gifs");
  return photo;
}

export function drawThumbnail(target, thumbnail) {
  if (target !== photo || !thumbnail) return;
  target.thumbnail = thumbnail;
  panel.drawPhoto(thumbnail, target.uploaded);
  cardGrid.setAspectRatio(thumbnail.width, thumbnail.height);
}

export async function drawExpiry() {
  const current = photo;
  if (!current?.expires) return;
  const leftMs = current.expires - Date.now();
  if (leftMs > 0) return panel.drawExpiry(leftMs);
  try {
    await fetchStatus(current.id, current.controller.signal); // expired by this device's clock, which may be wrong
  } catch (error) {
    if (current === photo && error.notFound) showStart("gone");
  }
}
