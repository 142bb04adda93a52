/** The page's views: start, "loading" for a photo in the address, its GIFs, and "gone" for an expired one. */

import * as alerts from "./alert-banner.js";
import { announce } from "./announcer.js";
import { $, isFocusLost } from "./dom.js";
import { t } from "./i18n.js";
import { drawWheel, WHEEL_SLOTS } from "./photo-wheel.js";
import { getState, subscribe } from "./state.js";

const FIRST_SAMPLE = "chelsea";

let shownSample; // on the start's wheel

subscribe(({ view }) => view, (view) => {
  drawView(view);
  restoreFocus();
});
subscribe(({ dragging }) => dragging, drawDragging);
subscribe(({ current }) => current, () => {
  alerts.clear();
  scrollTo(0, 0);
});

/** Draw the view. */
export function drawView(view = getState().view) {
  document.body.dataset.view = view;
  drawParts();
  if (view === "gifs") return; // photo-panel.js has its title
  document.title = { gone: `${t.goneAnnouncement} \u2013 gifmill`, loading: `${t.loadingGifs} \u2013 gifmill` }[view] ?? t.title;
  announce({ gone: t.goneAnnouncement, loading: t.loadingGifs }[view] ?? "");
  if (view === "loading") return;
  shownSample = undefined;
  drawWheel($("#start-disc"));
  if (view === "start") showSample(FIRST_SAMPLE);
}

/** Move the focus to the view's main element if its own element has left the page. */
export function restoreFocus() {
  if (!isFocusLost()) return;
  (getState().view === "gifs" ? $("#gifs-title") : $("#file")).focus({ preventScroll: true });
}

/** Show the parts of the view; a file can be dropped on the start. */
function drawParts() {
  const { view, dragging } = getState();
  const isStart = dragging || ["start", "gone"].includes(view);
  $("#start-view").hidden = !isStart;
  $("#loading-view").hidden = isStart || view !== "loading";
  $("#gifs-view").hidden = isStart || view !== "gifs";
}

function drawDragging(dragging) {
  document.body.toggleAttribute("data-dragging", dragging); // an open dialog gets transparent
  drawParts();
  if (dragging && !shownSample) {
    drawWheel($("#start-disc"));
    showSample(FIRST_SAMPLE);
  }
}

/** Show effects of a sample photo on the wheel of the start. */
export async function showSample(name) {
  if (getState().view === "gone" || name === shownSample) return;
  shownSample = name;
  const strip = new Image();
  strip.src = `samples/${name}-effects.avif`; // one square picture for each slot, made by tools/sample_pictures.py
  const loaded = await strip.decode().then(() => true, () => false); // without it, the slots keep what they show
  if (!loaded || name !== shownSample) return;
  drawWheel($("#start-disc"), (i) => {
    const picture = strip.cloneNode();
    picture.alt = "";
    picture.style.objectPosition = `${(i / (WHEEL_SLOTS - 1)) * 100}%`;
    return picture;
  });
}
