/** Options of GIFs: parsing and formatting the text that GIF addresses hold, defaults from the registry, and file names. */

import { getState } from "./state.js";
import { decodeText, encodeText } from "./user-text.js";

/**
 * Options of the small file on a card. The files of fifteen cards have at most 5 MB together. GIFs of this size with all
 * their frames are larger. On a phone's screen, the file looks like a GIF of 360 px.
 */
const PREVIEW = { format: "webp", fps: 11, preset: "fast", size: 240 };

/** The common options that have a control, in the order of the controls. */
const COMMON = [
  ...["size", "caption", "for", "calm", "crop", "focus", "caption_place", "caption_style", "caption_motion"],
  ...["background", "fps", "loop", "preset", "format"],
];

/** The registry as GET /v1/effects sends it; nothing before it has arrived. */
const registry = () => getState().registry ?? { effects: [], packs: { all: [] }, options: [], targets: [] };

const isText = (name) => [...registry().options, ...registry().effects.flatMap(({ params }) => params)]
  .some((param) => param.name === name && param.type === "text");

/** All parameters; a default of the effect itself comes after that of all effects. */
const allParams = (effect) => [...registry().options, ...(effectNamed(effect)?.params ?? [])];

/** The parameters of an effect that have a control: its own, then those of all effects, which may be the effect's own too. */
export function paramsOf(effect) {
  const params = new Map(allParams(effect).map((param) => [param.name, param]));
  const own = effectNamed(effect).params.map(({ name }) => name).filter((name) => !COMMON.includes(name));
  return [...own, ...COMMON].flatMap((name) => params.get(name) ?? []);
}

/** The option that every effect has by this name, if there is one. */
export const optionNamed = (name) => registry().options.find((param) => param.name === name);

/** Whether every effect has an option of this name. */
export const isCommon = (name) => Boolean(optionNamed(name));

export const effectNamed = (name) => registry().effects.find((effect) => effect.name === name);

/** Parse "seed=5,size=300" into {seed: "5", size: "300"}; "default" into {}. */
export function parseOptions(text) {
  const pairs = text === "default" ? [] : text.split(/,(?=[a-z])/).map((pair) => pair.split("=")); // a point has a comma too
  return Object.fromEntries(pairs.map(([name, value = ""]) => [name, isText(name) ? decodeText(value) : value]));
}

/** Whether a text, such as one from an address, has options as `formatOptions` writes them; without an effect, those of all GIFs. */
export function areOptions(text, effect) {
  const values = parseOptions(text);
  const isKnown = !effect || Boolean(effectNamed(effect));
  const isInRange = ([name, value]) => {
    const { minimum = -Infinity, maximum = Infinity } = allParams(effect).findLast((param) => param.name === name) ?? {};
    return Boolean(value) && !(Number(value) < minimum || Number(value) > maximum);
  };
  return isKnown && Object.entries(values).every(isInRange) && formatOptions(effect, values) === text;
}

/** The options that a platform sets by itself, by name; none without a platform. */
export function platformDefaults(platform) {
  const { name, title, minimum_size: minPx, maximum_size: maxPx, ...defaults } = platformLimits(platform) ?? {};
  return defaults;
}

/** Whether any platform sets this option. */
export const isPlatformOption = (option) => registry().targets.some(({ name }) => option in platformDefaults(name));

/** A platform's limits, if it has some: {format, max_bytes, size?, crop?, minimum_size?, maximum_size?}. */
export const platformLimits = (platform) => registry().targets.find(({ name }) => name === platform);

/** The default of each option; platforms and calm variants have defaults of their own. */
function defaultsOf(effect, { for: platform, calm }) {
  const own = Object.fromEntries(allParams(effect).map((param) => [param.name, param.default]));
  return { ...own, ...platformDefaults(platform), ...(calm === "yes" ? effectNamed(effect)?.calm : {}) };
}

const asTexts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** Every option of an effect as text, with defaults where none is given. */
export const withDefaults = (effect, given) => ({ ...asTexts(defaultsOf(effect, given)), ...asTexts(given) });

/** The key of a GIF among those of one photo. */
export const gifKey = ({ effect, options: text }) => `${text}/${effect}`;

/** The effect and options of a key. */
export function gifOf(key) {
  const slash = key.lastIndexOf("/");
  return { effect: key.slice(slash + 1), options: key.slice(0, slash) };
}

/** Every option of a GIF, as text. */
export const optionsOf = ({ effect, options }) => withDefaults(effect, parseOptions(options));

/** Keep the results of a function of an effect and options until the registry changes: each drawing of the cards needs them. */
function remembered(compute) {
  let results = new Map();
  let registryOfResults;
  return (effect, options) => {
    const key = `${effect} ${JSON.stringify(options)}`;
    if (registryOfResults !== getState().registry) [registryOfResults, results] = [getState().registry, new Map()];
    if (!results.has(key)) results.set(key, compute(effect, options));
    return results.get(key);
  };
}

/** Format options as the server does: sorted by name, without defaults. Those of all GIFs have no effect. */
export const formatOptions = remembered((effect, values) => {
  const chosen = asTexts(values);
  const defaults = asTexts(defaultsOf(effect, chosen));
  const differing = Object.keys(chosen).filter((name) => name in defaults && chosen[name] !== defaults[name]);
  const written = (name) => (isText(name) ? encodeText(chosen[name]) : chosen[name]);
  return differing.sort().map((name) => `${name}=${written(name)}`).join(",") || "default";
});

/** The options of the small GIF on a card. What is opened, saved or shared is always the GIF of the full options. */
export const previewOptions = remembered((effect, text) => {
  const given = parseOptions(text);
  const isSmall = given.for || Number(withDefaults(effect, given).size) <= PREVIEW.size; // a platform's files are small
  return isSmall ? text : formatOptions(effect, { ...given, ...PREVIEW });
});

/** The first effects on the wall: of those that move at once, the ones that are made and fetched fastest. */
export const FIRST_EFFECTS = ["bounce", "pat", "shake"];

/** Packs whose effects come next: those that move at once, then the classic ones. */
const NEXT_PACKS = ["emoji", "classic"];

/** The effects that have a card, in the order of the wall: those of the pack "all", and others that the photo has GIFs of. */
export function cardEffects(gifs) {
  const ordered = gifs.map(({ effect }) => effect);
  const { effects, packs } = registry();
  const first = [...FIRST_EFFECTS, ...NEXT_PACKS.flatMap((pack) => packs[pack] ?? [])];
  const shown = effects.map(({ name }) => name).filter((name) => packs.all.includes(name) || ordered.includes(name));
  return [...new Set([...first.filter((name) => shown.includes(name)), ...shown])];
}

/** Whether a GIF is being made, or is about to be ordered. */
export const isComing = ({ state }) => ["wanted", "pending"].includes(state);

/** Whether nothing more happens to a GIF unless somebody orders it again. */
export const isFinished = ({ state }) => ["ready", "failed"].includes(state);

/** Whether a GIF failed because its byte limit cannot be met. */
export const exceedsByteLimit = ({ problem }) => problem?.code === "cannot_fit";

/** Whether the same GIF would fail again: its byte limit cannot be met, or the server has no font for its caption. */
export const failsAgain = (gif) => exceedsByteLimit(gif) || gif.problem?.code === "missing_glyph";

/** Whether a GIF is the small one of a card. */
export function isPreview({ options }) {
  const given = parseOptions(options);
  return Object.entries(PREVIEW).every(([name, value]) => given[name] === String(value));
}

/** Remove the extension: "holiday.in.rome.jpg" becomes "holiday.in.rome". */
export const fileStem = (name) => name.replace(/(?<=.)\.[^.]*$/, "");

/** The name of a downloaded GIF: "holiday-glitch.gif". */
export const gifFileName = (photoName, { effect, url }) => `${fileStem(photoName)}-${effect}.${url.split(".").at(-1)}`;
