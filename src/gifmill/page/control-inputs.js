/**
 * Form controls, one for each type of parameter. Each is {node, set(value, all)}: `set` shows a value, `all` has every
 * option by name. `onInput(value)` is called with the text of a new value; for a text that is being typed, also with true.
 */

import { bytesOf } from "./user-text.js";
import { choiceLabel, optionDescription, optionLabel, t } from "./i18n.js";
import { formatNumber, language } from "./locale.js";
import { acceptedSizes, isAccepted, platformRule } from "./platform-rules.js";
import { platformLabel, platformOf } from "./platforms.js";
import { svgElement } from "./ruler.js";

const MAX_SEGMENTS = 2;
const MAX_SEGMENT_LETTERS = 14; // a choice with a longer label becomes a select
const LOOPS = ["0", "1", "2", "3", "5", "10"];
const NEW_COLOUR = "ffffff";
const DOTS = [[4], [0, 8], [0, 4, 8], [0, 2, 6, 8], [0, 2, 4, 6, 8], [0, 2, 3, 5, 6, 8]]; // cells of a 3 by 3 grid
const UNITS = { "%": "percent", "°": "degree", s: "second" }; // units that Intl has names for

/** Create the control of a parameter. */
export function createControl(param, onInput) {
  const { name, type, choices } = param;
  if (name === "seed") return seedInput(param, onInput);
  if (name === "loop") return select({ ...param, choices: LOOPS }, onInput);
  if (type === "text") return textInput(param, onInput);
  if (type !== "choice") return slider(param, onInput);
  if (param.colours) return colourInput(param, onInput);
  const letters = Math.max(...choices.map((value) => choiceLabel(value).length));
  const isSmall = choices.length <= MAX_SEGMENTS && letters <= MAX_SEGMENT_LETTERS && name !== "for";
  return (isSmall ? segmentedControl : select)(param, onInput);
}

function slider(param, onInput) {
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
  input.oninput = () => { show(); onInput(String(Number(input.value))); };
  return control(param, input, [label(param), shown, input], (value, all) => {
    if (name === "size") Object.assign(input, sizeRange(first, maximum, all));
    input.disabled = Number(input.min) >= Number(input.max);
    input.value = value;
    show();
  });
}

/** The range of sizes: the platform's, or up to the photo's own, as photos are not enlarged. */
function sizeRange(smallest, largest, { for: platform, photoPx = Infinity }) {
  const { minPx, maxPx } = acceptedSizes(platform);
  const isLimited = minPx > 0 || maxPx < Infinity;
  if (isLimited) return { min: Math.max(smallest, minPx), max: Math.min(largest, maxPx) };
  return { min: smallest, max: Math.max(smallest, Math.min(largest, photoPx)) };
}

function seedInput(param, onInput) {
  const { name, minimum, maximum } = param;
  const input = make("input", { id: idOf(name), name, type: "number", min: minimum, max: maximum, step: 1, required: true });
  const button = make("button", { type: "button", className: "button icon-only" });
  button.setAttribute("aria-label", t.rollSeed);
  let current; // the last valid value
  const show = () => button.replaceChildren(diceIcon(Number(input.value)));
  const apply = () => { show(); onInput(String(Number(input.value))); };
  input.oninput = () => { if (input.validity.valid) apply(); };
  input.onchange = () => { if (!input.validity.valid) { input.value = current; show(); } };
  button.onclick = () => {
    const others = maximum - minimum; // the number of seeds except the current one
    const rolled = minimum + Math.floor(Math.random() * others);
    input.value = rolled < Number(current) ? rolled : rolled + 1;
    apply();
  };
  return control(param, input, [label(param), make("div", { className: "input-row" }, input, button)], (value) => {
    current = value;
    if (Number(input.value) !== Number(value) || !input.value) input.value = value; // "07" is being typed
    show();
  });
}

function textInput(param, onInput) {
  const { name, maximum_bytes: maxBytes } = param;
  const input = make("input", { id: idOf(name), name, type: "text", autocomplete: "off", enterKeyHint: "done" });
  const problem = make("p", { id: `${idOf(name)}-problem`, className: "field-error", role: "alert", hidden: true, textContent: t.tooLong });
  input.setAttribute("aria-errormessage", problem.id);
  input.oninput = () => {
    const text = input.value.trim().normalize("NFC"); // as the server does it
    const isTooLong = bytesOf(text).length > maxBytes;
    problem.hidden = !isTooLong;
    input.setAttribute("aria-invalid", isTooLong);
    if (!isTooLong) onInput(text, true);
  };
  return control(param, input, [label(param), input, problem], (value) => { if (document.activeElement !== input) input.value = value; });
}

function segmentedControl(param, onInput) {
  const { name, choices } = param;
  const inputs = choices.map((value) => make("input", { type: "radio", name, value, oninput: () => onInput(value) }));
  const labels = inputs.map((input) => make("label", {}, input, make("span", { textContent: choiceLabel(input.value) })));
  const legend = make("legend", { textContent: optionLabel(param) });
  const fieldset = make("fieldset", {}, legend, make("div", { className: "segmented-control" }, ...labels));
  return control(param, fieldset, [fieldset], (value, { for: platform }) => {
    for (const input of inputs) {
      input.checked = input.value === value;
      input.disabled = !isAccepted(platform, name, input.value);
    }
  });
}

function select(param, onInput) {
  const { name, choices } = param;
  const input = make("select", { id: idOf(name), name }, ...choices.map((value) => new Option(selectLabel(name, value), value)));
  input.oninput = () => onInput(input.value);
  return control(param, input, [label(param), input], (value) => {
    if (![...input.options].some((option) => option.value === value)) input.add(new Option(selectLabel(name, value), value));
    input.value = value;
  });
}

/** A choice of words, or a colour. */
function colourInput(param, onInput) {
  const { name, choices } = param;
  const words = make("select", { id: idOf(name), name }, ...[...choices, ""].map((word) => new Option(word ? choiceLabel(word) : t.colour, word)));
  const colour = make("input", { type: "color" });
  colour.setAttribute("aria-label", t.colour);
  words.oninput = () => onInput(words.value || NEW_COLOUR);
  colour.oninput = () => onInput(colour.value.slice(1));
  return control(param, words, [label(param), make("div", { className: "input-row" }, words, colour)], (value) => {
    const isWord = choices.includes(value);
    words.value = isWord ? value : "";
    colour.hidden = isWord;
    if (!isWord) colour.value = `#${value}`;
  });
}

// ---- parts -----------------------------------------------------------------------------------------------------

const idOf = (name) => `p-${name}`;

export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const label = (param) => make("label", { htmlFor: idOf(param.name), textContent: optionLabel(param) });

/** Put the parts of a control into a node, above its meaning and what the platform accepts. */
function control(param, input, parts, set) {
  const { name } = param;
  const meaning = make("p", { id: `${idOf(name)}-meaning`, className: "small-text", textContent: optionDescription(param) });
  const rule = make("p", { id: `${idOf(name)}-rule`, className: "small-text platform-rule" });
  input.setAttribute("aria-describedby", `${meaning.id} ${rule.id}`);
  return {
    node: make("div", { className: "control" }, ...parts, meaning, rule),
    set(value, all) {
      rule.textContent = platformRule(all.for, name);
      set(value, all);
    },
  };
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
  if (name === "loop") return t.loops(Number(value));
  if (name === "focus" && value.includes(",")) return t.chosenPoint;
  if (name !== "for") return choiceLabel(value);
  const platform = platformOf({ options: `for=${value}` });
  return platform ? platformLabel(platform) : t.anywhere;
}

const formatUnit = (value, unit, unitDisplay) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(value);

/** "75%", "8 px", "2.4 s"; 0 frames per second mean those of the effect. */
function formatValue({ name, unit }, value) {
  if (name === "fps" && value === "0") return t.automatic;
  if (unit === "%" || unit === "°") return formatUnit(value, UNITS[unit], "narrow");
  return unit ? `${formatNumber(Number(value))} ${t.units[unit] ?? unit}` : formatNumber(Number(value));
}

/** Format a value for screen readers: "75 percent". */
const spokenValue = (param, value) => (UNITS[param.unit] ? formatUnit(value, UNITS[param.unit], "long") : formatValue(param, value));
