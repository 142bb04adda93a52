/** The dialog's form controls, one for each parameter in the registry. */

import * as options from "./gif-options.js";
import * as platforms from "./platforms.js";
import { choiceLabel, optionDescription, optionLabel, t } from "./i18n.js";
import { formatBytes, formatKilobytes, formatNumber, language } from "./locale.js";
import { drawRuler, svgElement } from "./ruler.js";
import { bytesOf } from "./user-text.js";

const form = document.querySelector("#option-controls");
const MAX_SEGMENTS = 2;
const MAX_SEGMENT_LETTERS = 14; // a choice with a longer label becomes a select
const MAX_HALF_LETTERS = 6; // a segmented control with labels this short takes half a row
const MAX_HALF_SELECT_LETTERS = 8; // a select likewise
const SIZE_LIMIT_TICKS = 24;
const DOTS = [[4], [0, 8], [0, 4, 8], [0, 2, 6, 8], [0, 2, 4, 6, 8], [0, 2, 3, 5, 6, 8]]; // cells of a 3 by 3 grid
const UNITS = { "%": "percent", "°": "degree", s: "second" }; // units that Intl has names for

let effect;
let values;
let onChange;
let maxPhotoPx;
let withoutPlatform; // options chosen before a platform, of those that platforms set
let controls = new Map();

/**
 * Draw the controls of an effect.
 *
 * @param shown every option by name, as text
 * @param onChanged is called with all options when one has changed
 * @param longestPx the photo's longest side; a GIF exceeds it only for a platform with a larger minimum
 */
export function draw(name, shown, onChanged, longestPx = Infinity) {
  [effect, values, onChange, maxPhotoPx, withoutPlatform] = [name, { ...shown }, onChanged, longestPx, undefined];
  controls = new Map();
  const params = options.paramsOf(effect);
  for (const param of params) {
    const control = builderFor(param)(param);
    control.set(values[param.name]);
    controls.set(param.name, control);
  }
  form.replaceChildren(...[...controls.values()].map(({ node }) => node));
  pair([...form.children]);
}

/** Put two short controls in a row; a single one takes the whole row. */
function pair(nodes) {
  let left; // a short control without a neighbour yet
  for (const node of nodes) {
    const both = left && node.dataset.width === "short";
    if (both) for (const half of [left, node]) half.dataset.width = "half";
    left = !both && node.dataset.width === "short" ? node : undefined;
  }
}

/** Show how much of the byte limit the file uses; nothing without a limit. */
export function drawSizeLimit(bytes) {
  const line = form.querySelector(".size-limit");
  const limit = Number(values.max_bytes);
  line?.replaceChildren();
  if (!line || !limit || !bytes) return;
  const ruler = svgElement("svg", { class: "ruler", "aria-hidden": "true" });
  drawRuler(ruler, SIZE_LIMIT_TICKS, Math.min(SIZE_LIMIT_TICKS, Math.ceil((bytes / limit) * SIZE_LIMIT_TICKS)));
  line.append(ruler, t.fits(formatKilobytes(bytes), formatBytes(limit)));
}

function setValue(name, value) {
  if (values[name] === value) return;
  if (name === "for" || name === "calm") {
    // Both have defaults of their own: options that the visitor has not chosen follow them, and a platform's override the rest.
    const chosen = options.parseOptions(options.formatOptions(effect, values));
    if (name === "for") changePlatform(chosen, value);
    values = options.withDefaults(effect, { ...chosen, [name]: value });
    for (const [other, control] of controls) control.set(values[other]);
    drawSizeLimit();
  } else values[name] = value;
  onChange({ ...values });
}

/** Switch to another platform, or to none: then restore the options from before the platform. */
function changePlatform(chosen, platform) {
  if (!options.platformLimits(values.for)) withoutPlatform = { ...chosen };
  for (const each of [values.for, platform]) for (const name in options.platformDefaults(each)) delete chosen[name];
  if (options.platformLimits(platform)) return;
  for (const [name, value] of Object.entries(withoutPlatform ?? {})) {
    if (options.isPlatformOption(name)) chosen[name] ??= value;
  }
}

function builderFor({ name, type, choices }) {
  if (name === "seed") return seedInput;
  if (type === "text") return textInput;
  if (type !== "choice") return slider;
  const letters = Math.max(...choices.map((value) => choiceLabel(value).length));
  return choices.length > MAX_SEGMENTS || letters > MAX_SEGMENT_LETTERS || name === "for" ? select : segmentedControl;
}

// ---- controls, each as {node, set(value)} ----------------------------------------------------------------------

function slider(param) {
  const { name, minimum, maximum, step } = param;
  const input = make("input", { id: idOf(name), name, type: "range" });
  const first = Math.ceil(minimum / step - 1e-9) * step; // steps count from 0 in the registry, from the minimum in the browser
  Object.assign(input, { min: first, max: maximum, step });
  const shown = make("span", { className: "value number" }); // not <output>, which is announced with each move of the slider
  const show = () => {
    shown.textContent = formatValue(param, input.value);
    input.setAttribute("aria-valuetext", spokenValue(param, input.value));
    input.style.setProperty("--fill", (input.value - input.min) / (input.max - input.min || 1));
  };
  input.oninput = () => { show(); setValue(name, String(Number(input.value))); };
  const set = (value) => {
    if (name === "size") Object.assign(input, sizeRange(first, maximum));
    input.value = value;
    show();
  };
  return { node: row(param, input, label(param), shown), set };
}

/** The range of sizes: the platform's, or up to the photo's own. */
function sizeRange(minPx, maxPx) {
  const platform = options.platformLimits(values.for);
  if (platform) return { min: platform.minimum_size ?? minPx, max: platform.maximum_size ?? maxPx };
  return { min: minPx, max: Math.max(minPx, Math.min(maxPx, maxPhotoPx)) };
}

function seedInput(param) {
  const { name, minimum, maximum } = param;
  const input = make("input", { id: idOf(name), name, type: "number", min: minimum, max: maximum, step: 1, required: true });
  const button = make("button", { type: "button", className: "button icon-only" });
  button.setAttribute("aria-label", t.rollSeed);
  const show = () => button.replaceChildren(diceIcon(Number(input.value)));
  const apply = () => { show(); setValue(name, String(Number(input.value))); };
  input.oninput = () => { if (input.validity.valid) apply(); };
  input.onchange = () => { if (!input.validity.valid) { input.value = values[name]; show(); } };
  button.onclick = () => {
    const others = maximum - minimum; // the number of seeds except the current one
    const rolled = minimum + Math.floor(Math.random() * others);
    input.value = rolled < Number(values[name]) ? rolled : rolled + 1;
    apply();
  };
  const hint = make("span", { className: "small-text", textContent: t.seedHint });
  const inputs = make("div", { className: "seed-row" }, input, button);
  return { node: row(param, input, label(param), hint, inputs), set(value) { input.value = value; show(); } };
}

function textInput(param) {
  const { name, maximum_bytes: maxBytes } = param;
  const input = make("input", { id: idOf(name), name, type: "text", autocomplete: "off" });
  input.oninput = () => {
    const text = input.value.trim().normalize("NFC"); // as the server does it
    input.setCustomValidity(bytesOf(text).length > maxBytes ? t.tooLong : "");
    if (input.reportValidity()) setValue(name, text);
  };
  return { node: row(param, input, label(param)), set(value) { if (document.activeElement !== input) input.value = value; } };
}

function segmentedControl(param) {
  const { name, choices } = param;
  const inputs = choices.map((value) => make("input", { type: "radio", name, value, oninput: () => setValue(name, value) }));
  const labels = inputs.map((input) => make("label", {}, input, make("span", { textContent: choiceLabel(input.value) })));
  const node = make("fieldset", { className: "control" },
    make("legend", { textContent: optionLabel(param) }), make("div", { className: "segmented-control" }, ...labels));
  if (choices.every((value) => choiceLabel(value).length <= MAX_HALF_LETTERS)) node.dataset.width = "short";
  node.append(description(node, param));
  return { node, set(value) { for (const input of inputs) input.checked = input.value === value; } };
}

function select(param) {
  const { name, choices } = param;
  const input = make("select", { id: idOf(name), name }, ...choices.map((value) => new Option(selectLabel(name, value), value)));
  input.oninput = () => setValue(name, input.value);
  const node = row(param, input, label(param), input);
  if (name === "for") node.append(make("p", { className: "size-limit" }));
  else if (Math.max(...choices.map((value) => selectLabel(name, value).length)) <= MAX_HALF_SELECT_LETTERS) node.dataset.width = "short";
  const set = (value) => {
    if (!choices.includes(value)) input.add(new Option(value, value)); // a point, from the address of the GIF
    input.value = value;
  };
  return { node, set };
}

// ---- parts -----------------------------------------------------------------------------------------------------

const idOf = (name) => `p-${name}`;

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const label = (param) => make("label", { htmlFor: idOf(param.name), textContent: optionLabel(param) });

/** Wrap the parts of a control; the input comes last unless it is in one of them. */
function row(param, input, ...parts) {
  const node = make("div", { className: "control" }, ...parts);
  if (!node.contains(input)) node.append(input);
  node.append(description(input, param));
  return node;
}

/** Describe a control for screen readers. */
function description(element, param) {
  const text = make("span", { id: `${idOf(param.name)}-description`, hidden: true, textContent: optionDescription(param) });
  element.setAttribute("aria-describedby", text.id);
  return text;
}

/** A die that shows 1 to 6 dots. */
function diceIcon(seed) {
  const icon = svgElement("svg", { class: "icon dice-icon", viewBox: "0 0 24 24", "aria-hidden": "true" });
  icon.append(svgElement("path", { d: "M3.5 3.5h17v17h-17z" }));
  for (const cell of DOTS[seed % DOTS.length]) {
    icon.append(svgElement("circle", { cx: 7.5 + (cell % 3) * 4.5, cy: 7.5 + Math.floor(cell / 3) * 4.5, r: 1.9 }));
  }
  return icon;
}

function selectLabel(name, value) {
  if (name !== "for") return choiceLabel(value);
  const platform = platforms.platformOf({ options: `for=${value}` });
  return platform ? platforms.platformLabel(platform) : t.anywhere;
}

const formatUnit = (value, unit, unitDisplay) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(value);

/** "75%", "8 px", "2.4 s". */
function formatValue({ unit }, value) {
  if (unit === "%" || unit === "°") return formatUnit(value, UNITS[unit], "narrow");
  return unit ? `${formatNumber(Number(value))} ${t.units[unit] ?? unit}` : formatNumber(Number(value));
}

/** Format a value for screen readers: "75 percent". */
const spokenValue = (param, value) => (UNITS[param.unit] ? formatUnit(value, UNITS[param.unit], "long") : formatValue(param, value));
