/** The sheet's controls, one a parameter, made from the registry. */

import * as fit from "./platforms.js";
import * as options from "./gif-options.js";
import { choiceOf, labelOf, meaningOf, t } from "./i18n.js";
import { drawLeft, svg } from "./ruler.js";
import { bytesInWords, kilobytes, language, number } from "./locale.js";

const form = document.querySelector("#controls");
const MOST_SEGMENTS = 2;
const LONGEST_SEGMENT = 14; // letters; longer words get a list
const LONGEST_HALF = 6; // such a control fits beside another one
const LONGEST_IN_HALF_LIST = 8; // and such a list
const FIT_TICKS = 24;
const PIPS = [[4], [0, 8], [0, 4, 8], [0, 2, 6, 8], [0, 2, 4, 6, 8], [0, 2, 3, 5, 6, 8]]; // places on a 3 by 3 grid
const UNITS = { "%": "percent", "°": "degree", s: "second" }; // those that Intl knows by name

let effect;
let values;
let tell;
let longest;
let free; // what was chosen, of what places decide, while the GIF was for none
let controls = new Map();

/**
 * Draw the controls of an effect.
 *
 * @param shown every option by name, as texts
 * @param changed is told all of them when one was turned
 * @param longestPx the longest side of the photo, which no GIF exceeds but for a place that takes none so small
 */
export function draw(name, shown, changed, longestPx = Infinity) {
  [effect, values, tell, longest, free] = [name, { ...shown }, changed, longestPx, undefined];
  controls = new Map();
  const params = options.paramsOf(effect);
  for (const param of params) {
    const control = kindOf(param)(param);
    control.set(values[param.name]);
    controls.set(param.name, control);
  }
  form.replaceChildren(...[...controls.values()].map(({ node }) => node));
  pair([...form.children]);
}

/** Two short controls share a row; one alone takes all of it. */
function pair(nodes) {
  let left; // waits for a partner
  for (const node of nodes) {
    const both = left && node.dataset.width === "short";
    if (both) for (const half of [left, node]) half.dataset.width = "half";
    left = !both && node.dataset.width === "short" ? node : undefined;
  }
}

/** How much of what the file may have it has; nothing where it may have any. */
export function drawFit(bytes) {
  const line = form.querySelector(".fit-line");
  const limit = Number(values.max_bytes);
  line?.replaceChildren();
  if (!line || !limit || !bytes) return;
  const ruler = svg("svg", { class: "ruler", "aria-hidden": "true" });
  drawLeft(ruler, FIT_TICKS, Math.min(FIT_TICKS, Math.ceil((bytes / limit) * FIT_TICKS)));
  line.append(ruler, t.fits(kilobytes(bytes), bytesInWords(limit)));
}

function turn(name, value) {
  if (values[name] === value) return;
  if (name === "for" || name === "calm") {
    // Each brings defaults of its own: what was not chosen by hand follows them, and a place's own go before what was.
    const chosen = options.read(options.write(effect, values));
    if (name === "for") move(chosen, value);
    values = options.filled(effect, { ...chosen, [name]: value });
    for (const [other, control] of controls) control.set(values[other]);
    drawFit();
  } else values[name] = value;
  tell({ ...values });
}

/** The GIF is for another place, or for anywhere again, where it is as it was before. */
function move(chosen, place) {
  if (!options.limitsOf(values.for)) free = { ...chosen };
  for (const each of [values.for, place]) for (const own in options.decidedBy(each)) delete chosen[own];
  if (options.limitsOf(place)) return;
  for (const [own, value] of Object.entries(free ?? fit.ANYWHERE)) if (options.isOfPlaces(own)) chosen[own] ??= value;
}

function kindOf({ name, type, choices }) {
  if (name === "seed") return seed;
  if (type !== "choice") return range;
  const longest = Math.max(...choices.map((value) => choiceOf(value).length));
  return choices.length > MOST_SEGMENTS || longest > LONGEST_SEGMENT || name === "for" ? select : segments;
}

// ---- kinds, each as {node, set(value)} -------------------------------------------------------------------------

function range(param) {
  const { name, minimum, maximum, step } = param;
  const input = make("input", { id: idOf(name), name, type: "range" });
  const first = Math.ceil(minimum / step - 1e-9) * step; // the registry's grid starts at 0, the browser's at the minimum
  Object.assign(input, { min: first, max: maximum, step });
  const shown = make("span", { className: "value number" }); // no <output>: that speaks each time a slider moves
  const show = () => {
    shown.textContent = inShort(param, input.value);
    input.setAttribute("aria-valuetext", inFull(param, input.value));
    input.style.setProperty("--filled", (input.value - input.min) / (input.max - input.min || 1));
  };
  input.oninput = () => { show(); turn(name, String(Number(input.value))); };
  const set = (value) => {
    if (name === "size") Object.assign(input, sizes(first, maximum));
    input.value = value;
    show();
  };
  return { node: row(param, input, label(param), shown), set };
}

/** Which sizes there are: those of the place, or those of the photo. */
function sizes(least, most) {
  const place = options.limitsOf(values.for);
  if (place) return { min: place.minimum_size ?? least, max: place.maximum_size ?? most };
  return { min: least, max: Math.max(least, Math.min(most, longest)) };
}

function seed(param) {
  const { name, minimum, maximum } = param;
  const input = make("input", { id: idOf(name), name, type: "number", min: minimum, max: maximum, step: 1, required: true });
  const die = make("button", { type: "button", className: "button icon-only" });
  die.dataset.do = "roll";
  die.setAttribute("aria-label", t.roll);
  const show = () => die.replaceChildren(pips(Number(input.value)));
  const take = () => { show(); turn(name, String(Number(input.value))); };
  input.oninput = () => { if (input.validity.valid) take(); };
  input.onchange = () => { if (!input.validity.valid) { input.value = values[name]; show(); } };
  die.onclick = () => {
    const others = maximum - minimum; // every seed but the one that is there
    const rolled = minimum + Math.floor(Math.random() * others);
    input.value = rolled < Number(values[name]) ? rolled : rolled + 1;
    take();
  };
  const says = make("span", { className: "fact", textContent: t.sameSeed });
  const dice = make("div", { className: "dice-row" }, input, die);
  return { node: row(param, input, label(param), says, dice), set(value) { input.value = value; show(); } };
}

function segments(param) {
  const { name, choices } = param;
  const inputs = choices.map((value) => make("input", { type: "radio", name, value, oninput: () => turn(name, value) }));
  const labels = inputs.map((input) => make("label", {}, input, make("span", { textContent: choiceOf(input.value) })));
  const node = make("fieldset", { className: "control" },
    make("legend", { textContent: labelOf(param) }), make("div", { className: "segments" }, ...labels));
  if (choices.every((value) => choiceOf(value).length <= LONGEST_HALF)) node.dataset.width = "short";
  node.append(described(node, param));
  return { node, set(value) { for (const input of inputs) input.checked = input.value === value; } };
}

function select(param) {
  const { name, choices } = param;
  const input = make("select", { id: idOf(name), name }, ...choices.map((value) => new Option(wordsOf(name, value), value)));
  input.oninput = () => turn(name, input.value);
  const node = row(param, input, label(param), input);
  if (name === "for") node.append(make("p", { className: "fit-line" }));
  else if (Math.max(...choices.map((value) => wordsOf(name, value).length)) <= LONGEST_IN_HALF_LIST) node.dataset.width = "short";
  return { node, set(value) { input.value = value; } };
}

// ---- parts -----------------------------------------------------------------------------------------------------

const idOf = (name) => `p-${name}`;

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const label = (param) => make("label", { htmlFor: idOf(param.name), textContent: labelOf(param) });

/** A control with its parts; the input goes last where it is not within one of them. */
function row(param, input, ...parts) {
  const node = make("div", { className: "control" }, ...parts);
  if (!node.contains(input)) node.append(input);
  node.append(described(input, param));
  return node;
}

/** What a parameter means, for those who hear the page. */
function described(element, param) {
  const meaning = make("span", { id: `${idOf(param.name)}-means`, hidden: true, textContent: meaningOf(param) });
  element.setAttribute("aria-describedby", meaning.id);
  return meaning;
}

function pips(value) {
  const die = svg("svg", { class: "icon die", viewBox: "0 0 24 24", "aria-hidden": "true" });
  die.append(svg("path", { d: "M3.5 3.5h17v17h-17z" }));
  for (const place of PIPS[value % PIPS.length]) {
    die.append(svg("circle", { cx: 7.5 + (place % 3) * 4.5, cy: 7.5 + Math.floor(place / 3) * 4.5, r: 1.9 }));
  }
  return die;
}

function wordsOf(name, value) {
  if (name !== "for") return choiceOf(value);
  const place = fit.placeOf({ options: `for=${value}` });
  return place ? fit.wordsOf(place) : t.anywhere;
}

const measured = (value, unit, unitDisplay) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(value);

/** "75%", "8 px", "2.4 s". */
function inShort({ unit }, value) {
  if (unit === "%" || unit === "°") return measured(value, UNITS[unit], "narrow");
  return unit ? `${number(Number(value))} ${t.units[unit] ?? unit}` : number(Number(value));
}

/** The same as it is spoken: "75 percent". */
const inFull = (param, value) => (UNITS[param.unit] ? measured(value, UNITS[param.unit], "long") : inShort(param, value));
