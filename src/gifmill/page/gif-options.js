/** Options of GIFs: parsing and formatting the text that GIF addresses hold, defaults from the registry, and file names. */

import { decodeText, encodeText } from "./user-text.js";

const COMMON = ["size", "for", "preset", "crop", "calm", "format"];

let effects = new Map();
let wall = []; // effects that have a card before they are ordered: not those of installed packages
let common = [];
let platforms = [];
let texts = new Set(); // names of the options that are text of the visitor

/** Store the registry, as GET /v1/effects sends it. */
export function setRegistry(registry) {
  effects = new Map(registry.effects.map((effect) => [effect.name, effect]));
  wall = registry.packs.all;
  common = registry.options;
  platforms = registry.targets;
  const params = [...common, ...registry.effects.flatMap((effect) => effect.params)];
  texts = new Set(params.filter(({ type }) => type === "text").map(({ name }) => name));
}

/** All parameters; a default of the effect itself comes after that of all effects. */
const allParams = (effect) => [...common, ...(effects.get(effect)?.params ?? [])];

/** The parameters of an effect that have a control: its own, then the common ones. */
export const paramsOf = (effect) => [
  ...effects.get(effect).params,
  ...COMMON.flatMap((name) => common.filter((param) => param.name === name)),
];

/** Whether every effect has an option of this name. */
export const isCommon = (name) => common.some((param) => param.name === name);

/** The effects' names, in the registry's order. */
export const effectNames = () => [...effects.keys()];

export const effectNamed = (name) => effects.get(name);

/** Parse "seed=5,size=300" into {seed: "5", size: "300"}; "default" into {}. */
export function parseOptions(text) {
  const pairs = text === "default" ? [] : text.split(/,(?=[a-z])/).map((pair) => pair.split("=")); // a point has a comma too
  return Object.fromEntries(pairs.map(([name, value]) => [name, texts.has(name) ? decodeText(value) : value]));
}

/** The options that a platform sets by itself, by name; none without a platform. */
export function platformDefaults(platform) {
  const { name, title, minimum_size: minPx, maximum_size: maxPx, ...defaults } = platformLimits(platform) ?? {};
  return defaults;
}

/** Whether any platform sets this option. */
export const isPlatformOption = (option) => platforms.some(({ name }) => option in platformDefaults(name));

/** A platform's limits, if it has some: {format, max_bytes, size?, crop?, minimum_size?, maximum_size?}. */
export const platformLimits = (platform) => platforms.find(({ name }) => name === platform);

/** The default of each option; platforms and calm variants have defaults of their own. */
function defaultsOf(effect, { for: platform, calm }) {
  const own = Object.fromEntries(allParams(effect).map((param) => [param.name, param.default]));
  return { ...own, ...platformDefaults(platform), ...(calm === "yes" ? effects.get(effect)?.calm : {}) };
}

const asTexts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** Every option of an effect as text, with defaults where none is given. */
export const withDefaults = (effect, given) => ({ ...asTexts(defaultsOf(effect, given)), ...asTexts(given) });

/** The key of a GIF among those of one photo. */
export const gifKey = ({ effect, options: text }) => `${text}/${effect}`;

/** Every option of a GIF, as text. */
export const optionsOf = ({ effect, options }) => withDefaults(effect, parseOptions(options));

/** Format options as the server does: sorted by name, without defaults. */
export function formatOptions(effect, values) {
  const chosen = asTexts(values);
  const defaults = asTexts(defaultsOf(effect, chosen));
  const differing = Object.keys(chosen).filter((name) => name in defaults && chosen[name] !== defaults[name]);
  const written = (name) => (texts.has(name) ? encodeText(chosen[name]) : chosen[name]);
  return differing.sort().map((name) => `${name}=${written(name)}`).join(",") || "default";
}

/** The entry of a GIF that is ordered when its card comes near the viewport: it is "wanted" from then on until it is ordered. */
export const unorderedEntry = (effect, values) => ({ effect, options: formatOptions(effect, values), state: "unordered" });

/** Choose the entry for each effect's card: with its options in `changed`, or else with the most common ones. */
export function entriesToShow(gifs, changed) {
  const frequency = (text) => gifs.filter((gif) => gif.options === text).length;
  const [mostCommon] = gifs.map((gif) => gif.options).toSorted((a, b) => frequency(b) - frequency(a));
  return effectNames().flatMap((name) => {
    const candidates = gifs.filter(({ effect }) => effect === name);
    const withOptions = (text) => candidates.find((gif) => gif.options === text);
    const unordered = wall.includes(name) ? unorderedEntry(name, parseOptions(mostCommon ?? "default")) : [];
    return withOptions(changed.get(name)) ?? withOptions(mostCommon) ?? candidates[0] ?? unordered;
  });
}

/** Whether a GIF is being made, or is about to be ordered. */
export const isComing = ({ state }) => ["wanted", "pending"].includes(state);

/** Whether a GIF failed because its byte limit cannot be met. */
export const exceedsByteLimit = ({ problem }) => problem?.code === "cannot_fit";

/** Remove the extension: "holiday.in.rome.jpg" becomes "holiday.in.rome". */
export const fileStem = (name) => name.replace(/(?<=.)\.[^.]*$/, "");

/** The name of a downloaded GIF: "holiday-glitch.gif". */
export const gifFileName = (photoName, { effect, url }) => `${fileStem(photoName)}-${effect}.${url.split(".").at(-1)}`;
