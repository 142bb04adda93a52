/** What is shown: the start, a photo's GIFs, or that it is gone; and the photo itself. */

import * as notices from "./alert-banner.js";
import * as sheet from "./lazy-dialog.js";
import * as tray from "./photo-panel.js";
import * as wall from "./card-grid.js";
import { status } from "./api.js";
import { faceFrom } from "./canvas-images.js";
import { t } from "./i18n.js";
import { drawMosaics, drawWheel } from "./ruler.js";

const $ = (selector) => document.querySelector(selector);

/**
 * The photo that is shown: {name, life, file?, options?, sent?, id?, face?, expires?}, `gifs` (what the server says of
 * each, by options and effect), `changed` (options of GIFs that were changed, by effect) and `wished` (those that were
 * asked for last). Aborting `life` ends all that it started.
 */
export let photo;

function show(view) {
  const { body, activeElement } = document;
  body.dataset.view = view;
  $("#start").hidden = view === "work";
  $("#work").hidden = view !== "work";
  const lost = activeElement !== body && !activeElement.checkVisibility();
  if (lost) (view === "work" ? $("#work-title") : $("#hub")).focus({ preventScroll: true });
}

function leave() {
  photo?.life.abort();
  photo = undefined;
  sheet.end();
  notices.clear();
  wall.clear();
}

export function goToStart(view = "start") {
  leave();
  show(view);
  if (view === "gone") {
    turning.abort();
    drawWheel($("#start-wheel"));
  } else showSample($(".sample img"));
  tray.say(view === "gone" ? t.goneAloud : "");
}

const SAMPLE_PX = 192; // enough for the finest mosaic

let turning = new AbortController(); // for another picture on the wheel of the start

/** A sample's mosaics on the wheel of the start. */
export async function showSample(picture) {
  if (document.body.dataset.view === "gone") return;
  turning.abort();
  const { signal } = turning = new AbortController();
  const arrived = await picture.decode().then(() => true, () => false); // if not: no mosaics
  if (arrived && !signal.aborted) drawMosaics($("#start-wheel"), faceFrom(picture, SAMPLE_PX), signal);
}

/** Show a photo, of which only its name is known at first. */
export function enter(name, more) {
  leave();
  photo = { name, life: new AbortController(), gifs: new Map(), changed: new Map(), wished: new Map(), ...more };
  tray.begin(name);
  show("work");
  return photo;
}

export function drawFace(mine, face) {
  if (mine !== photo || !face) return;
  mine.face = face;
  tray.drawFace(face, mine.sent);
  wall.shape(face.width, face.height);
}

export async function drawExpiry() {
  const mine = photo;
  if (!mine?.expires) return;
  const leftMs = mine.expires - Date.now();
  if (leftMs > 0) return tray.drawExpiry(leftMs);
  try {
    await status(mine.id, mine.life.signal); // by this clock it is gone, and clocks go wrong
  } catch (refusal) {
    if (mine === photo && refusal.gone) goToStart("gone");
  }
}
