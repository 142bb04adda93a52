/** The controls of the GIF in the dialog: the few that most visitors use, then all others. They follow the state. */

import { $ } from "./dom.js";
import { drawRuler, svgElement } from "./ruler.js";
import { createControl, make } from "./control-inputs.js";
import { setOption } from "./gif-changes.js";
import { effectNamed, paramsOf, withDefaults } from "./gif-options.js";
import { optionLabel, t } from "./i18n.js";
import { formatBytes, formatKilobytes } from "./locale.js";
import { HAS_ALPHA } from "./canvas-images.js";
import { canPickPoint } from "./point-picker.js";
import { photoOf } from "./photo-state.js";
import { getState, subscribe } from "./state.js";

const FIRST = ["size", "caption", "for"];
const CAPTION_DETAILS = ["caption_place", "caption_style", "caption_motion"];
const NAMED_IN_SUMMARY = 3;
const SIZE_LIMIT_TICKS = 24;

const sizeLimit = make("p", { className: "size-limit" });
const pickButton = make("button", { type: "button", className: "button small", id: "pick-point", textContent: t.pickPoint });
pickButton.dataset.action = "pick-point";

let controls = new Map(); // by option name

subscribe(({ dialog }) => dialog, (dialog, previous) => {
  if (!dialog) return;
  const isOther = dialog.key !== previous?.key || dialog.effect !== previous.effect;
  if (isOther) createControls(dialog.effect);
  if (isOther || dialog.values !== previous.values) drawValues(dialog);
  if (isOther || dialog.shown !== previous.shown || dialog.values !== previous.values) drawSizeLimit(dialog);
});
for (const part of ["stored", "thumbnail"]) { // they arrive with the first GIF
  subscribe(({ dialog, photos }) => dialog && photoOf(dialog.key, { photos })?.[part], () => {
    if (getState().dialog && photoOf(getState().dialog.key)) drawValues(getState().dialog);
  });
}

function createControls(effect) {
  const params = paramsOf(effect);
  controls = new Map(params.map((param) => [param.name, createControl(param, (value, isTyping) => setOption(param.name, value, isTyping))]));
  const nodes = (names) => names.map((name) => controls.get(name).node);
  const others = params.map(({ name }) => name).filter((name) => !FIRST.includes(name));
  $("#first-controls").replaceChildren(...nodes(FIRST));
  $("#more-controls").replaceChildren(...nodes(others));
  controls.get("for").node.append(sizeLimit);
  controls.get("focus").node.append(pickButton);
  const named = params.filter(({ name }) => others.includes(name)).slice(0, NAMED_IN_SUMMARY);
  $("#more-summary").textContent = t.includes(named.map(optionLabel).join(", "));
}

function drawValues({ key, effect, values }) {
  const photo = photoOf(key);
  const { stored } = photo;
  const all = { ...values, photoPx: stored && Math.max(stored.width, stored.height) };
  for (const [name, control] of controls) {
    control.set(values[name], all);
    control.node.hidden = !hasEffect(name, photo, effect, values);
  }
  pickButton.hidden = !canPickPoint(photo);
}

/** Whether an option changes anything in this GIF. One that has been chosen is shown in any case. */
function hasEffect(name, { stored, thumbnail }, effect, values) {
  const isOwn = effectNamed(effect).params.some((param) => param.name === name);
  if (isOwn || values[name] !== withDefaults(effect, { for: values.for, calm: values.calm })[name]) return true;
  if (name === "focus") return values.crop === "square";
  if (name === "crop") return !stored || stored.width !== stored.height || values.crop === "square";
  if (name === "background") return Boolean(thumbnail?.classList.contains(HAS_ALPHA));
  return !CAPTION_DETAILS.includes(name) || values.caption !== "";
}

/** Show how much of the byte limit the file uses; nothing without a limit. */
function drawSizeLimit({ values, shown, isLoading }) {
  const limit = Number(values.max_bytes);
  sizeLimit.replaceChildren();
  if (!limit || !shown || isLoading) return;
  const ruler = svgElement("svg", { class: "ruler", "aria-hidden": "true" });
  drawRuler(ruler, SIZE_LIMIT_TICKS, Math.min(SIZE_LIMIT_TICKS, Math.ceil((shown.bytes / limit) * SIZE_LIMIT_TICKS)));
  sizeLimit.append(ruler, t.fits(formatKilobytes(shown.bytes), formatBytes(limit)));
}
