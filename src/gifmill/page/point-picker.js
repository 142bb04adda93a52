/** Choice of the point that an effect or a square crop is centred on: by a tap, by dragging, or with arrow keys, on the photo. */

import { copyToCanvas } from "./canvas-images.js";
import { $ } from "./dom.js";
import { setOption } from "./gif-changes.js";
import { t } from "./i18n.js";
import { formatPercent } from "./locale.js";
import { photoOf } from "./photo-state.js";
import { getState, subscribe, update } from "./state.js";

const NAMED = { found: [0.5, 0.5], centre: [0.5, 0.5], top: [0.5, 0.2], bottom: [0.5, 0.8], left: [0.2, 0.5], right: [0.8, 0.5] };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.02;
const LARGE_STEP = 0.1; // with Shift
const MAX_RATIO_ERROR = 1.03; // a thumbnail of another aspect ratio shows a cropped photo

const picker = $("#point-picker");
const area = $("#point-area");
const handle = $("#point-handle");
const frame = $("#crop-frame");

subscribe(({ dialog }) => dialog, (dialog, previous) => {
  if (dialog?.isPicking !== previous?.isPicking) draw(dialog);
  else if (dialog?.isPicking && dialog.values !== previous.values) showChosen(dialog.values);
});

/** Whether the page has a picture of the whole photo. */
export function canPickPoint({ thumbnail, stored }) {
  if (!thumbnail || !stored) return false;
  const error = (thumbnail.width / thumbnail.height) / (stored.width / stored.height);
  return error < MAX_RATIO_ERROR && error > 1 / MAX_RATIO_ERROR;
}

const pointOf = (focus) => NAMED[focus] ?? focus.split(",").map(Number);

const showChosen = (values) => showPoint(pointOf(values.focus), values, values.focus === "found");

const setPicking = (isPicking) => update({ dialog: { ...getState().dialog, isPicking } });

/** Show the photo in place of the GIF, to choose the point. */
export function startPicking() {
  setPicking(true);
  handle.focus();
  picker.scrollIntoView({ block: "nearest" });
}

/** Show the GIF again. */
export function stopPicking() {
  setPicking(false);
  $("#pick-point").focus();
}

function draw(dialog) {
  picker.hidden = !dialog?.isPicking;
  if (picker.hidden) return area.querySelector("canvas")?.remove();
  const { thumbnail } = photoOf(dialog.key);
  area.style.setProperty("--photo-ratio", thumbnail.width / thumbnail.height);
  area.prepend(copyToCanvas(thumbnail));
  showChosen(dialog.values);
}

/** Place the handle at a point, and the frame around the square crop. A detected subject has no frame: only the server knows its place. */
function showPoint([x, y], { crop }, isFound = false) {
  area.style.setProperty("--x", x);
  area.style.setProperty("--y", y);
  handle.setAttribute("aria-valuenow", Math.round(x * 100));
  handle.setAttribute("aria-valuetext", isFound ? t.pointFound : t.pointAt(formatPercent(x), formatPercent(y)));
  frame.hidden = crop !== "square" || isFound;
  const { width, height } = area.querySelector("canvas");
  const side = Math.min(width, height);
  const start = (at, length) => Math.min(Math.max(at * length - side / 2, 0), length - side) / length;
  const box = { left: start(x, width), top: start(y, height), width: side / width, height: side / height };
  for (const [name, ratio] of Object.entries(box)) frame.style.setProperty(name, `${ratio * 100}%`);
}

const choose = (point) => setOption("focus", point.map((at) => String(Number(at.toFixed(3)))).join(","));

const within = (at) => Math.min(1, Math.max(0, at));

function pointUnder({ clientX, clientY }) {
  const { left, top, width, height } = area.getBoundingClientRect();
  return [within((clientX - left) / width), within((clientY - top) / height)];
}

area.onpointerdown = (event) => {
  if (event.button !== 0) return;
  event.preventDefault(); // keeps the focus on the handle
  handle.focus();
  area.setPointerCapture(event.pointerId);
  showPoint(pointUnder(event), getState().dialog.values);
};
area.onpointermove = (event) => {
  if (area.hasPointerCapture(event.pointerId)) showPoint(pointUnder(event), getState().dialog.values);
};
area.onpointerup = (event) => {
  if (area.hasPointerCapture(event.pointerId)) choose(pointUnder(event)); // otherwise it was pressed elsewhere
};
area.onpointercancel = () => showChosen(getState().dialog.values);

picker.onkeydown = (event) => {
  const { key, shiftKey, target } = event;
  if (key === "Escape") {
    event.preventDefault(); // the dialog stays open
    event.stopPropagation();
    return stopPicking();
  }
  const direction = STEPS[key];
  if (!direction || target !== handle) return;
  event.preventDefault();
  const length = shiftKey ? LARGE_STEP : STEP;
  choose(pointOf(getState().dialog.values.focus).map((at, axis) => within(at + direction[axis] * length)));
};
