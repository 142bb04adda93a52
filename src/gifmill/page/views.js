/** The page's views: start, the GIFs of a photo, and "gone" for an expired one. */

import * as alerts from "./alert-banner.js";
import { announce } from "./announcer.js";
import { thumbnailFrom } from "./canvas-images.js";
import { t } from "./i18n.js";
import { drawWheel, fillWheel } from "./photo-wheel.js";
import { getState, subscribe } from "./state.js";

const SAMPLE_PX = 192; // enough for the finest mosaic

const $ = (selector) => document.querySelector(selector);

let wheelDrawing = new AbortController(); // aborts when the start's wheel shows another photo

subscribe(({ view }) => view, drawView);
subscribe(({ current }) => current, () => {
  alerts.clear();
  scrollTo(0, 0);
});

/** Draw the view; a focus that has lost its element moves to the view's main element. */
export function drawView(view = getState().view) {
  const { body, activeElement } = document;
  body.dataset.view = view;
  $("#start-view").hidden = view === "gifs";
  $("#gifs-view").hidden = view !== "gifs";
  const focusLost = activeElement !== body && !activeElement.checkVisibility();
  if (focusLost) (view === "gifs" ? $("#gifs-title") : $("#choose-photo")).focus({ preventScroll: true });
  if (view === "gifs") return;
  announce(view === "gone" ? t.goneAnnouncement : "");
  if (view === "start") return showSample($(".sample img"));
  wheelDrawing.abort();
  drawWheel($("#start-disc"));
}

/** Show a sample photo's mosaics on the wheel of the start. */
export async function showSample(image) {
  if (getState().view === "gone") return;
  wheelDrawing.abort();
  const { signal } = wheelDrawing = new AbortController();
  const loaded = await image.decode().then(() => true, () => false); // without the image, the slots stay empty
  if (loaded && !signal.aborted) fillWheel($("#start-disc"), thumbnailFrom(image, SAMPLE_PX), signal);
}
